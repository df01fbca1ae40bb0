package io.holdfast.quorum.core;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.ChangeRefusal.Code;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A change of who takes part in a group, or of how many votes it takes. What it makes of a
 * configuration depends on nothing else, so every replica decides it alike.
 *
 * <p>Where no w is named, one that is the majority stays the majority, and any other stays the
 * number that it is as far as there are so many members. A prepare quorum stays as much above the
 * smallest safe one as it was.
 */
public sealed interface MembershipChange {

  /** A group has no more learners than this. */
  int MAX_LEARNERS = 7;

  /**
   * A node begins to learn; it has no vote.
   *
   * @param joining the node, as it is now
   */
  record AddLearner(MemberId joining) implements MembershipChange {}

  /**
   * A learner gets a vote.
   *
   * @param learner the learner
   * @param w the accept quorum from then on, if it is named
   */
  record Promote(MemberId learner, OptionalInt w) implements MembershipChange {}

  /**
   * A voter or a learner takes part no more.
   *
   * @param leaving who
   * @param w the accept quorum from then on, if it is named
   */
  record Remove(MemberId leaving, OptionalInt w) implements MembershipChange {}

  /**
   * A learner gets the vote of a voter, who takes part no more. In one step: to promote first would
   * make a mesh of 3 with one lost node one of 4 with w = 3, which the next crash stops.
   *
   * @param leaving the voter
   * @param joining the learner
   */
  record Replace(MemberId leaving, MemberId joining) implements MembershipChange {}

  /**
   * The same members, with other quorums.
   *
   * @param w the accept quorum
   * @param prepareQuorum promises that a leader needs
   */
  record SetQuorums(int w, int prepareQuorum) implements MembershipChange {}

  /**
   * The group is being deleted: nothing that stands later in its log has an effect
   * (NothingAfterSeal). It changes no configuration, and takes effect at once. So it is made
   * whatever others have changed meanwhile or are changing; to seal again changes nothing.
   */
  record Seal() implements MembershipChange {}

  /** What a change comes to. */
  sealed interface Outlook {

    /**
     * It may be.
     *
     * @param configuration what comes of it
     */
    record Becomes(Configuration configuration) implements Outlook {}

    /**
     * It has no effect.
     *
     * @param refusal why
     */
    record Refused(ChangeRefusal refusal) implements Outlook {}
  }

  /** What this change makes of {@code current}. */
  default Outlook on(Configuration current) {
    if (this instanceof AddLearner add) {
      return addLearner(current, add.joining());
    } else if (this instanceof Promote promote) {
      return promote(current, promote);
    } else if (this instanceof Remove remove) {
      return remove(current, remove);
    } else if (this instanceof Replace replace) {
      return replace(current, replace);
    } else if (this instanceof Seal) {
      return new Outlook.Becomes(current);
    }
    SetQuorums quorums = (SetQuorums) this;
    return become(current.members(), current.learners(), quorums.w(), quorums.prepareQuorum());
  }

  private static Outlook addLearner(Configuration current, MemberId joining) {
    if (current.everyone().contains(joining)) {
      return refused(Code.ALREADY_MEMBER, "%s takes part already", joining);
    }
    for (MemberId learner : current.learners()) {
      if (learner.node().equals(joining.node())) {
        return refused(
            Code.NAME_TAKEN,
            "%s is a learner, an earlier incarnation of this node: remove that one first",
            learner);
      }
    }
    if (current.learners().size() >= MAX_LEARNERS) {
      return refused(
          Code.TOO_MANY_MEMBERS, "there are %d learners: no more are allowed", MAX_LEARNERS);
    }
    SortedSet<MemberId> learners = with(current.learners(), joining);
    return become(current.members(), learners, current.w(), current.prepareQuorum());
  }

  private static Outlook promote(Configuration current, Promote promote) {
    MemberId learner = promote.learner();
    if (!current.learners().contains(learner)) {
      return noLearner(current, learner);
    }
    for (MemberId member : current.members()) {
      if (member.node().equals(learner.node())) {
        return refused(
            Code.NAME_TAKEN,
            "%s has a vote, an earlier incarnation of this node: replace that one by %s",
            member,
            learner);
      }
    }
    if (current.n() >= GroupSettings.MAX_MEMBERS) {
      return refused(
          Code.TOO_MANY_MEMBERS,
          "there are %d voters: no more are allowed",
          GroupSettings.MAX_MEMBERS);
    }
    return withVoters(
        current,
        with(current.members(), learner),
        without(current.learners(), learner),
        promote.w());
  }

  private static Outlook remove(Configuration current, Remove remove) {
    MemberId leaving = remove.leaving();
    if (current.learners().contains(leaving)) {
      return withVoters(
          current, current.members(), without(current.learners(), leaving), remove.w());
    }
    if (!current.contains(leaving)) {
      return noMember(leaving);
    }
    if (current.n() == 1) {
      return refused(
          Code.LAST_MEMBER, "%s is the only voter: add and promote another first", leaving);
    }
    return withVoters(current, without(current.members(), leaving), current.learners(), remove.w());
  }

  private static Outlook replace(Configuration current, Replace replace) {
    if (!current.contains(replace.leaving())) {
      return noMember(replace.leaving());
    }
    if (!current.learners().contains(replace.joining())) {
      return noLearner(current, replace.joining());
    }
    SortedSet<MemberId> voters =
        with(without(current.members(), replace.leaving()), replace.joining());
    SortedSet<MemberId> learners = without(current.learners(), replace.joining());
    if (voters.stream().map(MemberId::node).distinct().count() < voters.size()) {
      return refused(
          Code.NAME_TAKEN,
          "another incarnation of %s has a vote: replace that one",
          replace.joining().node());
    }
    return become(voters, learners, current.w(), current.prepareQuorum());
  }

  private static Outlook noMember(MemberId who) {
    return refused(Code.NOT_A_MEMBER, "%s does not take part", who);
  }

  private static Outlook noLearner(Configuration current, MemberId who) {
    return current.contains(who)
        ? refused(Code.ALREADY_MEMBER, "%s has a vote already", who)
        : refused(Code.NOT_A_LEARNER, "%s is no learner: add it first", who);
  }

  private static Outlook withVoters(
      Configuration current,
      SortedSet<MemberId> voters,
      SortedSet<MemberId> learners,
      OptionalInt named) {
    int n = voters.size();
    boolean majority = current.w() == QuorumPolicy.majority(current.n());
    int w = named.orElse(majority ? QuorumPolicy.majority(n) : Math.min(current.w(), n));
    int surplus = current.prepareQuorum() - (current.n() - current.w() + 1);
    return become(voters, learners, w, Math.min(n, Math.max(1, n - w + 1) + surplus));
  }

  private static Outlook become(
      SortedSet<MemberId> voters, SortedSet<MemberId> learners, int w, int prepareQuorum) {
    try {
      return new Outlook.Becomes(new Configuration(voters, learners, w, prepareQuorum));
    } catch (IllegalArgumentException e) {
      return refused(Code.INVALID_QUORUM, "%s", String.valueOf(e.getMessage()));
    }
  }

  @FormatMethod
  private static Outlook refused(Code code, @FormatString String reason, Object... facts) {
    return new Outlook.Refused(ChangeRefusal.of(code, reason, facts));
  }

  private static SortedSet<MemberId> with(SortedSet<MemberId> some, MemberId one) {
    SortedSet<MemberId> more = new TreeSet<>(some);
    more.add(one);
    return more;
  }

  private static SortedSet<MemberId> without(SortedSet<MemberId> some, MemberId one) {
    SortedSet<MemberId> fewer = new TreeSet<>(some);
    fewer.remove(one);
    return fewer;
  }
}
