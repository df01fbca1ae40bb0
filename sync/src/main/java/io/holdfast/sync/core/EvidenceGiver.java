package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.config.core.control.Evidence.Check;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A replica's word on itself for what is active (protocol, section 7): given to the leader once it
 * has executed an activation and its store holds that, repeated until it is in the log, and given
 * anew every {@link Evidence#RENEWED_EVERY}. Of epoch 0 nobody asks for any.
 */
final class EvidenceGiver {

  /** What is not as it should be is waited for so long, and then told. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MemberId self;
  private final ReplicatedState state;
  private final Duration pause;
  private Slot activatedAt;
  private boolean begun;
  private long dueNanos;
  private long notBeforeNanos;
  private Slot lookedBackTo = Slot.ZERO;
  private Slot executedThen = Slot.ZERO;
  private Optional<Evidence> inLog;

  EvidenceGiver(MemberId self, ReplicatedState state, Duration pause, Slot applied) {
    this.self = self;
    this.state = state;
    this.pause = pause;
    this.activatedAt = applied;
    this.inLog = mine();
  }

  /** What the log has of this member, if that is of the active epoch. */
  private Optional<Evidence> mine() {
    return state.control().evidence().stream()
        .filter(given -> given.member().equals(self))
        .filter(given -> given.loaded().is(state.control().epoch()))
        .findFirst();
  }

  /** Others' words are worth nothing to anybody. */
  private boolean takesPart() {
    return state
        .membership()
        .map(members -> members.newest().everyone().contains(self))
        .orElse(false);
  }

  /** Something else is active from this slot on. */
  void activated(Slot slot, Now now) {
    activatedAt = slot;
    due(now);
  }

  private void due(Now now) {
    begun = true;
    dueNanos = now.monotonicNanos();
    notBeforeNanos = dueNanos;
  }

  /** The log has something that was given, perhaps by this member. */
  void taken(Now now) {
    Optional<Evidence> mine = mine();
    if (mine.isPresent() && !mine.equals(inLog)) {
      dueNanos = now.nanosAfter(Evidence.RENEWED_EVERY);
      // By the next time, what was executed by now must be on the disk.
      lookedBackTo = executedThen;
    }
    inLog = mine;
  }

  /**
   * What is to be said now, if anything.
   *
   * @param executed how far this replica is
   * @param durable how far its store is
   */
  Optional<SyncMessage.EvidenceGiven> tick(Slot executed, Slot durable, Now now) {
    ControlEpoch active = state.control().epoch();
    if (active.number() == 0 || state.isSealed() || !takesPart()) {
      return Optional.empty();
    }
    if (!begun) {
      due(now);
    }
    boolean stored = activatedAt.isAtMost(durable) && lookedBackTo.isAtMost(durable);
    boolean mended = stored && inLog.isPresent() && inLog.get().checks().containsValue(false);
    // The leader that took it was ahead of the time, so it counts for nothing now.
    boolean ahead =
        inLog.isPresent()
            && inLog.get().millis() - now.wallMillis() > Evidence.MAX_AHEAD.toMillis();
    long waited = now.nanosSince(dueNanos);
    if ((waited < 0 && !mended && !ahead)
        || now.nanosSince(notBeforeNanos) < 0
        || (!stored && waited < PATIENCE.toNanos())) {
      return Optional.empty();
    }
    notBeforeNanos = now.nanosAfter(pause);
    executedThen = executed;
    SortedMap<Check, Boolean> checks = new TreeMap<>();
    checks.put(Check.APPLIED, true);
    checks.put(Check.DISK, stored);
    checks.put(Check.LOADED, state.control().set().hash().equals(active.setHash()));
    return Optional.of(
        new SyncMessage.EvidenceGiven(
            Activation.Expected.of(active), checks, Math.max(0, now.wallMillis())));
  }
}
