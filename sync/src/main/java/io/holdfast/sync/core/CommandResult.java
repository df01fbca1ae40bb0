package io.holdfast.sync.core;

import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.List;
import java.util.Optional;

/** What became of a command at its slot; the same at every replica (DeterministicApply). */
public sealed interface CommandResult {

  /**
   * The command was executed, if only to find that its guard does not hold; or it never will be.
   * Such a result is recorded under the write id.
   */
  sealed interface Executed extends CommandResult {

    /** What of it is kept in memory, and is told where the rest is not known. */
    default Executed inShort() {
      return this;
    }
  }

  /** A result with parts that are kept in the store alone, as long as its write is remembered. */
  sealed interface Detailed extends Executed {

    /** Whether it has these parts. */
    boolean hasDetails();

    /** Whether one like this could have them: where none ever has, nobody need look for them. */
    default boolean mayHaveDetails() {
      return true;
    }

    @Override
    Detailed inShort();
  }

  /**
   * The state changed.
   *
   * @param revision the revision that the change took; a put's new modRevision
   * @param previousModRevision the key's modRevision before, 0 if it was absent
   */
  record Applied(long revision, long previousModRevision) implements Executed {}

  /**
   * There was nothing to delete.
   *
   * @param currentRevision the group's revision, which did not move
   */
  record Unchanged(long currentRevision) implements Executed {}

  /**
   * The key's modRevision is not the expected one.
   *
   * @param currentModRevision what it is, 0 if the key is absent
   */
  record CompareFailed(long currentModRevision) implements Executed {}

  /**
   * A transaction was done.
   *
   * @param succeeded whether its conditions held
   * @param revision the group's revision after it: its own where it changed something
   * @param changed whether it changed something
   * @param results what came of each operation that was done; absent in a replay whose results must
   *     be looked up by the write id
   */
  record TransactionDone(
      boolean succeeded, long revision, boolean changed, Optional<List<OperationResult>> results)
      implements Detailed {
    public TransactionDone {
      results = results.map(List::copyOf);
    }

    @Override
    public boolean hasDetails() {
      return results.isPresent();
    }

    @Override
    public TransactionDone inShort() {
      return new TransactionDone(succeeded, revision, changed, Optional.empty());
    }
  }

  /**
   * The lease is there, new or renewed.
   *
   * @param lease its number
   * @param ttlMillis its time from here
   * @param revision the group's revision
   */
  record LeaseAlive(long lease, long ttlMillis, long revision) implements Executed {}

  /**
   * There is no such lease, any more or at all; nothing was changed.
   *
   * @param lease the number asked for
   */
  record LeaseNotFound(long lease) implements Executed {}

  /**
   * The history was compacted.
   *
   * @param revision the oldest revision that can be read
   */
  record Compacted(long revision) implements Executed {}

  /** The write was resolved before it was executed: it never takes effect. */
  record Fenced() implements Executed {}

  /** What the leader proposed of itself was done, or was void. */
  record Housekept() implements CommandResult {}

  /** The write id was used for another request. */
  record WriteIdConflict() implements CommandResult {}

  /** The write id is older than what this group remembers: whether it took effect is unknown. */
  record WriteIdExpired() implements CommandResult {}

  /** The entry is not a command. None is ever admitted like this; the log could still hold one. */
  record Invalid() implements CommandResult {}

  /**
   * Too much was applied between its admission and here: what its plan brought may be out of date.
   * It had no effect and can be admitted again.
   */
  record HorizonExceeded() implements CommandResult {}

  /** It would read or write what its plan does not cover. It had no effect. A bug in admission. */
  record CoverageViolation() implements CommandResult {}

  /**
   * It would change more keys, look at more, or read more than one command may. It had no effect.
   */
  record TooManyChanges() implements CommandResult {}

  /** So many writes are remembered that none can be added until older ones expire. No effect. */
  record WriteIdsExhausted() implements CommandResult {}

  /** There are as many leases as there may be. No effect. */
  record LeasesExhausted() implements CommandResult {}

  /**
   * Another set is active now.
   *
   * @param epoch the active epoch
   */
  record Activated(ControlEpoch epoch) implements Executed {}

  /**
   * An activation was agreed to.
   *
   * @param given how many approvals of it there are
   */
  record Approved(int given) implements Executed {}

  /** An activation or an approval has no effect. */
  record ActivationRefused(ActivationOutcome.Code code) implements CommandResult {}

  /**
   * It was admitted under another epoch than the active one, or is an activation that expects
   * another one (OneEpochPerWrite). It had no effect.
   *
   * @param current the active epoch
   */
  record StaleControlEpoch(ControlEpoch current) implements CommandResult {}

  /** Whoever asked for it may not do what it would have done. No effect. */
  record Denied() implements CommandResult {}

  /** The policy asks for a group that is ready, and it is not. No effect. */
  record NotReady() implements CommandResult {}

  /** There would be more keys than the limits allow. No effect. */
  record LimitExceeded() implements CommandResult {}

  /**
   * A request about reservations was done.
   *
   * @param revision the group's revision after it: its own where it changed something
   * @param count how many reservations it was about
   * @param changed whether it changed something
   * @param entries those, the first {@link ReservationRequest#MAX_ASKS} of them; absent in a replay
   *     whose results must be looked up by the write id
   */
  record ReservationsDone(
      long revision, boolean changed, long count, Optional<List<ReservationOutcome.Entry>> entries)
      implements Detailed {
    public ReservationsDone {
      entries = entries.map(List::copyOf);
      if (revision < 0 || count < 0) {
        throw new IllegalArgumentException(
            "done for %d reservations at revision %d".formatted(count, revision));
      }
    }

    @Override
    public boolean hasDetails() {
      return entries.isPresent();
    }

    @Override
    public ReservationsDone inShort() {
      return new ReservationsDone(revision, changed, count, Optional.empty());
    }
  }

  /**
   * A request about reservations has no effect: something stands in its way.
   *
   * @param refusal what; in short in a replay whose results must be looked up by the write id
   */
  record ReservationsRefused(ReservationOutcome.Refused refusal) implements Detailed {

    @Override
    public boolean hasDetails() {
      return refusal.holder().isPresent();
    }

    @Override
    public boolean mayHaveDetails() {
      return refusal.code().mayNameHolder();
    }

    @Override
    public ReservationsRefused inShort() {
      return new ReservationsRefused(refusal.inShort());
    }
  }

  /** It stands behind the seal of its group, which is being deleted. No effect. */
  record GroupSealed() implements CommandResult {}
}
