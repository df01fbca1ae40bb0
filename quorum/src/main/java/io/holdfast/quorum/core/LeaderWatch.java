package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a leader is heard, and when it is this member's turn to try (protocol, section 4: the
 * member that ranks first among those that seem alive tries at once, others after growing, jittered
 * waits).
 */
final class LeaderWatch {

  /** While attempts fail, waits double up to this many times. */
  private static final int MAX_DOUBLINGS = 3;

  private final Standing standing;
  private Ballot heardBallot = Ballot.BOTTOM;
  private long heardAtNanos;
  private boolean hearing;

  /**
   * Before this nobody here tries to lead: a leader was heard, or this member led, a moment ago.
   */
  private long quietUntilNanos;

  /**
   * When this member's turn comes, once {@link #quietUntilNanos} has passed; null until its rank is
   * drawn.
   */
  private @Nullable Long attemptAtNanos;

  private int failedAttempts;
  private boolean stoodBack;

  LeaderWatch(Standing standing, Now now) {
    this.standing = standing;
    this.heardAtNanos = now.monotonicNanos();
    this.quietUntilNanos = now.monotonicNanos();
    if (!standing.others().isEmpty()) {
      // A leader may be at work that is not heard yet. Where there is nobody else, there is none.
      keepQuiet(now);
    }
  }

  /** A leader that is heard and has not been silent for too long. */
  Optional<MemberId> heard(Now now) {
    long silence = now.nanosSince(heardAtNanos);
    boolean alive = hearing && silence <= standing.timing.electionTimeout().toNanos();
    return alive ? Optional.of(heardBallot.proposer()) : Optional.empty();
  }

  /**
   * Whether a heartbeat under {@code ballot} is that of a lesser leader than the one that is heard.
   * Prepare quorums need not intersect each other: once the leader of the highest ballot is silent,
   * one of a lower ballot may be the one that works.
   */
  boolean hearsHigherThan(Ballot ballot, Now now) {
    return ballot.isBelow(heardBallot) && heard(now).isPresent();
  }

  /** A leader gave a sign of life; true when that is news. */
  boolean hear(Ballot ballot, Now now) {
    boolean news = !hearing || !ballot.equals(heardBallot);
    heardBallot = ballot;
    heardAtNanos = now.monotonicNanos();
    hearing = true;
    keepQuiet(now);
    attemptAtNanos = null;
    failedAttempts = 0;
    stoodBack = false;
    return news;
  }

  /** Whether the leader that was heard has just fallen silent; true once. */
  boolean fallsSilent(Now now) {
    boolean silent = hearing && heard(now).isEmpty();
    hearing = hearing && !silent;
    return silent;
  }

  /** The leader that is heard under {@code ballot} stops of its own will; true if it is the one. */
  boolean resigns(MemberId leader, Ballot ballot, MemberId successor, Now now) {
    if (!hearing || !ballot.equals(heardBallot) || !ballot.proposer().equals(leader)) {
      return false;
    }
    hearing = false;
    if (successor.equals(standing.self)) {
      quietUntilNanos = now.monotonicNanos();
      attemptAtNanos = now.monotonicNanos();
    } else {
      keepQuiet(now);
      attemptAtNanos = null;
    }
    return true;
  }

  /** Another member tries, and no leader is heard here. */
  void standBack(Now now) {
    // For as long as an attempt takes when it works, but once only, or one who is never answered
    // could keep everyone
    // waiting.
    if (!stoodBack) {
      stoodBack = true;
      attemptAtNanos = now.nanosAfter(standing.timing.electionStagger().multipliedBy(2));
    }
  }

  /** Whether this member shall try now; draws its turn when there is none. */
  boolean attemptIsDue(Now now) {
    if (!now.isAfter(quietUntilNanos)) {
      return false;
    }
    Long due = attemptAtNanos;
    if (due == null) {
      attemptAtNanos = now.monotonicNanos() + attemptDelayNanos(now);
      return false;
    }
    if (now.monotonicNanos() - due < 0) {
      return false;
    }
    attemptAtNanos = null;
    stoodBack = false;
    return true;
  }

  private long attemptDelayNanos(Now now) {
    Duration alivePatience = standing.timing.aliveInterval().multipliedBy(3);
    List<MemberId> alive = new ArrayList<>();
    for (MemberId member : standing.nextConfiguration().members()) {
      // The leader that has just fallen silent was heard a moment ago; it does not count.
      if (!member.equals(standing.self)
          && !member.equals(heardBallot.proposer())
          && standing.peers.heardWithin(member, alivePatience, now)) {
        alive.add(member);
      }
    }
    int rank = Candidates.rank(standing.group, standing.self, alive);
    if (rank == 0 && failedAttempts == 0) {
      return 0;
    }
    int doublings = Math.min(failedAttempts, MAX_DOUBLINGS);
    Duration unit = standing.timing.electionStagger().multipliedBy(1L << doublings);
    return unit.multipliedBy(rank).plus(standing.jitter(unit)).toNanos();
  }

  /** This member's attempt failed. */
  void attemptFailed() {
    attemptAtNanos = null;
    failedAttempts++;
  }

  /** This member leads. */
  void leads() {
    attemptAtNanos = null;
    failedAttempts = 0;
    hearing = false;
  }

  /** This member has stopped leading. */
  void steppedDown(Now now) {
    hearing = false;
    keepQuiet(now);
  }

  private void keepQuiet(Now now) {
    quietUntilNanos = now.nanosAfter(standing.timing.electionTimeout());
  }
}
