package io.holdfast.mesh.core;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.core.WriteLookup;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What clients are told, made from what the cores concluded. */
public final class GroupAnswers {

  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private GroupAnswers() {}

  /**
   * Of two groups' answers about one write id, the one to give: an id is used in one group, but
   * which one is not told, so what is not recorded or too old here may be recorded there.
   */
  public static WriteAnswer moreTelling(WriteAnswer one, WriteAnswer other) {
    return telling(other.code()) > telling(one.code()) ? other : one;
  }

  private static int telling(OutcomeCode code) {
    return switch (code) {
      case NOT_FOUND -> 0;
      case WRITE_ID_EXPIRED -> 1;
      case IN_FLIGHT -> 3;
      case COMMITTED, COMPARE_FAILED, WRITE_ID_CONFLICT, FENCED -> 4;
      default -> 2;
    };
  }

  static WriteAnswer committed(String writeId, Outcome.Committed committed) {
    CommandOutcome outcome = CommandCodec.decodeOutcome(committed.result());
    return executed(
        writeId, outcome, outcome.replayed() ? Optional.empty() : Optional.of(committed.acks()));
  }

  static WriteAnswer executed(String writeId, CommandOutcome outcome, Optional<AckReport> acks) {
    CommandResult result = outcome.result();
    long slot = outcome.slot().number();
    boolean replayed = outcome.replayed();
    if (result instanceof CommandResult.Applied applied) {
      return new WriteAnswer(
          OutcomeCode.COMMITTED,
          Optional.empty(),
          replayed ? "This write took effect before; this is its recorded outcome." : "",
          writeId,
          Optional.of(
              new Executed(
                  slot,
                  OptionalLong.of(applied.revision()),
                  applied.previousModRevision(),
                  replayed)),
          acks,
          Optional.empty());
    }
    if (result instanceof CommandResult.Unchanged) {
      return new WriteAnswer(
          OutcomeCode.COMMITTED,
          Optional.empty(),
          "There was nothing to delete.",
          writeId,
          Optional.of(new Executed(slot, OptionalLong.empty(), 0, replayed)),
          acks,
          Optional.empty());
    }
    if (result instanceof CommandResult.CompareFailed failed) {
      return new WriteAnswer(
          OutcomeCode.COMPARE_FAILED,
          Optional.empty(),
          failed.currentModRevision() == 0
              ? "The key is absent."
              : "The key's modRevision is " + failed.currentModRevision() + ".",
          writeId,
          Optional.of(
              new Executed(slot, OptionalLong.empty(), failed.currentModRevision(), replayed)),
          acks,
          Optional.empty());
    }
    if (result instanceof CommandResult.WriteIdConflict) {
      return refused(
          OutcomeCode.WRITE_ID_CONFLICT, "This write id was used for another request.", writeId);
    }
    if (result instanceof CommandResult.WriteIdExpired) {
      return refused(
          OutcomeCode.WRITE_ID_EXPIRED,
          "This write id is older than what the group remembers: whether it took effect is unknown.",
          writeId);
    }
    return refused(OutcomeCode.INVALID, "The command could not be executed.", writeId);
  }

  static WriteAnswer undecided(String writeId, Outcome.Undecided undecided) {
    Verdict verdict = undecided.verdict();
    if (verdict instanceof Verdict.NotMet notMet) {
      String preempted =
          undecided
              .preemptedBy()
              .map(ballot -> " Leadership passed to ballot " + ballot + " meanwhile.")
              .orElse("");
      return new WriteAnswer(
          OutcomeCode.QUORUM_NOT_MET,
          Optional.of(notMet.reason().code()),
          tooFew(verdict.acks()) + "; it may still commit." + preempted,
          writeId,
          Optional.empty(),
          Optional.of(verdict.acks()),
          Optional.of(RETRY_SOON));
    }
    return new WriteAnswer(
        OutcomeCode.LOCAL_WRITE_FAILED,
        Optional.empty(),
        "The disk of the node that took this write failed, and the node stops; it may still commit.",
        writeId,
        Optional.empty(),
        Optional.of(verdict.acks()),
        Optional.of(RETRY_SOON));
  }

  private static String tooFew(AckReport acks) {
    return acks.got() < acks.w()
        ? "Only %d of the %d acknowledgements needed came in time".formatted(acks.got(), acks.w())
        : "Others acknowledged in time, but this node's own disk did not";
  }

  /** A refusal, with the time after which to try again where that helps. */
  public static WriteAnswer refused(OutcomeCode code, String detail, String writeId) {
    return new WriteAnswer(
        code,
        Optional.empty(),
        detail,
        writeId,
        Optional.empty(),
        Optional.empty(),
        code.retryable() ? Optional.of(RETRY_SOON) : Optional.empty());
  }

  static WriteAnswer inFlight(String writeId) {
    return refused(
        OutcomeCode.IN_FLIGHT, "The verdict is not in yet; ask for it by the write id.", writeId);
  }

  static WriteAnswer outcomeUnknown(String writeId, String why) {
    return refused(OutcomeCode.OUTCOME_UNKNOWN, why + "; retry with the same write id.", writeId);
  }

  static ReadAnswer read(RouterInput.ReadDone read, Optional<Duration> staleness) {
    ReadPoint at = new ReadPoint(read.applied().number(), read.revision(), staleness);
    return read.record()
        .<ReadAnswer>map(
            record ->
                new ReadAnswer.Found(
                    record.value(),
                    record.createRevision(),
                    record.modRevision(),
                    record.version(),
                    at))
        .orElse(new ReadAnswer.Absent(at));
  }

  static WriteAnswer lookedUp(String writeId, WriteLookup lookup, boolean inFlight) {
    if (lookup instanceof WriteLookup.Recorded recorded) {
      return executed(writeId, recorded.outcome(), Optional.empty());
    }
    if (lookup instanceof WriteLookup.Expired) {
      return refused(
          OutcomeCode.WRITE_ID_EXPIRED,
          "This write id is older than what the group remembers.",
          writeId);
    }
    return inFlight ? inFlight(writeId) : notExecuted(writeId);
  }

  /** No write of that id has been executed, nor is one on its way here. */
  public static WriteAnswer notExecuted(String writeId) {
    return refused(
        OutcomeCode.NOT_FOUND, "No write with this id has been executed so far.", writeId);
  }

  static OutcomeCode codeOf(Refusal reason) {
    return switch (reason) {
      case OVERLOADED -> OutcomeCode.OVERLOADED;
      case TIMED_OUT -> OutcomeCode.NOT_READY;
    };
  }

  /** A refusal in the usual words for its code. */
  static WriteAnswer refused(OutcomeCode code, String writeId) {
    return refused(code, detailOf(code), writeId);
  }

  /**
   * The same answer under the write's id, which a peer that could not read the request left out.
   */
  static WriteAnswer named(WriteAnswer answer, String writeId) {
    return answer.writeId().equals(writeId)
        ? answer
        : new WriteAnswer(
            answer.code(),
            answer.reason(),
            answer.detail(),
            writeId,
            answer.result(),
            answer.acks(),
            answer.retryAfter());
  }

  static ReadAnswer refusedRead(OutcomeCode code) {
    return new ReadAnswer.Refused(code, detailOf(code), Optional.of(RETRY_SOON));
  }

  static String detailOf(OutcomeCode code) {
    return switch (code) {
      case NO_LEADER -> "No leader can be reached from here now; try again or ask another node.";
      case OVERLOADED -> "Too much is waiting already; try again later.";
      case NOT_READY -> "This node is not ready to answer; try again or ask another one.";
      default -> code.code();
    };
  }
}
