package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepared;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to lead: first ask without binding anyone whether a leader is heard, then catch up,
 * then promise oneself, then ask the others to promise.
 */
final class Campaign {

  private final Standing standing;
  private final long nonce;
  private final long deadlineNanos;
  private final Set<MemberId> grants = new TreeSet<>();
  private Slot catchUpTo;
  private MemberId learner;
  private Slot askedUpTo = Slot.ZERO;
  private @Nullable PromiseTally tally;
  private long resendAtNanos;

  /** Asks everyone whether they hear a leader; this member does not. */
  Campaign(Standing standing, Now now, List<CoordinatorEffect> out) {
    this.standing = standing;
    this.nonce = standing.random.nextLong();
    this.deadlineNanos = now.nanosAfter(standing.timing.electionTimeout().multipliedBy(2));
    this.catchUpTo = standing.learnedUpTo;
    this.learner = standing.self;
    this.resendAtNanos = now.nanosAfter(standing.timing.resendInitial());
    grants.add(standing.self);
    askWhetherLeaderless(out);
  }

  private void askWhetherLeaderless(List<CoordinatorEffect> out) {
    for (MemberId other : standing.otherVoters()) {
      if (!grants.contains(other)) {
        out.add(new CoordinatorEffect.Say(other, new PrePrepare(nonce, standing.learnedUpTo)));
      }
    }
  }

  /** The promises gathered so far; null before this member has asked for any. */
  @Nullable PromiseTally tally() {
    return tally;
  }

  boolean isOver(Now now) {
    return now.isAfter(deadlineNanos);
  }

  /** An answer to the pre-prepare. */
  void prePrepared(MemberId from, PrePrepared answer, List<CoordinatorEffect> out) {
    if (answer.nonce() != nonce || tally != null) {
      return;
    }
    if (!answer.hearsNoLeader()) {
      // The leader may be a member that only those know who have learned more than this one; it
      // is not heard here before that is learned too.
      catchUp(answer.learnedUpTo(), from, out);
      return;
    }
    grants.add(from);
    if (answer.learnedUpTo().isAfter(catchUpTo)) {
      catchUpTo = answer.learnedUpTo();
      learner = from;
    }
    if (granted()) {
      // A candidate is caught up first; the promises then have less to carry, and reads less to
      // wait for.
      catchUp(catchUpTo, learner, out);
    }
  }

  private void catchUp(Slot upTo, MemberId from, List<CoordinatorEffect> out) {
    if (upTo.isAfter(standing.learnedUpTo) && upTo.isAfter(askedUpTo)) {
      askedUpTo = upTo;
      out.add(new CoordinatorEffect.CatchUp(upTo, from));
    }
  }

  /**
   * Whether enough members hear no leader and everything that they have learned is learned here.
   */
  boolean mayPrepare() {
    return tally == null && granted() && catchUpTo.isAtMost(standing.learnedUpTo);
  }

  private boolean granted() {
    Configuration next = standing.nextConfiguration();
    // Fewer than w could not commit or read: electing with them would only disturb.
    return grants.contains(standing.self)
        && next.count(grants) >= Math.max(next.prepareQuorum(), next.w());
  }

  /** LocalPromiseFirst: the local acceptor's durable promise precedes the first remote prepare. */
  void prepare(Ballot ballot, Now now, List<CoordinatorEffect> out) {
    tally = new PromiseTally(ballot, standing.learnedUpTo.next());
    resendAtNanos = now.nanosAfter(standing.timing.resendInitial());
    askForPromise(standing.self, out);
  }

  /**
   * A chunk of a promise; true when the prepare quorum of the first slot to propose is complete.
   */
  boolean promised(MemberId from, Promised chunk, List<CoordinatorEffect> out) {
    if (tally == null || !tally.add(from, chunk)) {
      return false;
    }
    if (from.equals(standing.self)) {
      standing.otherVoters().forEach(other -> askForPromise(other, out));
    }
    return standing.nextConfiguration().promisedBy(tally.promisers(), standing.self);
  }

  /** Asks again whoever has not said yes. */
  void tick(Now now, List<CoordinatorEffect> out) {
    if (!now.isAfter(resendAtNanos)) {
      return;
    }
    resendAtNanos = now.nanosAfter(standing.timing.resendInitial());
    if (tally == null) {
      // Whoever heard the old leader a little later than this member says yes a little later.
      askWhetherLeaderless(out);
      return;
    }
    boolean promisedHere = tally.promisers().contains(standing.self);
    for (MemberId member : promisedHere ? standing.otherVoters() : List.of(standing.self)) {
      if (!tally.promisers().contains(member)) {
        askForPromise(member, out);
      }
    }
  }

  private void askForPromise(MemberId member, List<CoordinatorEffect> out) {
    if (tally != null) {
      Prepare prepare = new Prepare(tally.ballot(), tally.fromSlot());
      out.add(new CoordinatorEffect.AskAcceptor(member, prepare));
    }
  }
}
