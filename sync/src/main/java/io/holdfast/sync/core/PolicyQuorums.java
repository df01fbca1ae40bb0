package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.control.ControlSet;
import io.holdfast.config.core.control.PolicyManifest;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.ProposedChange;
import java.util.OptionalInt;

/**
 * Changes of members where the policy names a w: it is the one source of it (protocol, section 7).
 * As many voters as there are then, or w, whichever is less, must accept; who names another number
 * is refused.
 */
final class PolicyQuorums {

  private PolicyQuorums() {}

  /**
   * What comes of a change, as {@link Membership#decide(Slot, ProposedChange, boolean)} has it.
   *
   * @param w what the policy names; none: the change decides
   */
  static ChangeOutcome decide(
      Membership members, OptionalInt w, Slot slot, ProposedChange proposed, boolean oneAtATime) {
    MembershipChange change = proposed.change();
    OptionalInt voters = votersAfter(members.newest(), change);
    if (w.isEmpty() || voters.isEmpty() || members.sealed()) {
      return members.decide(slot, proposed, oneAtATime);
    }
    int governed = Math.min(w.getAsInt(), Math.max(1, voters.getAsInt()));
    OptionalInt named = named(change);
    if (named.isPresent() && named.getAsInt() != governed) {
      return new ChangeOutcome.Refused(
          new ChangeRefusal(
              ChangeRefusal.Code.INVALID_QUORUM,
              ("the policy of the group says w = %d, and %d of %d voters were asked for: activate"
                      + " another policy first")
                  .formatted(w.getAsInt(), named.getAsInt(), voters.getAsInt())));
    }
    return members.decide(
        slot, new ProposedChange(with(change, governed), proposed.basis()), oneAtATime);
  }

  /**
   * The founders of a group whose state is there before they are, as in one that is made of a
   * backup.
   *
   * @param founders as settings have them
   * @param active what is active in that state
   */
  static Membership founded(Membership founders, ControlSet active) {
    Configuration said = founders.newest();
    OptionalInt w = active.policy().map(PolicyManifest::w).orElse(OptionalInt.empty());
    if (w.isEmpty() || said.w() == Math.min(w.getAsInt(), said.n())) {
      return founders;
    }
    int governed = Math.min(w.getAsInt(), said.n());
    return Membership.founded(
        founders.alpha(),
        new Configuration(
            said.members(), said.learners(), governed, prepareQuorum(said, said.n(), governed)));
  }

  /** A prepare quorum stays as much above the smallest safe one as it was. */
  static int prepareQuorum(Configuration before, int voters, int w) {
    int surplus = before.prepareQuorum() - (before.n() - before.w() + 1);
    return Math.min(voters, Math.max(1, voters - w + 1) + surplus);
  }

  /** How many vote after it; nothing for a change that leaves their number and w as they are. */
  private static OptionalInt votersAfter(Configuration now, MembershipChange change) {
    if (change instanceof MembershipChange.Promote) {
      return OptionalInt.of(now.n() + 1);
    } else if (change instanceof MembershipChange.Remove remove) {
      return OptionalInt.of(now.contains(remove.leaving()) ? now.n() - 1 : now.n());
    }
    return change instanceof MembershipChange.SetQuorums
        ? OptionalInt.of(now.n())
        : OptionalInt.empty();
  }

  private static OptionalInt named(MembershipChange change) {
    if (change instanceof MembershipChange.Promote promote) {
      return promote.w();
    } else if (change instanceof MembershipChange.Remove remove) {
      return remove.w();
    }
    return OptionalInt.of(((MembershipChange.SetQuorums) change).w());
  }

  private static MembershipChange with(MembershipChange change, int w) {
    if (change instanceof MembershipChange.Promote promote) {
      return new MembershipChange.Promote(promote.learner(), OptionalInt.of(w));
    }
    return change instanceof MembershipChange.Remove remove
        ? new MembershipChange.Remove(remove.leaving(), OptionalInt.of(w))
        : change;
  }
}
