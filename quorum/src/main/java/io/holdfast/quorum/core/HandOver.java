package io.holdfast.quorum.core;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A leader lets a named voter lead: it takes no more work until what callers wait for is finished,
 * but not for longer than an election timeout.
 */
final class HandOver {

  private final Standing standing;
  private @Nullable MemberId successor;
  private long untilNanos;

  HandOver(Standing standing) {
    this.standing = standing;
  }

  /** Begins; what is asked for meanwhile is not begun. */
  void begin(MemberId to, Now now) {
    if (successor == null) {
      successor = to;
      untilNanos = now.nanosAfter(standing.timing.electionTimeout());
    }
  }

  /** Whether no more work is taken. */
  boolean isUnderWay() {
    return successor != null;
  }

  /** This node leads no more, or goes on leading. */
  void end() {
    successor = null;
  }

  /**
   * Who shall lead from now on, once no caller waits any more; ends where that takes too long.
   *
   * @param waitingReads reads that wait for an answer
   * @param canLead whether a member can still be left to lead
   */
  Optional<MemberId> due(int waitingReads, Predicate<MemberId> canLead, Now now) {
    MemberId to = successor;
    if (to == null || now.isAfter(untilNanos) || !canLead.test(to)) {
      end();
      return Optional.empty();
    }
    boolean finished =
        waitingReads == 0 && standing.writes.callers() == 0 && standing.queue.isEmpty();
    return finished ? Optional.of(to) : Optional.empty();
  }
}
