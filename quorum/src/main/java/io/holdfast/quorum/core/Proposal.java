package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One batch proposed in one slot under one ballot, and the callers that wait for it. */
final class Proposal {

  private final AckTracker tracker;
  private final Digest digest;
  private @Nullable Batch batch;
  private List<Long> tokens;
  private @Nullable Ballot preemptedBy;
  private boolean expired;
  private long resendAtNanos;
  private Duration resendDelay;
  private final long freshUntilNanos;

  Proposal(AckTracker tracker, Batch batch, List<Long> tokens, Now now, Duration resendInitial) {
    this.tracker = tracker;
    this.batch = batch;
    this.digest = batch.digest();
    this.tokens = tokens;
    this.resendDelay = resendInitial;
    this.resendAtNanos = now.nanosAfter(resendInitial);
    this.freshUntilNanos = resendAtNanos;
  }

  /** Whether its first Accepts may still be on their way. */
  boolean isFresh(Now now) {
    return !now.isAfter(freshUntilNanos);
  }

  Slot slot() {
    return tracker.slot();
  }

  AckTracker tracker() {
    return tracker;
  }

  Digest digest() {
    return digest;
  }

  /** The Accept that proposes it; only until it is chosen. */
  Accept accept(Slot chosenUpTo) {
    if (batch == null) {
      throw new IllegalStateException("slot " + slot() + " is chosen: nothing to propose");
    }
    return new Accept(tracker.ballot(), slot(), batch, chosenUpTo);
  }

  /** It is chosen: the batch need not be kept for sending it again. */
  void releaseBatch() {
    batch = null;
  }

  boolean isChosen() {
    return batch == null;
  }

  boolean hasCallers() {
    return !tokens.isEmpty();
  }

  int callers() {
    return tokens.size();
  }

  /**
   * The callers' tokens, in the order of the batch's entries; they are concluded by whoever takes
   * them.
   */
  List<Long> takeTokens() {
    List<Long> taken = tokens;
    tokens = List.of();
    return taken;
  }

  /** A higher ballot ended the leadership that proposed it. */
  void preempted(Ballot by) {
    preemptedBy = by;
  }

  Optional<Ballot> preemptedBy() {
    return Optional.ofNullable(preemptedBy);
  }

  /** Its deadline has passed and its verdict is noted. */
  void expire() {
    expired = true;
  }

  boolean isExpired() {
    return expired;
  }

  /** The state of a member agrees again: what it answered before does not count, so it is due. */
  void agreesAgain(MemberId member, Now now) {
    if (tracker.agreesAgain(member)) {
      resendAtNanos = Math.min(resendAtNanos, now.monotonicNanos());
    }
  }

  boolean resendDue(Now now) {
    return now.isAfter(resendAtNanos);
  }

  void resent(Now now, Duration max) {
    Duration doubled = resendDelay.multipliedBy(2);
    resendDelay = doubled.compareTo(max) > 0 ? max : doubled;
    resendAtNanos = now.nanosAfter(resendDelay);
  }
}
