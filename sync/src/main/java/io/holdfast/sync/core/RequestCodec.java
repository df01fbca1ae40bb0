package io.holdfast.sync.core;

import io.holdfast.sync.core.Comparison.Field;
import io.holdfast.sync.core.Comparison.Relation;
import io.holdfast.sync.core.reservation.ReservationRequestCodec;
import io.holdfast.sync.wire.AdvanceHorizonProto;
import io.holdfast.sync.wire.CompactProto;
import io.holdfast.sync.wire.ComparisonProto;
import io.holdfast.sync.wire.DeleteIfProto;
import io.holdfast.sync.wire.DeleteProto;
import io.holdfast.sync.wire.ExpireLeaseProto;
import io.holdfast.sync.wire.GrantLeaseProto;
import io.holdfast.sync.wire.KeepAliveProto;
import io.holdfast.sync.wire.OperationProto;
import io.holdfast.sync.wire.PutIfProto;
import io.holdfast.sync.wire.PutProto;
import io.holdfast.sync.wire.ReadDetailProto;
import io.holdfast.sync.wire.ReadProto;
import io.holdfast.sync.wire.RequestProto;
import io.holdfast.sync.wire.ResolveProto;
import io.holdfast.sync.wire.RevokeLeaseProto;
import io.holdfast.sync.wire.TransactionProto;
import java.util.List;

/** Commands as protobuf; canonical, since the digest of a request is that of these bytes. */
final class RequestCodec {

  private RequestCodec() {}

  /** Whether software that knew no plans could write this. */
  static boolean isBeforePlans(Command command) {
    return (command instanceof Command.Put put && put.lease() == 0)
        || (command instanceof Command.PutIf putIf && putIf.lease() == 0)
        || command instanceof Command.Delete
        || command instanceof Command.DeleteIf;
  }

  /** Whether software that knew no epochs could write this. */
  static boolean isBeforeEpochs(Command command) {
    return !(command instanceof Command.OnControl)
        && !(command instanceof Command.GiveEvidence)
        && !(command instanceof Command.OnReservations);
  }

  static RequestProto toProto(Command command) {
    RequestProto.Builder request = RequestProto.newBuilder();
    if (command instanceof Command.Put put) {
      request.setPut(toProto(put.key(), put.value(), put.lease()));
    } else if (command instanceof Command.PutIf put) {
      request.setPutIf(
          PutIfProto.newBuilder()
              .setKey(put.key())
              .setValue(put.value())
              .setExpectedModRevision(put.expectedModRevision())
              .setLease(put.lease()));
    } else if (command instanceof Command.Delete delete) {
      request.setDelete(DeleteProto.newBuilder().setKey(delete.key()));
    } else if (command instanceof Command.DeleteIf delete) {
      request.setDeleteIf(
          DeleteIfProto.newBuilder()
              .setKey(delete.key())
              .setExpectedModRevision(delete.expectedModRevision()));
    } else if (command instanceof Command.Transaction transaction) {
      request.setTransaction(toProto(transaction));
    } else if (command instanceof Command.Resolve) {
      request.setResolve(ResolveProto.getDefaultInstance());
    } else if (command instanceof Command.Compact compact) {
      request.setCompact(CompactProto.newBuilder().setRevision(compact.revision()));
    } else if (command instanceof Command.AdvanceHorizon advance) {
      request.setAdvanceHorizon(AdvanceHorizonProto.newBuilder().setMillis(advance.millis()));
    } else if (command instanceof Command.ForgetHistory forget) {
      request.setForgetHistory(CompactProto.newBuilder().setRevision(forget.revision()));
    } else if (command instanceof Command.Activate activate) {
      request.setActivate(ControlCodec.toProto(activate.activation()));
    } else if (command instanceof Command.Approve approve) {
      request.setApprove(ControlCodec.toProto(approve.expected(), approve.resulting()));
    } else if (command instanceof Command.GiveEvidence given) {
      request.setGiveEvidence(ControlCodec.toProto(given.member(), given.loaded(), given.checks()));
    } else if (command instanceof Command.OnReservations onReservations) {
      request.setReservations(ReservationRequestCodec.toProto(onReservations.request()));
    } else {
      putLease(request, command);
    }
    return request.build();
  }

  private static void putLease(RequestProto.Builder request, Command command) {
    if (command instanceof Command.GrantLease grant) {
      request.setGrantLease(GrantLeaseProto.newBuilder().setTtlMillis(grant.ttlMillis()));
    } else if (command instanceof Command.KeepAlive keep) {
      request.setKeepAlive(KeepAliveProto.newBuilder().setLease(keep.lease()));
    } else if (command instanceof Command.RevokeLease revoke) {
      request.setRevokeLease(RevokeLeaseProto.newBuilder().setLease(revoke.lease()));
    } else if (command instanceof Command.ExpireLease expire) {
      request.setExpireLease(
          ExpireLeaseProto.newBuilder().setLease(expire.lease()).setRenewal(expire.renewal()));
    } else {
      throw new IllegalArgumentException("command without a form: " + command);
    }
  }

  private static PutProto toProto(
      com.google.protobuf.ByteString key, com.google.protobuf.ByteString value, long lease) {
    return PutProto.newBuilder().setKey(key).setValue(value).setLease(lease).build();
  }

  private static TransactionProto toProto(Command.Transaction transaction) {
    TransactionProto.Builder proto = TransactionProto.newBuilder();
    for (Comparison condition : transaction.conditions()) {
      proto.addConditions(
          ComparisonProto.newBuilder()
              .setKeys(PlanCodec.toProto(condition.keys()))
              .setField(ComparisonProto.Field.valueOf(condition.field().name()))
              .setRelation(ComparisonProto.Relation.valueOf(condition.relation().name()))
              .setValue(condition.value())
              .setNumber(condition.number()));
    }
    transaction.then().forEach(operation -> proto.addThen(toProto(operation)));
    transaction.otherwise().forEach(operation -> proto.addOtherwise(toProto(operation)));
    return proto.build();
  }

  private static OperationProto toProto(Operation operation) {
    OperationProto.Builder proto = OperationProto.newBuilder();
    if (operation instanceof Operation.Put put) {
      proto.setPut(toProto(put.key(), put.value(), put.lease()));
    } else if (operation instanceof Operation.Read read) {
      proto.setRead(
          ReadProto.newBuilder()
              .setKeys(PlanCodec.toProto(read.keys()))
              .setLimit(read.limit())
              .setDetail(ReadDetailProto.valueOf(read.detail().name())));
    } else if (operation instanceof Operation.Delete delete) {
      proto.setDelete(PlanCodec.toProto(delete.keys()));
    } else if (operation instanceof Operation.Nested nested) {
      proto.setNested(toProto(nested.transaction()));
    }
    return proto.build();
  }

  static Command fromProto(RequestProto request) {
    return switch (request.getRequestCase()) {
      case PUT ->
          new Command.Put(
              request.getPut().getKey(), request.getPut().getValue(), request.getPut().getLease());
      case PUT_IF ->
          new Command.PutIf(
              request.getPutIf().getKey(),
              request.getPutIf().getValue(),
              request.getPutIf().getExpectedModRevision(),
              request.getPutIf().getLease());
      case DELETE -> new Command.Delete(request.getDelete().getKey());
      case DELETE_IF ->
          new Command.DeleteIf(
              request.getDeleteIf().getKey(), request.getDeleteIf().getExpectedModRevision());
      case TRANSACTION -> fromProto(request.getTransaction());
      case RESOLVE -> new Command.Resolve();
      case GRANT_LEASE -> new Command.GrantLease(request.getGrantLease().getTtlMillis());
      case KEEP_ALIVE -> new Command.KeepAlive(request.getKeepAlive().getLease());
      case REVOKE_LEASE -> new Command.RevokeLease(request.getRevokeLease().getLease());
      case COMPACT -> new Command.Compact(request.getCompact().getRevision());
      case EXPIRE_LEASE ->
          new Command.ExpireLease(
              request.getExpireLease().getLease(), request.getExpireLease().getRenewal());
      case ADVANCE_HORIZON -> new Command.AdvanceHorizon(request.getAdvanceHorizon().getMillis());
      case FORGET_HISTORY -> new Command.ForgetHistory(request.getForgetHistory().getRevision());
      case ACTIVATE -> new Command.Activate(ControlCodec.fromProto(request.getActivate()));
      case APPROVE -> ControlCodec.fromProto(request.getApprove());
      case GIVE_EVIDENCE -> ControlCodec.fromProto(request.getGiveEvidence());
      case RESERVATIONS ->
          new Command.OnReservations(ReservationRequestCodec.fromProto(request.getReservations()));
      case REQUEST_NOT_SET -> throw new UnreadableBytes("command", "no request in it");
    };
  }

  private static Command.Transaction fromProto(TransactionProto proto) {
    return new Command.Transaction(
        proto.getConditionsList().stream().map(RequestCodec::fromProto).toList(),
        fromProto(proto.getThenList()),
        fromProto(proto.getOtherwiseList()));
  }

  private static Comparison fromProto(ComparisonProto proto) {
    return new Comparison(
        PlanCodec.fromProto(proto.getKeys()),
        constant(Field.class, proto.getField().name()),
        constant(Relation.class, proto.getRelation().name()),
        proto.getValue(),
        proto.getNumber());
  }

  private static List<Operation> fromProto(List<OperationProto> protos) {
    return protos.stream().map(RequestCodec::fromProto).toList();
  }

  private static Operation fromProto(OperationProto proto) {
    return switch (proto.getOperationCase()) {
      case PUT ->
          new Operation.Put(
              proto.getPut().getKey(), proto.getPut().getValue(), proto.getPut().getLease());
      case READ ->
          new Operation.Read(
              PlanCodec.fromProto(proto.getRead().getKeys()),
              proto.getRead().getLimit(),
              constant(ReadDetail.class, proto.getRead().getDetail().name()));
      case DELETE -> new Operation.Delete(PlanCodec.fromProto(proto.getDelete()));
      case NESTED -> new Operation.Nested(fromProto(proto.getNested()));
      case OPERATION_NOT_SET ->
          throw new UnreadableBytes("command", "an operation with nothing in it");
    };
  }

  /** The constant of that name; one that this software does not know makes the bytes unreadable. */
  private static <T extends Enum<T>> T constant(Class<T> type, String name) {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new UnreadableBytes("command", type.getSimpleName() + " " + name + " is not known");
    }
  }
}
