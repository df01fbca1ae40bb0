package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.List;

/**
 * Compares what members store and have executed with what this one has: a difference is a drift,
 * never an acknowledgement.
 */
final class Agreement {

  private final ChainHistory chain;
  private final MemberId self;

  Agreement(ChainHistory chain, MemberId self) {
    this.chain = chain;
    this.self = self;
  }

  /** Enters an acceptance into the proposal's tracker, as what it is. */
  void enter(
      Proposal proposal, MemberId from, Accepted reply, Now now, List<CoordinatorEffect> out) {
    boolean sameBatch = proposal.digest().equals(reply.digest());
    if (from.equals(self)) {
      InvariantViolation.check(
          sameBatch,
          "OneValuePerBallot",
          "slot %s ballot %s: proposed %s, stored here %s",
          reply.slot(),
          reply.ballot(),
          proposal.digest(),
          reply.digest());
      proposal.tracker().localDurable(now);
    } else if (!sameBatch) {
      proposal.tracker().drifted(from, now);
      String what = "batch digest " + reply.digest() + ", ours " + proposal.digest();
      out.add(new CoordinatorEffect.NoteDrift(from, reply.slot(), what));
    } else if (chain.contradicts(reply.applied(), reply.chainHash())) {
      proposal.tracker().stateDrifted(from, now);
      noteChainDrift(from, reply.applied(), reply.chainHash(), out);
    } else {
      proposal.tracker().acked(from, now);
    }
  }

  /** Compares what a member says of itself. */
  void compare(MemberId from, MemberState state, List<CoordinatorEffect> out) {
    if (chain.contradicts(state.applied(), state.chainHash())) {
      noteChainDrift(from, state.applied(), state.chainHash(), out);
    }
  }

  private void noteChainDrift(
      MemberId member, Slot slot, Digest reported, List<CoordinatorEffect> out) {
    String what = "chain hash " + reported + ", ours " + chain.at(slot);
    out.add(new CoordinatorEffect.NoteDrift(member, slot, what));
  }
}
