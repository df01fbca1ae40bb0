package io.holdfast.mesh.client;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.client.Exchange.Request;
import io.holdfast.mesh.client.Exchange.Response;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What the responses to a write mean. */
final class WriteJudge implements Call.Judge<WriteAnswer> {

  /** Refusals that the log records under the write's id: no attempt of this write did otherwise. */
  private static final Set<OutcomeCode> SETTLED_BY_ID =
      EnumSet.of(OutcomeCode.COMPARE_FAILED, OutcomeCode.FENCED, OutcomeCode.WRITE_ID_CONFLICT);

  private final String writeId;
  private final Optional<Request> write;
  private final Request poll;
  private final boolean impatient;
  private final UnknownGroup unknownGroup;

  /**
   * @param write what to send again; absent where only the outcome is asked for
   * @param impatient whether {@code in_flight} is an answer that the caller asked for
   */
  WriteJudge(
      String writeId, Optional<Request> write, boolean impatient, UnknownGroup unknownGroup) {
    this.unknownGroup = unknownGroup;
    this.impatient = impatient;
    this.writeId = writeId;
    this.write = write;
    this.poll = Request.get("/v1/writes/" + writeId);
  }

  @Override
  public Call.Step<WriteAnswer> judge(Response response) {
    WriteAnswer answer = AnswerText.writeAnswer(response, writeId);
    OutcomeCode code = answer.code();
    boolean unknown = code.effect() == OutcomeCode.Effect.UNKNOWN;
    if (code == OutcomeCode.IN_FLIGHT) {
      if (impatient) {
        return new Call.Settled<>(answer);
      }
      return new Call.Again<>(answer, poll, code.code(), true, false, true, Optional.empty());
    }
    if (code == OutcomeCode.UNKNOWN_GROUP) {
      return unknownGroup.step(answer, write.orElse(poll));
    }
    // A poll that finds no record: the write has not been executed yet, so it is sent again.
    // With a result it was executed, and what was not found is a lease.
    boolean unrecorded =
        code == OutcomeCode.NOT_FOUND && write.isPresent() && answer.result().isEmpty();
    if (unrecorded) {
      answer = unknown(answer, "no node has a record of this write yet");
    }
    // The same id would be told the same again: the comparison is executed once.
    boolean executed = code == OutcomeCode.COMMITTED || code == OutcomeCode.COMPARE_FAILED;
    if (executed || !(code.retryable() || unrecorded)) {
      return new Call.Settled<>(answer);
    }
    boolean overloaded = code == OutcomeCode.OVERLOADED;
    return new Call.Again<>(
        answer,
        write.orElse(poll),
        code.code(),
        false,
        !overloaded,
        unknown,
        overloaded ? answer.retryAfter() : Optional.empty());
  }

  /**
   * A refusal speaks for its own attempt only. Where an earlier attempt may have taken effect, the
   * whole call's outcome is unknown, whatever the last answer was.
   */
  @Override
  public WriteAnswer settle(WriteAnswer answer, boolean effectPossible) {
    OutcomeCode code = answer.code();
    if (effectPossible
        && code.effect() == OutcomeCode.Effect.NO
        && answer.result().isEmpty()
        && !SETTLED_BY_ID.contains(code)) {
      return unknown(
          answer, "an earlier attempt may have taken effect; the last one: " + answer.detail());
    }
    return answer;
  }

  private static WriteAnswer unknown(WriteAnswer answer, String detail) {
    return new WriteAnswer(
        OutcomeCode.OUTCOME_UNKNOWN,
        answer.reason(),
        detail,
        answer.writeId(),
        answer.result(),
        answer.acks(),
        answer.retryAfter());
  }
}
