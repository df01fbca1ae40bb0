package io.holdfast.mesh.core;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.mesh.WriteStory;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.core.CommandLimits;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteLookup;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What clients are told, made from what the cores concluded. */
public final class GroupAnswers {

  private static final Duration RETRY_SOON = Duration.ofSeconds(1);
  private static final String REPLAYED =
      "This write took effect before; this is its recorded outcome.";

  private GroupAnswers() {}

  /**
   * Of two groups' answers about one write id, the one to give: an id is used in one group, but
   * which one is not told, so what is not recorded or too old here may be recorded there.
   */
  public static WriteAnswer moreTelling(WriteAnswer one, WriteAnswer other) {
    return telling(other) > telling(one) ? other : one;
  }

  private static int telling(WriteAnswer answer) {
    if (answer.result().isPresent()) {
      return 4; // executed, also where it was refused by what it found
    }
    return switch (answer.code()) {
      case NOT_FOUND -> 0;
      case WRITE_ID_EXPIRED -> 1;
      case IN_FLIGHT -> 3;
      case COMMITTED, COMPARE_FAILED, WRITE_ID_CONFLICT, FENCED -> 4;
      default -> 2;
    };
  }

  static WriteAnswer executed(String writeId, CommandOutcome outcome, Optional<AckReport> acks) {
    CommandResult result = outcome.result();
    long slot = outcome.slot().number();
    boolean replayed = outcome.replayed();
    if (result instanceof CommandResult.Applied applied) {
      Executed executed =
          new Executed(
              slot, OptionalLong.of(applied.revision()), applied.previousModRevision(), replayed);
      return decided(OutcomeCode.COMMITTED, replayed ? REPLAYED : "", writeId, executed, acks);
    }
    if (result instanceof CommandResult.Unchanged) {
      Executed executed = new Executed(slot, OptionalLong.empty(), 0, replayed);
      return decided(
          OutcomeCode.COMMITTED, "There was nothing to delete.", writeId, executed, acks);
    }
    if (result instanceof CommandResult.CompareFailed failed) {
      long current = failed.currentModRevision();
      Executed executed = new Executed(slot, OptionalLong.empty(), current, replayed);
      return decided(
          OutcomeCode.COMPARE_FAILED,
          current == 0 ? "The key is absent." : "The key's modRevision is " + current + ".",
          writeId,
          executed,
          acks);
    }
    if (result instanceof CommandResult.LeaseNotFound missing) {
      return decided(
          OutcomeCode.NOT_FOUND,
          "There is no lease " + missing.lease() + ", or none any more; nothing was changed.",
          writeId,
          Executed.of(slot, replayed, missing),
          acks);
    }
    if (result instanceof CommandResult.TransactionDone
        || result instanceof CommandResult.LeaseAlive
        || result instanceof CommandResult.Compacted
        || result instanceof CommandResult.Activated
        || result instanceof CommandResult.Approved
        || result instanceof CommandResult.ReservationsDone) {
      return decided(
          OutcomeCode.COMMITTED,
          replayed ? REPLAYED : "",
          writeId,
          Executed.of(slot, replayed, result),
          acks);
    }
    if (result instanceof CommandResult.ReservationsRefused refused) {
      return decided(
          ReservationRefusal.code(refused.refusal()),
          ReservationRefusal.detail(refused.refusal()),
          writeId,
          Executed.of(slot, replayed, refused),
          acks);
    }
    return withoutEffect(writeId, result);
  }

  private static WriteAnswer decided(
      OutcomeCode code,
      String detail,
      String writeId,
      Executed executed,
      Optional<AckReport> acks) {
    return new WriteAnswer(
        code, Optional.empty(), detail, writeId, Optional.of(executed), acks, Optional.empty());
  }

  private static WriteAnswer withoutEffect(String writeId, CommandResult result) {
    if (result instanceof CommandResult.WriteIdConflict) {
      return refused(
          OutcomeCode.WRITE_ID_CONFLICT, "This write id was used for another request.", writeId);
    }
    if (result instanceof CommandResult.WriteIdExpired) {
      return refused(
          OutcomeCode.WRITE_ID_EXPIRED,
          "This write id is older than what the group remembers: whether it took effect is"
              + " unknown.",
          writeId);
    }
    if (result instanceof CommandResult.Fenced) {
      return refused(
          OutcomeCode.FENCED,
          "This write was settled before it was executed: it never takes effect.",
          writeId);
    }
    if (result instanceof CommandResult.HorizonExceeded) {
      return refused(OutcomeCode.CACHE_HORIZON_EXCEEDED, writeId);
    }
    if (result instanceof CommandResult.CoverageViolation) {
      return refused(
          OutcomeCode.COVERAGE_VIOLATION,
          "The command would have touched keys that its plan does not cover, and had no effect: a"
              + " bug in this software.",
          writeId);
    }
    if (result instanceof CommandResult.TooManyChanges) {
      return refused(
          OutcomeCode.TOO_LARGE,
          "The command would change more than "
              + CommandLimits.MAX_CHANGED_KEYS
              + " keys, and changed none.",
          writeId);
    }
    if (result instanceof CommandResult.WriteIdsExhausted) {
      return refused(
          OutcomeCode.OVERLOADED,
          "The group remembers as many writes as it may; older ones expire with time.",
          writeId);
    }
    if (result instanceof CommandResult.GroupSealed) {
      return refused(OutcomeCode.UNKNOWN_GROUP, writeId);
    }
    if (result instanceof CommandResult.StaleControlEpoch stale) {
      return refused(
          OutcomeCode.STALE_CONTROL_EPOCH,
          "Active is epoch " + stale.current() + "; nothing was done.",
          writeId);
    }
    if (result instanceof CommandResult.ActivationRefused refusal
        && refusal.code() == ActivationOutcome.Code.CHANGE_IN_PROGRESS) {
      return refused(
          OutcomeCode.NOT_READY,
          "The members of the group are being changed, and the policy changes w; nothing was done.",
          writeId);
    }
    if (result instanceof CommandResult.ActivationRefused refusal) {
      return refused(
          OutcomeCode.INVALID, refusal.code().code() + ": the activation had no effect.", writeId);
    }
    if (result instanceof CommandResult.Denied) {
      return refused(OutcomeCode.DENIED, writeId);
    }
    if (result instanceof CommandResult.NotReady) {
      return refused(
          OutcomeCode.NOT_READY,
          "The policy asks for a group that is ready, and too few of its members have given"
              + " evidence for what is active.",
          writeId);
    }
    if (result instanceof CommandResult.LimitExceeded) {
      return refused(
          OutcomeCode.TOO_LARGE,
          "There would be more keys than the limits of this group allow; nothing was done.",
          writeId);
    }
    if (result instanceof CommandResult.Housekept) {
      throw new IllegalStateException(
          "write " + writeId + " of a client was one that only a leader proposes");
    }
    return refused(OutcomeCode.INVALID, "The command could not be executed.", writeId);
  }

  /** What is known of a write, with the details of its result where they are still kept. */
  static WriteAnswer withResults(WriteAnswer known, WriteLookup lookup) {
    return lookup instanceof WriteLookup.Recorded recorded
            && recorded.outcome().result() instanceof CommandResult.Detailed
        ? executed(known.writeId(), recorded.outcome(), known.acks())
        : known;
  }

  /** What a replica has recorded of a write, in a stable word. */
  public static String recorded(WriteLookup lookup) {
    return lookup instanceof WriteLookup.Recorded recorded
        ? executed("", recorded.outcome(), Optional.empty()).code().code()
        : lookup instanceof WriteLookup.Expired ? WriteStory.EXPIRED : WriteStory.UNKNOWN;
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
        "The disk of the node that took this write failed, and the node stops; it may still"
            + " commit.",
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
        retryAfter(code));
  }

  private static Optional<Duration> retryAfter(OutcomeCode code) {
    return code.retryable() ? Optional.of(RETRY_SOON) : Optional.empty();
  }

  static WriteAnswer inFlight(String writeId) {
    return refused(
        OutcomeCode.IN_FLIGHT, "The verdict is not in yet; ask for it by the write id.", writeId);
  }

  static WriteAnswer outcomeUnknown(String writeId, String why) {
    return refused(OutcomeCode.OUTCOME_UNKNOWN, why + "; retry with the same write id.", writeId);
  }

  /** The answer to a linearizable read. */
  static ReadAnswer read(ReplicaQuery query, RouterInput.QueryDone read) {
    if (read.result() instanceof ReadResult.Future future) {
      OptionalLong asked = query instanceof ReadQuery keys ? keys.revision() : OptionalLong.empty();
      return new ReadAnswer.Refused(
          OutcomeCode.INVALID,
          "Revision "
              + asked.orElse(0)
              + " is not reached yet; the newest is "
              + future.newest()
              + ".",
          Optional.empty());
    }
    return read(query, read, Optional.empty());
  }

  /** The answer to a read of what this node has executed. */
  static ReadAnswer readLocal(ClientRequest.ReadLocal local, RouterInput.QueryDone read) {
    if (read.result() instanceof ReadResult.Future future) {
      return new ReadAnswer.Refused(
          OutcomeCode.NOT_READY,
          "This node has executed up to revision "
              + future.newest()
              + "; ask again, or another node.",
          Optional.of(RETRY_SOON));
    }
    return read(local.query(), read, local.staleness());
  }

  private static ReadAnswer read(
      ReplicaQuery query, RouterInput.QueryDone read, Optional<Duration> staleness) {
    if (read.result() instanceof ReadResult.OfReservations reservations) {
      return new ReadAnswer.Reservations(
          reservations.answer(),
          new ReadPoint(read.applied().number(), reservations.revision(), staleness),
          reservations.nowMillis());
    }
    if (!(read.result() instanceof ReadResult.Records records)) {
      return new ReadAnswer.Compacted(((ReadResult.Compacted) read.result()).oldest());
    }
    ReadPoint at = new ReadPoint(read.applied().number(), records.revision(), staleness);
    if (!(query instanceof ReadQuery keys && ClientRequest.isOfOneRecord(keys))) {
      return new ReadAnswer.Listed(records, at);
    }
    if (records.records().isEmpty()) {
      return new ReadAnswer.Absent(at);
    }
    VersionedValue record = records.records().get(0).value();
    return new ReadAnswer.Found(
        record.value(),
        record.createRevision(),
        record.modRevision(),
        record.version(),
        record.lease(),
        at);
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

  /**
   * The history cannot be read on now.
   *
   * @param reason why; absent: the replica has stopped
   */
  public static ChangesAnswer noChanges(Optional<Refusal> reason) {
    OutcomeCode code = reason.map(GroupAnswers::codeOf).orElse(OutcomeCode.NOT_READY);
    return new ChangesAnswer.Refused(code, detailOf(code), retryAfter(code));
  }

  /** The story of a write is not told. */
  public static StoryAnswer noStory(Refusal reason) {
    return new StoryAnswer.Refused(codeOf(reason), detailOf(codeOf(reason)));
  }

  static OutcomeCode codeOf(Refusal reason) {
    return switch (reason) {
      case OVERLOADED -> OutcomeCode.OVERLOADED;
      case TIMED_OUT, DIVERGED -> OutcomeCode.NOT_READY;
      case SEALED -> OutcomeCode.UNKNOWN_GROUP;
      case UNAUTHENTICATED -> OutcomeCode.UNAUTHENTICATED;
      case DENIED -> OutcomeCode.DENIED;
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
    return new ReadAnswer.Refused(code, detailOf(code), retryAfter(code));
  }

  static String detailOf(OutcomeCode code) {
    return switch (code) {
      case NO_LEADER -> "No leader can be reached from here now; try again or ask another node.";
      case OVERLOADED -> "Too much is waiting already; try again later.";
      case NOT_READY -> "This node is not ready to answer; try again or ask another one.";
      case CACHE_HORIZON_EXCEEDED ->
          "So much was executed meanwhile that it could not be prepared in time; nothing was done.";
      case UNKNOWN_GROUP -> "The group is being deleted.";
      case UNAUTHENTICATED ->
          "This group is served to those only who say who they are; nobody is known by what was"
              + " shown.";
      case DENIED -> "Whoever asks may not do this.";
      default -> code.code();
    };
  }
}
