package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.sync.core.CommandResult.Detailed;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationCodec;
import io.holdfast.sync.wire.AnswerProto;
import io.holdfast.sync.wire.ChangeSegmentProto;
import io.holdfast.sync.wire.LeaseBucketProto;
import io.holdfast.sync.wire.ResultProto;
import io.holdfast.sync.wire.StateHeaderProto;
import io.holdfast.sync.wire.StoreStateProto;
import io.holdfast.sync.wire.StoredChangeProto;
import io.holdfast.sync.wire.StoredExclusionsProto;
import io.holdfast.sync.wire.StoredLeaseProto;
import io.holdfast.sync.wire.StoredReservationProto;
import io.holdfast.sync.wire.TouchedKeysProto;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The bytes of the rows of a replica's store, but for those of write ids, which {@link SyncCodec}
 * has. What reads them throws {@link UnreadableBytes} where they are something else.
 */
public final class StoreCodec {

  private StoreCodec() {}

  /** A row of changes. */
  public static ByteString encodeChanges(List<LinkedChange> changes) {
    ChangeSegmentProto.Builder row =
        ChangeSegmentProto.newBuilder().setVersion(SyncCodec.ROW_VERSION);
    for (LinkedChange linked : changes) {
      Change change = linked.change();
      StoredChangeProto.Builder proto =
          row.addChangesBuilder()
              .setPlace(change.place())
              .setKey(change.key())
              .setCreateRevision(change.createRevision())
              .setVersion(change.version())
              .setLease(change.lease())
              .setPrevious(change.previous())
              .setJump(linked.jump());
      ByteString value = change.value();
      if (value != null) {
        proto.setValue(value);
      }
    }
    return row.build().toByteString();
  }

  /** Reads a row of changes. */
  public static List<LinkedChange> decodeChanges(ByteString bytes) {
    return decode(
        "row of changes",
        bytes,
        ChangeSegmentProto.parser(),
        ChangeSegmentProto::getVersion,
        row -> row.getChangesList().stream().map(StoreCodec::fromProto).toList());
  }

  private static LinkedChange fromProto(StoredChangeProto proto) {
    return new LinkedChange(
        new Change(
            proto.getPlace(),
            proto.getKey(),
            proto.hasValue() ? proto.getValue() : null,
            proto.getCreateRevision(),
            proto.getVersion(),
            proto.getLease(),
            proto.getPrevious()),
        proto.getJump());
  }

  /** The state row. */
  public static ByteString encodeState(StoredProgress state) {
    return StoreStateProto.newBuilder()
        .setVersion(SyncCodec.ROW_VERSION)
        .setHeader(toProto(state.header()))
        .setLastPlace(state.lastPlace())
        .setCollected(state.collected())
        .setChangeCount(state.changeCount())
        .setFirstTouchedRow(state.firstTouchedRow())
        .setNextTouchedRow(state.nextTouchedRow())
        .setInstalledAt(state.installedAt().number())
        .build()
        .toByteString();
  }

  private static StateHeaderProto.Builder toProto(StateHeader header) {
    StateHeaderProto.Builder proto =
        StateHeaderProto.newBuilder()
            .setWriteIdWindow(header.terms().writeIdWindow())
            .setRotationCommands(header.terms().rotationCommands())
            .setRotationBytes(header.terms().rotationBytes())
            .setAppliedSlot(header.applied().number())
            .setChainHash(header.chainHash().bytes())
            .setRevision(header.revision())
            .setCompacted(header.compacted())
            .setKeyCount(header.keyCount())
            .setLeaseCount(header.leaseCount())
            .setFirstWriteOrdinal(header.firstWriteOrdinal())
            .setNextWriteOrdinal(header.nextWriteOrdinal())
            .setHorizonMillis(header.horizonMillis())
            .setGeneration(header.generation())
            .setGenerationCommands(header.generationCommands())
            .setGenerationBytes(header.generationBytes())
            .setReservationCount(header.reservationCount())
            .setExclusionPlaceCount(header.exclusionPlaceCount());
    if (header.control().number() > 0) {
      proto.setControl(ControlCodec.toProto(header.control()));
    }
    header
        .membership()
        .ifPresent(membership -> proto.setMembership(MembershipCodec.toProto(membership)));
    return proto;
  }

  /** Reads the state row. */
  public static StoredProgress decodeState(ByteString bytes) {
    return decode(
        "state row",
        bytes,
        StoreStateProto.parser(),
        StoreStateProto::getVersion,
        row ->
            new StoredProgress(
                fromProto(row.getHeader()),
                row.getLastPlace(),
                row.getCollected(),
                row.getChangeCount(),
                row.getFirstTouchedRow(),
                row.getNextTouchedRow(),
                new Slot(row.getInstalledAt())));
  }

  private static StateHeader fromProto(StateHeaderProto proto) {
    StateHeader header = withoutMembership(proto);
    if (proto.hasControl()) {
      header = header.with(ControlCodec.fromProto(proto.getControl()));
    }
    try {
      return proto.hasMembership()
          ? header.with(MembershipCodec.fromProto(proto.getMembership()))
          : header;
    } catch (MalformedMessage e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static StateHeader withoutMembership(StateHeaderProto proto) {
    return new StateHeader(
            new StateTerms(
                proto.getWriteIdWindow(), proto.getRotationCommands(), proto.getRotationBytes()),
            new Slot(proto.getAppliedSlot()),
            new Digest(proto.getChainHash()),
            proto.getRevision(),
            proto.getCompacted(),
            proto.getKeyCount(),
            proto.getLeaseCount(),
            proto.getFirstWriteOrdinal(),
            proto.getNextWriteOrdinal(),
            proto.getHorizonMillis(),
            proto.getGeneration(),
            proto.getGenerationCommands(),
            proto.getGenerationBytes())
        .withReservations(proto.getReservationCount(), proto.getExclusionPlaceCount());
  }

  /** A row of touched keys. */
  public static ByteString encodeTouched(Touched touched) {
    return TouchedKeysProto.newBuilder()
        .setVersion(SyncCodec.ROW_VERSION)
        .setGeneration(touched.generation())
        .addAllKeys(touched.keys())
        .build()
        .toByteString();
  }

  /** Reads a row of touched keys. */
  public static Touched decodeTouched(ByteString bytes) {
    return decode(
        "row of touched keys",
        bytes,
        TouchedKeysProto.parser(),
        TouchedKeysProto::getVersion,
        row -> new Touched(row.getGeneration(), row.getKeysList()));
  }

  /** A row of leases. */
  public static ByteString encodeLeases(Iterable<Lease> leases) {
    LeaseBucketProto.Builder row = LeaseBucketProto.newBuilder().setVersion(SyncCodec.ROW_VERSION);
    for (Lease lease : leases) {
      row.addLeases(
          StoredLeaseProto.newBuilder()
              .setNumber(lease.number())
              .setTtlMillis(lease.ttlMillis())
              .setRenewal(lease.renewal()));
    }
    return row.build().toByteString();
  }

  /** Reads a row of leases. */
  public static List<Lease> decodeLeases(ByteString bytes) {
    return decode(
        "row of leases",
        bytes,
        LeaseBucketProto.parser(),
        LeaseBucketProto::getVersion,
        row ->
            row.getLeasesList().stream()
                .map(l -> new Lease(l.getNumber(), l.getTtlMillis(), l.getRenewal()))
                .toList());
  }

  /** The row of a reservation. */
  public static ByteString encodeReservation(Reservation one) {
    return StoredReservationProto.newBuilder()
        .setVersion(SyncCodec.ROW_VERSION)
        .setReservation(ReservationCodec.toProto(one))
        .build()
        .toByteString();
  }

  /** Reads the row of a reservation. */
  public static Reservation decodeReservation(ByteString bytes) {
    return decode(
        "row of a reservation",
        bytes,
        StoredReservationProto.parser(),
        StoredReservationProto::getVersion,
        row -> ReservationCodec.fromProto(row.getReservation()));
  }

  /** The row of what is excluded from a pool in one place. */
  public static ByteString encodeExclusions(PoolPlace place, List<Exclusion> exclusions) {
    return StoredExclusionsProto.newBuilder()
        .setVersion(SyncCodec.ROW_VERSION)
        .setPool(place.pool())
        .setWithin(place.within())
        .addAllExclusions(exclusions.stream().map(ReservationCodec::toProto).toList())
        .build()
        .toByteString();
  }

  /** Reads the row of what is excluded from a pool in one place. */
  public static Map.Entry<PoolPlace, List<Exclusion>> decodeExclusions(ByteString bytes) {
    return decode(
        "row of exclusions",
        bytes,
        StoredExclusionsProto.parser(),
        StoredExclusionsProto::getVersion,
        row ->
            Map.entry(
                new PoolPlace(row.getPool(), row.getWithin()),
                ReservationCodec.exclusions(row.getExclusionsList())));
  }

  /** The row of a result with its details. */
  public static ByteString encodeAnswer(Detailed result) {
    ResultProto proto = ResultCodec.toProto(result);
    AnswerProto.Builder row = AnswerProto.newBuilder().setVersion(SyncCodec.ROW_VERSION);
    if (result instanceof CommandResult.TransactionDone) {
      row.setDone(proto.getTransaction());
    } else if (result instanceof CommandResult.ReservationsDone) {
      row.setReservationsDone(proto.getReservationsDone());
    } else if (result instanceof CommandResult.ReservationsRefused) {
      row.setReservationsRefused(proto.getReservationsRefused());
    }
    return row.build().toByteString();
  }

  /** Reads the row of a result with its details. */
  public static Detailed decodeAnswer(ByteString bytes) {
    return decode(
        "row of an answer",
        bytes,
        AnswerProto.parser(),
        AnswerProto::getVersion,
        row ->
            switch (row.getAnswerCase()) {
              case DONE -> ResultCodec.fromProto(row.getDone());
              case RESERVATIONS_DONE -> ResultCodec.fromProto(row.getReservationsDone());
              case RESERVATIONS_REFUSED -> ResultCodec.fromProto(row.getReservationsRefused());
              case ANSWER_NOT_SET -> throw new IllegalArgumentException("nothing in it");
            });
  }

  private static <P, T> T decode(
      String what,
      ByteString bytes,
      Parser<P> parser,
      Function<P, Integer> version,
      Function<P, T> read) {
    try {
      P row = parser.parseFrom(bytes);
      UnreadableBytes.checkVersion(what, version.apply(row), SyncCodec.ROW_VERSION);
      return read.apply(row);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes(what, String.valueOf(e.getMessage()));
    }
  }
}
