package io.holdfast.sync.core;

import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.CompareFailed;
import io.holdfast.sync.core.CommandResult.Invalid;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.CommandResult.Unchanged;
import io.holdfast.sync.core.CommandResult.WriteIdConflict;
import io.holdfast.sync.core.CommandResult.WriteIdExpired;
import io.holdfast.sync.core.reservation.ReservationCodec;
import io.holdfast.sync.wire.ActivatedProto;
import io.holdfast.sync.wire.ActivationRefusedProto;
import io.holdfast.sync.wire.AppliedProto;
import io.holdfast.sync.wire.ApprovedProto;
import io.holdfast.sync.wire.CompactedProto;
import io.holdfast.sync.wire.CompareFailedProto;
import io.holdfast.sync.wire.CoverageViolationProto;
import io.holdfast.sync.wire.DeletedProto;
import io.holdfast.sync.wire.DeniedProto;
import io.holdfast.sync.wire.FencedProto;
import io.holdfast.sync.wire.GroupSealedProto;
import io.holdfast.sync.wire.HorizonExceededProto;
import io.holdfast.sync.wire.HousekeptProto;
import io.holdfast.sync.wire.InvalidProto;
import io.holdfast.sync.wire.LeaseAliveProto;
import io.holdfast.sync.wire.LeaseNotFoundProto;
import io.holdfast.sync.wire.LeasesExhaustedProto;
import io.holdfast.sync.wire.LimitExceededProto;
import io.holdfast.sync.wire.NestedResultProto;
import io.holdfast.sync.wire.NotReadyProto;
import io.holdfast.sync.wire.OperationResultProto;
import io.holdfast.sync.wire.OperationResultsProto;
import io.holdfast.sync.wire.PutResultProto;
import io.holdfast.sync.wire.ReadResultProto;
import io.holdfast.sync.wire.RecordProto;
import io.holdfast.sync.wire.ReservationEntriesProto;
import io.holdfast.sync.wire.ReservationsDoneProto;
import io.holdfast.sync.wire.ReservationsRefusedProto;
import io.holdfast.sync.wire.ResultProto;
import io.holdfast.sync.wire.StaleEpochProto;
import io.holdfast.sync.wire.TooManyChangesProto;
import io.holdfast.sync.wire.TransactionDoneProto;
import io.holdfast.sync.wire.UnchangedProto;
import io.holdfast.sync.wire.WriteIdConflictProto;
import io.holdfast.sync.wire.WriteIdExpiredProto;
import io.holdfast.sync.wire.WriteIdsExhaustedProto;
import java.util.List;
import java.util.Optional;

/** Results of commands as protobuf; canonical, since they enter the hash chain. */
final class ResultCodec {

  private ResultCodec() {}

  /** Whether software that knew no plans could write this. */
  static boolean isBeforePlans(CommandResult result) {
    return result instanceof Applied
        || result instanceof Unchanged
        || result instanceof CompareFailed
        || result instanceof WriteIdConflict
        || result instanceof WriteIdExpired
        || result instanceof Invalid;
  }

  /** Whether software that knew no epochs could write this. */
  static boolean isBeforeEpochs(CommandResult result) {
    return !(result instanceof CommandResult.Activated
        || result instanceof CommandResult.Approved
        || result instanceof CommandResult.ActivationRefused
        || result instanceof CommandResult.StaleControlEpoch
        || result instanceof CommandResult.Denied
        || result instanceof CommandResult.NotReady
        || result instanceof CommandResult.LimitExceeded
        || isOfReservations(result));
  }

  /** Whether only software that knows reservations can write this. */
  static boolean isOfReservations(CommandResult result) {
    return result instanceof CommandResult.ReservationsDone
        || result instanceof CommandResult.ReservationsRefused;
  }

  static ResultProto toProto(CommandResult result) {
    ResultProto.Builder proto = ResultProto.newBuilder();
    if (result instanceof Applied applied) {
      proto.setApplied(
          AppliedProto.newBuilder()
              .setRevision(applied.revision())
              .setPreviousModRevision(applied.previousModRevision()));
    } else if (result instanceof Unchanged unchanged) {
      proto.setUnchanged(
          UnchangedProto.newBuilder().setCurrentRevision(unchanged.currentRevision()));
    } else if (result instanceof CompareFailed failed) {
      proto.setCompareFailed(
          CompareFailedProto.newBuilder().setCurrentModRevision(failed.currentModRevision()));
    } else if (result instanceof TransactionDone done) {
      proto.setTransaction(toProto(done));
    } else if (result instanceof CommandResult.LeaseAlive alive) {
      proto.setLeaseAlive(
          LeaseAliveProto.newBuilder()
              .setLease(alive.lease())
              .setTtlMillis(alive.ttlMillis())
              .setRevision(alive.revision()));
    } else if (result instanceof CommandResult.LeaseNotFound missing) {
      proto.setLeaseNotFound(LeaseNotFoundProto.newBuilder().setLease(missing.lease()));
    } else if (result instanceof CommandResult.Compacted compacted) {
      proto.setCompacted(CompactedProto.newBuilder().setRevision(compacted.revision()));
    } else if (result instanceof CommandResult.ReservationsDone done) {
      proto.setReservationsDone(toProto(done));
    } else if (result instanceof CommandResult.ReservationsRefused refused) {
      proto.setReservationsRefused(ReservationCodec.toProto(refused.refusal()));
    } else if (!isBeforeEpochs(result)) {
      putOfEpochs(proto, result);
    } else {
      putWithoutDetail(proto, result);
    }
    return proto.build();
  }

  private static void putOfEpochs(ResultProto.Builder proto, CommandResult result) {
    if (result instanceof CommandResult.Activated activated) {
      proto.setActivated(
          ActivatedProto.newBuilder().setEpoch(ControlCodec.toProto(activated.epoch())));
    } else if (result instanceof CommandResult.Approved approved) {
      proto.setApproved(ApprovedProto.newBuilder().setGiven(approved.given()));
    } else if (result instanceof CommandResult.ActivationRefused refused) {
      proto.setActivationRefused(
          ActivationRefusedProto.newBuilder().setCode(refused.code().code()));
    } else if (result instanceof CommandResult.StaleControlEpoch stale) {
      proto.setStaleEpoch(
          StaleEpochProto.newBuilder().setCurrent(ControlCodec.toProto(stale.current())));
    } else if (result instanceof CommandResult.Denied) {
      proto.setDenied(DeniedProto.getDefaultInstance());
    } else if (result instanceof CommandResult.NotReady) {
      proto.setNotReady(NotReadyProto.getDefaultInstance());
    } else {
      proto.setLimitExceeded(LimitExceededProto.getDefaultInstance());
    }
  }

  private static void putWithoutDetail(ResultProto.Builder proto, CommandResult result) {
    if (result instanceof WriteIdConflict) {
      proto.setWriteIdConflict(WriteIdConflictProto.getDefaultInstance());
    } else if (result instanceof WriteIdExpired) {
      proto.setWriteIdExpired(WriteIdExpiredProto.getDefaultInstance());
    } else if (result instanceof Invalid) {
      proto.setInvalid(InvalidProto.getDefaultInstance());
    } else if (result instanceof CommandResult.Fenced) {
      proto.setFenced(FencedProto.getDefaultInstance());
    } else if (result instanceof CommandResult.Housekept) {
      proto.setHousekept(HousekeptProto.getDefaultInstance());
    } else if (result instanceof CommandResult.HorizonExceeded) {
      proto.setHorizonExceeded(HorizonExceededProto.getDefaultInstance());
    } else if (result instanceof CommandResult.CoverageViolation) {
      proto.setCoverageViolation(CoverageViolationProto.getDefaultInstance());
    } else if (result instanceof CommandResult.TooManyChanges) {
      proto.setTooManyChanges(TooManyChangesProto.getDefaultInstance());
    } else if (result instanceof CommandResult.WriteIdsExhausted) {
      proto.setWriteIdsExhausted(WriteIdsExhaustedProto.getDefaultInstance());
    } else if (result instanceof CommandResult.LeasesExhausted) {
      proto.setLeasesExhausted(LeasesExhaustedProto.getDefaultInstance());
    } else if (result instanceof CommandResult.GroupSealed) {
      proto.setGroupSealed(GroupSealedProto.getDefaultInstance());
    } else {
      throw new IllegalArgumentException("result without a form: " + result);
    }
  }

  private static ReservationsDoneProto toProto(CommandResult.ReservationsDone done) {
    ReservationsDoneProto.Builder proto =
        ReservationsDoneProto.newBuilder()
            .setRevision(done.revision())
            .setChanged(done.changed())
            .setCount(done.count());
    done.entries()
        .ifPresent(
            entries ->
                proto.setEntries(
                    ReservationEntriesProto.newBuilder()
                        .addAllEntries(entries.stream().map(ReservationCodec::toProto).toList())));
    return proto.build();
  }

  static CommandResult.ReservationsDone fromProto(ReservationsDoneProto proto) {
    return new CommandResult.ReservationsDone(
        proto.getRevision(),
        proto.getChanged(),
        proto.getCount(),
        proto.hasEntries()
            ? Optional.of(ReservationCodec.entries(proto.getEntries().getEntriesList()))
            : Optional.empty());
  }

  static CommandResult.ReservationsRefused fromProto(ReservationsRefusedProto proto) {
    return new CommandResult.ReservationsRefused(ReservationCodec.fromProto(proto));
  }

  private static TransactionDoneProto toProto(TransactionDone done) {
    TransactionDoneProto.Builder proto =
        TransactionDoneProto.newBuilder()
            .setSucceeded(done.succeeded())
            .setRevision(done.revision())
            .setChanged(done.changed());
    done.results()
        .ifPresent(
            results ->
                proto.setResults(
                    OperationResultsProto.newBuilder()
                        .addAllResults(results.stream().map(ResultCodec::toProto).toList())));
    return proto.build();
  }

  private static OperationResultProto toProto(OperationResult result) {
    OperationResultProto.Builder proto = OperationResultProto.newBuilder();
    if (result instanceof OperationResult.Put put) {
      proto.setPut(PutResultProto.newBuilder().setPreviousModRevision(put.previousModRevision()));
    } else if (result instanceof OperationResult.Read read) {
      ReadResultProto.Builder found =
          ReadResultProto.newBuilder().setCount(read.count()).setMore(read.more());
      read.records().forEach(record -> found.addRecords(toProto(record)));
      proto.setRead(found);
    } else if (result instanceof OperationResult.Deleted deleted) {
      proto.setDeleted(DeletedProto.newBuilder().setCount(deleted.count()));
    } else if (result instanceof OperationResult.Nested nested) {
      proto.setNested(
          NestedResultProto.newBuilder()
              .setSucceeded(nested.succeeded())
              .addAllResults(nested.results().stream().map(ResultCodec::toProto).toList()));
    }
    return proto.build();
  }

  static RecordProto toProto(KeyRecord record) {
    VersionedValue value = record.value();
    return RecordProto.newBuilder()
        .setKey(record.key())
        .setValue(value.value())
        .setCreateRevision(value.createRevision())
        .setModRevision(value.modRevision())
        .setVersion(value.version())
        .setLease(value.lease())
        .build();
  }

  static KeyRecord fromProto(RecordProto proto) {
    return new KeyRecord(
        proto.getKey(),
        new VersionedValue(
            proto.getValue(),
            proto.getCreateRevision(),
            proto.getModRevision(),
            proto.getVersion(),
            proto.getLease()));
  }

  static CommandResult fromProto(ResultProto proto) {
    return switch (proto.getResultCase()) {
      case APPLIED ->
          new Applied(
              proto.getApplied().getRevision(), proto.getApplied().getPreviousModRevision());
      case UNCHANGED -> new Unchanged(proto.getUnchanged().getCurrentRevision());
      case COMPARE_FAILED -> new CompareFailed(proto.getCompareFailed().getCurrentModRevision());
      case TRANSACTION -> fromProto(proto.getTransaction());
      case LEASE_ALIVE ->
          new CommandResult.LeaseAlive(
              proto.getLeaseAlive().getLease(),
              proto.getLeaseAlive().getTtlMillis(),
              proto.getLeaseAlive().getRevision());
      case LEASE_NOT_FOUND -> new CommandResult.LeaseNotFound(proto.getLeaseNotFound().getLease());
      case COMPACTED -> new CommandResult.Compacted(proto.getCompacted().getRevision());
      case WRITE_ID_CONFLICT -> new WriteIdConflict();
      case WRITE_ID_EXPIRED -> new WriteIdExpired();
      case INVALID -> new Invalid();
      case FENCED -> new CommandResult.Fenced();
      case HOUSEKEPT -> new CommandResult.Housekept();
      case HORIZON_EXCEEDED -> new CommandResult.HorizonExceeded();
      case COVERAGE_VIOLATION -> new CommandResult.CoverageViolation();
      case TOO_MANY_CHANGES -> new CommandResult.TooManyChanges();
      case WRITE_IDS_EXHAUSTED -> new CommandResult.WriteIdsExhausted();
      case LEASES_EXHAUSTED -> new CommandResult.LeasesExhausted();
      case GROUP_SEALED -> new CommandResult.GroupSealed();
      case ACTIVATED ->
          new CommandResult.Activated(ControlCodec.fromProto(proto.getActivated().getEpoch()));
      case APPROVED -> new CommandResult.Approved(proto.getApproved().getGiven());
      case ACTIVATION_REFUSED ->
          new CommandResult.ActivationRefused(
              ActivationOutcome.Code.ofCode(proto.getActivationRefused().getCode()));
      case STALE_EPOCH ->
          new CommandResult.StaleControlEpoch(
              ControlCodec.fromProto(proto.getStaleEpoch().getCurrent()));
      case DENIED -> new CommandResult.Denied();
      case NOT_READY -> new CommandResult.NotReady();
      case LIMIT_EXCEEDED -> new CommandResult.LimitExceeded();
      case RESERVATIONS_DONE -> fromProto(proto.getReservationsDone());
      case RESERVATIONS_REFUSED -> fromProto(proto.getReservationsRefused());
      case RESULT_NOT_SET -> throw new UnreadableBytes("result", "nothing in it");
    };
  }

  static TransactionDone fromProto(TransactionDoneProto proto) {
    return new TransactionDone(
        proto.getSucceeded(),
        proto.getRevision(),
        proto.getChanged(),
        proto.hasResults()
            ? Optional.of(fromProto(proto.getResults().getResultsList()))
            : Optional.empty());
  }

  private static List<OperationResult> fromProto(List<OperationResultProto> protos) {
    return protos.stream().map(ResultCodec::fromProto).toList();
  }

  private static OperationResult fromProto(OperationResultProto proto) {
    return switch (proto.getResultCase()) {
      case PUT -> new OperationResult.Put(proto.getPut().getPreviousModRevision());
      case READ ->
          new OperationResult.Read(
              proto.getRead().getRecordsList().stream().map(ResultCodec::fromProto).toList(),
              proto.getRead().getCount(),
              proto.getRead().getMore());
      case DELETED -> new OperationResult.Deleted(proto.getDeleted().getCount());
      case NESTED ->
          new OperationResult.Nested(
              proto.getNested().getSucceeded(), fromProto(proto.getNested().getResultsList()));
      case RESULT_NOT_SET ->
          throw new UnreadableBytes("result", "an operation's, with nothing in it");
    };
  }
}
