package io.holdfast.chaos.run;

import io.holdfast.chaos.live.Answer;
import io.holdfast.config.core.OutcomeCode;
import java.util.Arrays;
import java.util.Optional;

/** What became of a write. */
enum WriteFate {
  /** It took effect. */
  DONE,
  /** Its guards did not hold when it was executed: it took none. */
  REFUSED,
  /** It was not executed and never will be. */
  NEVER,
  /** Nobody has said, however often it was asked. */
  OPEN;

  /** What an answer to a write, or to having it resolved, says of it; empty where nothing final. */
  static Optional<WriteFate> of(Answer answer) {
    if (answer.code().equals(OutcomeCode.FENCED.code())) {
      return Optional.of(NEVER);
    }
    if (answer.code().equals(OutcomeCode.COMPARE_FAILED.code())) {
      return Optional.of(REFUSED);
    }
    return TransactionForm.succeeded(answer)
        .or(() -> Optional.of(true).filter(unused -> isCommitted(answer)))
        .map(held -> held ? DONE : REFUSED);
  }

  private static boolean isCommitted(Answer answer) {
    return answer.status() == 200 && answer.code().equals(OutcomeCode.COMMITTED.code());
  }

  /**
   * The code of an answer that says nothing final; silence leaves all open. A node whose clock is
   * behind takes ids for dated ahead, and says so to whoever asks it: another node will do.
   */
  static OutcomeCode code(Answer answer) {
    boolean behind = answer.json().path("detail").asText().contains("ahead of this node's clock");
    if (behind) {
      return OutcomeCode.NOT_READY;
    }
    return Arrays.stream(OutcomeCode.values())
        .filter(code -> code.code().equals(answer.code()) && code != OutcomeCode.COMMITTED)
        .findFirst()
        .orElse(OutcomeCode.OUTCOME_UNKNOWN);
  }
}
