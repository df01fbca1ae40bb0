package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** When each other member was last heard, and what it last said of itself. Hints, never votes. */
final class Peers {

  private final Map<MemberId, Long> heardNanos = new HashMap<>();
  private final Map<MemberId, MemberState> states = new HashMap<>();

  void heard(MemberId member, Now now) {
    heardNanos.put(member, now.monotonicNanos());
  }

  void said(MemberId member, MemberState state) {
    states.put(member, state);
  }

  MemberState state(MemberId member) {
    return states.getOrDefault(member, MemberState.UNKNOWN);
  }

  boolean heardWithin(MemberId member, Duration span, Now now) {
    Long heard = heardNanos.get(member);
    return heard != null && now.nanosSince(heard) <= span.toNanos();
  }

  /** When it was last heard, on the monotonic clock. */
  Optional<Long> lastHeard(MemberId member) {
    return Optional.ofNullable(heardNanos.get(member));
  }

  /**
   * How many of the configuration's members were heard within {@code span}, {@code self} included.
   */
  int heardOf(Configuration configuration, MemberId self, Duration span, Now now) {
    int count = 0;
    for (MemberId member : configuration.members()) {
      if (member.equals(self) || heardWithin(member, span, now)) {
        count++;
      }
    }
    return count;
  }

  /**
   * The lowest wall clock, as of now, among this member and those of the configuration that were
   * heard within {@code span}; absent where these are fewer than w, or no majority: where w is
   * small, a single clock that is wrong shall not speak for all.
   */
  OptionalLong lowestClock(Configuration configuration, MemberId self, Duration span, Now now) {
    long lowest = now.wallMillis();
    int heard = 0;
    for (MemberId member : configuration.members()) {
      Long heardAt = heardNanos.get(member);
      MemberState state = states.get(member);
      if (member.equals(self)) {
        heard++;
      } else if (heardAt != null && state != null && heardWithin(member, span, now)) {
        heard++;
        lowest =
            Math.min(
                lowest, state.wallMillis() + Duration.ofNanos(now.nanosSince(heardAt)).toMillis());
      }
    }
    boolean enough = heard >= Math.max(configuration.w(), QuorumPolicy.majority(configuration.n()));
    return enough ? OptionalLong.of(lowest) : OptionalLong.empty();
  }

  /**
   * The slot up to which the store of every one of {@code members} is durable, as far as they have
   * said.
   */
  Slot durableEverywhere(Set<MemberId> members, MemberId self, Slot ownDurable) {
    Slot lowest = ownDurable;
    for (MemberId member : members) {
      if (!member.equals(self)) {
        lowest = Slot.min(lowest, state(member).durableUpTo());
      }
    }
    return lowest;
  }

  /** Forgets members that are no longer in any configuration. */
  void retain(Set<MemberId> members) {
    heardNanos.keySet().retainAll(members);
    states.keySet().retainAll(members);
  }
}
