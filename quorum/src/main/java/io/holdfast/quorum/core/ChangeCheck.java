package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.ChangeRefusal.Code;
import io.holdfast.quorum.core.MembershipChange.Outlook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What a leader looks at before it gives a change a place in the log: whether whoever gets a vote
 * can use it, and whether those who vote then are alive. It can be wrong a moment later; so it
 * spares an operator trouble, and nothing of safety depends on it.
 *
 * @param heard whether a member was heard lately; true of the leader itself
 * @param caughtUp whether it has learned what was chosen a moment ago; true of the leader itself
 * @param behind how many slots that the leader knows chosen it has not learned
 */
record ChangeCheck(
    Predicate<MemberId> heard, Predicate<MemberId> caughtUp, ToLongFunction<MemberId> behind) {

  /**
   * Why the change had better not be made.
   *
   * @param known the configurations that the leader has executed
   * @param next the slot that it would stand in, or an earlier one
   */
  Optional<ChangeRefusal> refusal(MembershipChange change, ConfigurationLog known, Slot next) {
    if (change instanceof MembershipChange.Seal) {
      return Optional.empty();
    }
    if (known.isSealed()) {
      return Optional.of(Membership.refusedAsSealed());
    }
    if (known.lastEffect().isAfter(next)) {
      return Optional.of(Membership.inProgress(known.lastEffect()));
    }
    Configuration current = known.newest();
    Outlook outlook = change.on(current);
    return outlook instanceof Outlook.Becomes becomes
        ? refusal(current, becomes.configuration())
        : Optional.of(((Outlook.Refused) outlook).refusal());
  }

  private Optional<ChangeRefusal> refusal(Configuration current, Configuration next) {
    SortedSet<MemberId> voting = new TreeSet<>(next.members());
    voting.removeAll(current.members());
    for (MemberId member : voting) {
      if (!heard.test(member) || !caughtUp.test(member)) {
        return Optional.of(
            heard.test(member)
                ? ChangeRefusal.of(
                    Code.NOT_CAUGHT_UP,
                    "%s is %d slots behind: wait until it has learned them, and ask again",
                    member,
                    behind.applyAsLong(member))
                : ChangeRefusal.of(
                    Code.NOT_CAUGHT_UP,
                    "the leader does not hear %s: see that it runs and reaches the others, and ask"
                        + " again",
                    member));
      }
    }
    boolean sameVotes =
        next.members().equals(current.members())
            && next.w() == current.w()
            && next.prepareQuorum() == current.prepareQuorum();
    return sameVotes ? Optional.empty() : lossOfQuorum(next);
  }

  private Optional<ChangeRefusal> lossOfQuorum(Configuration next) {
    List<MemberId> silent = new ArrayList<>(next.members());
    silent.removeIf(heard);
    int alive = next.n() - silent.size();
    int needed = Math.max(next.w(), next.prepareQuorum());
    if (alive >= needed) {
      return Optional.empty();
    }
    return Optional.of(
        ChangeRefusal.of(
            Code.WOULD_LOSE_QUORUM,
            "of the %d that would vote the leader hears %d and not %s, and %d are needed (w = %d,"
                + " prepare quorum %d): bring them back first, or replace those that are gone",
            next.n(),
            alive,
            silent,
            needed,
            next.w(),
            next.prepareQuorum()));
  }
}
