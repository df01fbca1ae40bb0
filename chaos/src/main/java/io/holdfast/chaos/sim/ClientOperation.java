package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.chaos.history.RegisterCall;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.OutcomeCode.Effect;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.WriteId;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a client wants, from its first attempt to its last answer. */
final class ClientOperation {

  private final String process;
  private final ClientRequest request;
  private final @Nullable RegisterCall call;
  private final Optional<Transfer> transfer;
  private final Optional<Command> command;
  private Slot mayNotMiss = Slot.ZERO;
  private int attempts;
  private boolean perhapsEffective;
  private boolean over;
  private @Nullable OutcomeCode code;
  private @Nullable WriteAnswer written;
  private @Nullable ReadAnswer read;

  /**
   * @param call how it stands in a history
   */
  ClientOperation(String process, ClientRequest request, RegisterCall call) {
    this(process, request, call, Optional.empty());
  }

  /**
   * One that has no place in a history.
   *
   * @param transfer what the write, or the write that this resolves, is to move, if it is to move
   *     something
   */
  ClientOperation(String process, ClientRequest request, Optional<Transfer> transfer) {
    this(process, request, null, transfer);
  }

  private ClientOperation(
      String process,
      ClientRequest request,
      @Nullable RegisterCall call,
      Optional<Transfer> transfer) {
    this.process = process;
    this.request = request;
    this.call = call;
    this.transfer = transfer;
    this.command =
        request instanceof ClientRequest.Write write
            ? Optional.of(write.write().command())
            : Optional.empty();
  }

  String process() {
    return process;
  }

  ClientRequest request() {
    return request;
  }

  @Nullable RegisterCall call() {
    return call;
  }

  Optional<Transfer> transfer() {
    return transfer;
  }

  /** What it writes; empty for a read. */
  Optional<Command> command() {
    return command;
  }

  /** Whether it settles another write, whose id it has. */
  boolean resolves() {
    return command.filter(Command.Resolve.class::isInstance).isPresent();
  }

  /** In a few words. */
  String text() {
    if (call != null) {
      return call.toString();
    }
    String what = command.map(Object::getClass).orElse(request.getClass()).getSimpleName();
    return transfer.map(moved -> what + " " + moved).orElse(what);
  }

  /** Of a write. */
  WriteId writeId() {
    if (request instanceof ClientRequest.Write write) {
      return write.id();
    }
    throw new IllegalStateException("no write: " + request);
  }

  /** Counts an attempt, from 1. */
  int attempt() {
    return ++attempts;
  }

  int attempts() {
    return attempts;
  }

  void mayNotMiss(Slot committed) {
    mayNotMiss = committed;
  }

  void end() {
    over = true;
  }

  /** Whether nothing is waited for any more. */
  boolean isOver() {
    return over;
  }

  /** What was committed before the operation began. */
  Slot mayNotMiss() {
    return mayNotMiss;
  }

  void answered(WriteAnswer answer) {
    perhapsEffective |= leavesOpen();
    code = answer.code();
    written = answer;
  }

  void answered(ReadAnswer answer) {
    read = answer;
    code = answer instanceof ReadAnswer.Refused refused ? refused.code() : null;
  }

  /** The connection broke. */
  void lost() {
    perhapsEffective = true;
    code = OutcomeCode.OUTCOME_UNKNOWN;
    written = null;
  }

  /** Nobody listened. */
  void unheard() {
    perhapsEffective |= leavesOpen();
    code = OutcomeCode.NOT_READY;
    written = null;
  }

  private boolean leavesOpen() {
    return code != null && code.effect() != Effect.NO;
  }

  /** The code of the last answer; null for a read that was answered. */
  @Nullable OutcomeCode answer() {
    return code;
  }

  @Nullable ReadAnswer read() {
    return read;
  }

  /** What keys it reads; empty for a write and a look-up. */
  Optional<ReadQuery> query() {
    if (request instanceof ClientRequest.Read linearizable) {
      return ofKeys(linearizable.query());
    }
    return request instanceof ClientRequest.ReadLocal local
        ? ofKeys(local.query())
        : Optional.empty();
  }

  private static Optional<ReadQuery> ofKeys(ReplicaQuery query) {
    return query instanceof ReadQuery keys ? Optional.of(keys) : Optional.empty();
  }

  boolean isWrite() {
    return request instanceof ClientRequest.Write;
  }

  /** Where it was executed, as far as the client was told. */
  Optional<WriteAnswer.Executed> executed() {
    return isWrite() ? Optional.ofNullable(written).flatMap(WriteAnswer::result) : Optional.empty();
  }

  /**
   * Whether the client may take it that its write never takes effect. A resolve that was refused
   * says nothing of the write.
   */
  boolean hadNoEffect() {
    return isWrite()
        && code != null
        && code.effect() == Effect.NO
        && (resolves() ? code == OutcomeCode.FENCED : !perhapsEffective);
  }

  /** The revision that it took, as far as the client was told; empty where it changed nothing. */
  OptionalLong revisionTaken() {
    return executed().map(ClientOperation::revisionOf).orElse(OptionalLong.empty());
  }

  private static OptionalLong revisionOf(WriteAnswer.Executed executed) {
    CommandResult result = executed.result().orElse(null);
    if (result instanceof CommandResult.TransactionDone done) {
      return done.changed() ? OptionalLong.of(done.revision()) : OptionalLong.empty();
    } else if (result instanceof CommandResult.ReservationsDone done) {
      return done.changed() ? OptionalLong.of(done.revision()) : OptionalLong.empty();
    } else if (result instanceof CommandResult.LeaseAlive alive) {
      // A grant takes the revision that numbers its lease; a renewal takes none.
      return alive.lease() == alive.revision()
          ? OptionalLong.of(alive.revision())
          : OptionalLong.empty();
    }
    return executed.modRevision();
  }

  /** Whether what became of it is known for good, as far as it ever can be. */
  boolean isSettled() {
    if (code == null) {
      return read != null;
    } else if (executed().isPresent()) {
      return true; // with whatever result
    }
    return switch (code) {
      case COMMITTED,
              COMPARE_FAILED,
              FENCED,
              WRITE_ID_CONFLICT,
              WRITE_ID_EXPIRED,
              NOT_FOUND,
              UNKNOWN_GROUP,
              COMPACTED ->
          true;
      // Another node may have taken it before this one refused it.
      default -> !code.retryable() && hadNoEffect();
    };
  }
}
