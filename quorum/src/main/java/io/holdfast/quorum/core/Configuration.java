package io.holdfast.quorum.core;

import io.holdfast.config.core.MemberId;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who votes on a slot and how many it takes (Flexible Paxos, Howard et al. 2016: phase-1 and
 * phase-2 quorums must intersect each other, not themselves).
 *
 * @param members the voters, by node and incarnation
 * @param learners who learns what is chosen and has no vote, by node and incarnation
 * @param w accept quorum: the local acceptance plus {@code w - 1} distinct remote ones, 1..n
 * @param prepareQuorum promises that a leader needs, the local one included: n - w + 1..n
 */
public record Configuration(
    SortedSet<MemberId> members, SortedSet<MemberId> learners, int w, int prepareQuorum) {

  public Configuration {
    members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
    learners = Collections.unmodifiableSortedSet(new TreeSet<>(learners));
    int n = members.size();
    if (n == 0) {
      throw new IllegalArgumentException("a configuration has at least one member");
    }
    if (w < 1 || w > n) {
      throw new IllegalArgumentException("w = " + w + ": allowed are 1 to " + n);
    }
    // QuorumsIntersect
    if (prepareQuorum < n - w + 1 || prepareQuorum > n) {
      throw new IllegalArgumentException(
          "prepareQuorum = %d: allowed are %d to %d, so that it intersects every %d of %d"
              .formatted(prepareQuorum, n - w + 1, n, w, n));
    }
    for (MemberId learner : learners) {
      if (members.contains(learner)) {
        throw new IllegalArgumentException(learner + " is a member and a learner");
      }
    }
  }

  /** A configuration without learners. */
  public Configuration(SortedSet<MemberId> members, int w, int prepareQuorum) {
    this(members, new TreeSet<>(), w, prepareQuorum);
  }

  /** A configuration with the smallest safe prepare quorum. */
  public static Configuration of(Collection<MemberId> members, int w) {
    return new Configuration(new TreeSet<>(members), w, members.size() - w + 1);
  }

  public int n() {
    return members.size();
  }

  /** Whether {@code member} votes. */
  public boolean contains(MemberId member) {
    return members.contains(member);
  }

  /** Voters and learners. */
  public SortedSet<MemberId> everyone() {
    SortedSet<MemberId> everyone = new TreeSet<>(members);
    everyone.addAll(learners);
    return everyone;
  }

  /** Like "n1#a, n2#b; w = 2, prepare quorum 1, learners n3#c". */
  @Override
  public String toString() {
    String voters = members.stream().map(MemberId::toString).collect(Collectors.joining(", "));
    String rest = learners.stream().map(MemberId::toString).collect(Collectors.joining(", "));
    return "%s; w = %d, prepare quorum %d%s"
        .formatted(voters, w, prepareQuorum, rest.isEmpty() ? "" : ", learners " + rest);
  }

  /** Whether these promises, {@code self}'s among them, let {@code self} propose (MembersOnly). */
  public boolean promisedBy(Set<MemberId> promisers, MemberId self) {
    return hasVote(self, promisers) && count(promisers) >= prepareQuorum;
  }

  /** Whether these acceptances, {@code self}'s among them, choose (MembersOnly). */
  public boolean acceptedBy(Set<MemberId> acceptors, MemberId self) {
    return hasVote(self, acceptors) && count(acceptors) >= w;
  }

  private boolean hasVote(MemberId self, Set<MemberId> voters) {
    return members.contains(self) && voters.contains(self);
  }

  /**
   * How many of {@code some} are members.
   *
   * @param some any members of the mesh
   */
  public int count(Set<MemberId> some) {
    int count = 0;
    for (MemberId member : members) {
      if (some.contains(member)) {
        count++;
      }
    }
    return count;
  }
}
