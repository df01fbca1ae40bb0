package io.holdfast.quorum.core;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A leader lets a named voter lead: it takes no more work until what callers wait for is finished,
 * but not for longer than an election timeout.
 *
 * <p>Where callers wait for long anyway, say for the slowest of all members, that would not be
 * finished, and callers would be refused for nothing: then it is not begun. One that took too long
 * is not tried again for a while, and for twice as long each time.
 */
final class HandOver {

  /** A caller that has waited for so many heartbeat intervals waits for long. */
  private static final int LONG_WAIT = 2;

  /** The first pause, in election timeouts: longer than from one look at who leads to the next. */
  private static final int FIRST_PAUSE = 20;

  /** The longest pause, in election timeouts. */
  private static final int LONGEST_PAUSE = 640;

  private final Standing standing;
  private @Nullable MemberId successor;
  private long untilNanos;

  /** In election timeouts; 0 while none took too long. */
  private int pause;

  private long pausedUntilNanos;

  HandOver(Standing standing) {
    this.standing = standing;
  }

  /** Begins, if it is likely to be finished; what is asked for meanwhile is not begun. */
  void begin(MemberId to, Now now) {
    if (successor == null && !isPaused(now) && !callersWaitForLong(now)) {
      successor = to;
      untilNanos = now.nanosAfter(standing.timing.electionTimeout());
    }
  }

  private boolean isPaused(Now now) {
    return pause > 0 && !now.isAfter(pausedUntilNanos);
  }

  /**
   * A deadline tells since when, as long as all wait equally long; those from before a change of
   * that are taken for older or younger than they are.
   */
  private boolean callersWaitForLong(Now now) {
    Duration waited = standing.timing.heartbeatInterval().multipliedBy(LONG_WAIT);
    long dueBefore = now.nanosAfter(standing.ackTimeout().minus(waited));
    return standing.writes.hasCallersDueBefore(dueBefore)
        || standing.queue.hasOneDueBefore(dueBefore);
  }

  /** Whether no more work is taken. */
  boolean isUnderWay() {
    return successor != null;
  }

  /** This node leads no more, and what took too long in its time says nothing of the next. */
  void end() {
    successor = null;
    pause = 0;
  }

  /**
   * Who shall lead from now on, once no caller waits any more; goes on leading where that takes too
   * long.
   *
   * @param waitingReads reads that wait for an answer
   * @param canLead whether a member can still be left to lead
   */
  Optional<MemberId> due(int waitingReads, Predicate<MemberId> canLead, Now now) {
    MemberId to = successor;
    if (to == null) {
      return Optional.empty();
    }
    if (now.isAfter(untilNanos)) {
      successor = null;
      pause = pause == 0 ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
      pausedUntilNanos = now.nanosAfter(standing.timing.electionTimeout().multipliedBy(pause));
      return Optional.empty();
    }
    if (!canLead.test(to)) {
      successor = null;
      return Optional.empty();
    }
    boolean finished =
        waitingReads == 0 && standing.writes.callers() == 0 && standing.queue.isEmpty();
    return finished ? Optional.of(to) : Optional.empty();
  }
}
