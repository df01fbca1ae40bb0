package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.chaos.history.RegisterCall;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.OutcomeCode.Effect;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.sync.core.WriteId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client wants, from its first attempt to its last answer. */
final class ClientOperation {

  private final String process;
  private final ClientRequest request;
  private final @Nullable RegisterCall call;
  private Slot mayNotMiss = Slot.ZERO;
  private int attempts;
  private boolean perhapsEffective;
  private boolean over;
  private @Nullable OutcomeCode code;
  private @Nullable WriteAnswer written;
  private @Nullable ReadAnswer read;

  /**
   * @param call how it stands in a history; null for what has no place there
   */
  ClientOperation(String process, ClientRequest request, @Nullable RegisterCall call) {
    this.process = process;
    this.request = request;
    this.call = call;
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

  boolean isWrite() {
    return request instanceof ClientRequest.Write;
  }

  /** Where it was executed, as far as the client was told. */
  Optional<WriteAnswer.Executed> executed() {
    return isWrite() ? Optional.ofNullable(written).flatMap(WriteAnswer::result) : Optional.empty();
  }

  /** Whether the client may take it that its write never takes effect. */
  boolean hadNoEffect() {
    return isWrite() && !perhapsEffective && code != null && code.effect() == Effect.NO;
  }
}
