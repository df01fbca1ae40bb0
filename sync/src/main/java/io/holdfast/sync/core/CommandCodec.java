package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.CompareFailed;
import io.holdfast.sync.core.CommandResult.Invalid;
import io.holdfast.sync.core.CommandResult.Unchanged;
import io.holdfast.sync.core.CommandResult.WriteIdConflict;
import io.holdfast.sync.core.CommandResult.WriteIdExpired;
import io.holdfast.sync.wire.AppliedProto;
import io.holdfast.sync.wire.CommandProto;
import io.holdfast.sync.wire.CompareFailedProto;
import io.holdfast.sync.wire.DeleteIfProto;
import io.holdfast.sync.wire.DeleteProto;
import io.holdfast.sync.wire.InvalidProto;
import io.holdfast.sync.wire.OutcomeProto;
import io.holdfast.sync.wire.PutIfProto;
import io.holdfast.sync.wire.PutProto;
import io.holdfast.sync.wire.RequestProto;
import io.holdfast.sync.wire.ResultProto;
import io.holdfast.sync.wire.UnchangedProto;
import io.holdfast.sync.wire.WriteIdConflictProto;
import io.holdfast.sync.wire.WriteIdExpiredProto;

/**
 * The canonical bytes of commands and their outcomes: equal values have equal bytes, in every
 * version of this software, since digests of them are kept for good.
 */
public final class CommandCodec {

  /** The version written here, and the newest one read. */
  public static final int VERSION = 1;

  private CommandCodec() {}

  /** The bytes of a batch's command entry. */
  public static ByteString encode(WriteCommand write) {
    return CommandProto.newBuilder()
        .setVersion(VERSION)
        .setWriteId(write.id().bytes())
        .setRequest(request(write.command()))
        .build()
        .toByteString();
  }

  /**
   * Reads a command entry. The digest is computed from what was read: an entry cannot claim one.
   *
   * @throws UnreadableBytes when this is no command, or one beyond {@link CommandLimits}
   */
  public static WriteCommand decode(ByteString bytes) {
    try {
      CommandProto proto = CommandProto.parseFrom(bytes);
      UnreadableBytes.checkVersion("command", proto.getVersion(), VERSION);
      Command command = command(proto.getRequest());
      CommandLimits.excessOf(command)
          .ifPresent(
              excess -> {
                throw new UnreadableBytes("command", excess);
              });
      return WriteCommand.of(WriteId.ofBytes(proto.getWriteId()), command);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("command", String.valueOf(e.getMessage()));
    }
  }

  static Digest requestDigest(Command command) {
    return Digest.of(request(command).toByteString());
  }

  private static RequestProto request(Command command) {
    RequestProto.Builder request = RequestProto.newBuilder();
    if (command instanceof Command.Put put) {
      request.setPut(PutProto.newBuilder().setKey(put.key()).setValue(put.value()));
    } else if (command instanceof Command.PutIf put) {
      request.setPutIf(
          PutIfProto.newBuilder()
              .setKey(put.key())
              .setValue(put.value())
              .setExpectedModRevision(put.expectedModRevision()));
    } else if (command instanceof Command.Delete delete) {
      request.setDelete(DeleteProto.newBuilder().setKey(delete.key()));
    } else if (command instanceof Command.DeleteIf delete) {
      request.setDeleteIf(
          DeleteIfProto.newBuilder()
              .setKey(delete.key())
              .setExpectedModRevision(delete.expectedModRevision()));
    }
    return request.build();
  }

  private static Command command(RequestProto request) {
    return switch (request.getRequestCase()) {
      case PUT -> new Command.Put(request.getPut().getKey(), request.getPut().getValue());
      case PUT_IF ->
          new Command.PutIf(
              request.getPutIf().getKey(),
              request.getPutIf().getValue(),
              request.getPutIf().getExpectedModRevision());
      case DELETE -> new Command.Delete(request.getDelete().getKey());
      case DELETE_IF ->
          new Command.DeleteIf(
              request.getDeleteIf().getKey(), request.getDeleteIf().getExpectedModRevision());
      case REQUEST_NOT_SET -> throw new UnreadableBytes("command", "no request in it");
    };
  }

  /** The bytes of an outcome, as they enter the hash chain and reach the coordinator. */
  public static ByteString encode(CommandOutcome outcome) {
    return OutcomeProto.newBuilder()
        .setVersion(VERSION)
        .setSlot(outcome.slot().number())
        .setReplayed(outcome.replayed())
        .setResult(toProto(outcome.result()))
        .build()
        .toByteString();
  }

  /**
   * Reads {@link #encode(CommandOutcome)}.
   *
   * @throws UnreadableBytes when this is no outcome
   */
  public static CommandOutcome decodeOutcome(ByteString bytes) {
    try {
      OutcomeProto proto = OutcomeProto.parseFrom(bytes);
      UnreadableBytes.checkVersion("outcome", proto.getVersion(), VERSION);
      return new CommandOutcome(
          fromProto(proto.getResult()), proto.getReplayed(), new Slot(proto.getSlot()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("outcome", String.valueOf(e.getMessage()));
    }
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
    } else if (result instanceof WriteIdConflict) {
      proto.setWriteIdConflict(WriteIdConflictProto.getDefaultInstance());
    } else if (result instanceof WriteIdExpired) {
      proto.setWriteIdExpired(WriteIdExpiredProto.getDefaultInstance());
    } else if (result instanceof Invalid) {
      proto.setInvalid(InvalidProto.getDefaultInstance());
    }
    return proto.build();
  }

  static CommandResult fromProto(ResultProto proto) {
    return switch (proto.getResultCase()) {
      case APPLIED ->
          new Applied(
              proto.getApplied().getRevision(), proto.getApplied().getPreviousModRevision());
      case UNCHANGED -> new Unchanged(proto.getUnchanged().getCurrentRevision());
      case COMPARE_FAILED -> new CompareFailed(proto.getCompareFailed().getCurrentModRevision());
      case WRITE_ID_CONFLICT -> new WriteIdConflict();
      case WRITE_ID_EXPIRED -> new WriteIdExpired();
      case INVALID -> new Invalid();
      case RESULT_NOT_SET -> throw new UnreadableBytes("result", "nothing in it");
    };
  }
}
