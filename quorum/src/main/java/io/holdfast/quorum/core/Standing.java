package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What a coordinator knows whatever its role: who it is, what it has learned, whom it hears. */
final class Standing {

  final GroupId group;
  final MemberId self;
  final ConfigurationLog configurations;
  final CoordinatorTiming timing;
  final CoordinatorLimits limits;
  final RandomGenerator random;
  final Peers peers = new Peers();
  final OpenWrites writes = new OpenWrites();
  final WriteQueue queue = new WriteQueue();
  final ChainHistory chain;
  private final LogRetention retention;
  Slot learnedUpTo;
  Slot durableUpTo;

  private Duration ackTimeout;

  /** Whether this node's replica is not what a majority has. */
  boolean diverged;

  private Set<MemberId> members = Set.of();
  private Set<MemberId> voters = Set.of();
  private List<MemberId> others = List.of();
  private List<MemberId> otherVoters = List.of();

  Standing(
      GroupId group,
      MemberId self,
      ConfigurationLog configurations,
      CoordinatorTiming timing,
      CoordinatorLimits limits,
      RandomGenerator random,
      ChainHistory chain,
      Now now) {
    this.group = group;
    this.self = self;
    this.configurations = configurations;
    this.timing = timing;
    this.ackTimeout = timing.ackTimeout();
    this.limits = limits;
    this.random = random;
    this.chain = chain;
    this.retention = new LogRetention(timing.maxSilence(), now);
    this.learnedUpTo = chain.applied();
    this.durableUpTo = chain.applied();
    refreshMembers();
  }

  /** From the first Accept of a slot to its verdict. */
  Duration ackTimeout() {
    return ackTimeout;
  }

  /** That of a policy is another one, or there is none any more. */
  void ackTimeoutChanged(Optional<Duration> byPolicy) {
    ackTimeout = byPolicy.orElse(timing.ackTimeout());
  }

  /** Configurations came or went; true when others matter now, or have a vote. */
  final boolean refreshMembers() {
    Set<MemberId> membersBefore = members;
    Set<MemberId> votersBefore = voters;
    members = configurations.membersFrom(durableUpTo);
    voters = configurations.votersFrom(durableUpTo);
    others = withoutSelf(members);
    otherVoters = withoutSelf(voters);
    return !members.equals(membersBefore) || !voters.equals(votersBefore);
  }

  private List<MemberId> withoutSelf(Set<MemberId> some) {
    List<MemberId> rest = new ArrayList<>(some);
    rest.remove(self);
    return List.copyOf(rest);
  }

  /** Every voter and learner of a configuration that still matters, this one included. */
  Set<MemberId> members() {
    return members;
  }

  /** Every voter of a configuration that still matters, this one included. */
  Set<MemberId> voters() {
    return voters;
  }

  /** Voters and learners without this one. */
  List<MemberId> others() {
    return others;
  }

  /** Voters without this one. */
  List<MemberId> otherVoters() {
    return otherVoters;
  }

  /** The configuration of the first slot that is not learned here. */
  Configuration nextConfiguration() {
    return configurations.at(learnedUpTo.next());
  }

  /** Whether another voter of the newest configuration holds all that leads up to it. */
  boolean isHandedOver() {
    Slot effect = configurations.lastEffect();
    return configurations.newest().members().stream()
        .anyMatch(member -> effect.isAtMost(peers.state(member).durableUpTo().next()));
  }

  MemberState memberState(Now now) {
    // TrimOnlyDurable: what a diverged store holds is no copy of anything.
    Slot held = diverged ? Slot.ZERO : durableUpTo;
    return new MemberState(learnedUpTo, chain.applied(), chain.chainHash(), held, now.wallMillis());
  }

  /** No log needs to hold slots up to here, as far as is known. */
  Slot trimUpTo(Now now) {
    return retention.trimUpTo(
        configurations.from(durableUpTo), members(), self, durableUpTo, peers, now);
  }

  /** Logs that have grown too long may be trimmed up to here, whoever lags. */
  Slot trimAtMost() {
    return LogRetention.storedByEnough(configurations.from(durableUpTo), self, durableUpTo, peers);
  }

  /** A random part of {@code span}. */
  Duration jitter(Duration span) {
    return Duration.ofNanos(random.nextLong(span.toNanos() + 1));
  }
}
