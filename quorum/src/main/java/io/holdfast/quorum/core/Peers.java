package io.holdfast.quorum.core;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
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
   * The lowest wall clock, as of now, among w members, and no less than a majority, of this one and
   * those that were heard within {@code span}: of those whose clocks are the latest, so that one
   * that is far behind holds nothing up, and one that is far ahead does not speak for the others.
   * Absent where fewer are heard.
   */
  OptionalLong lowestClock(Configuration configuration, MemberId self, Duration span, Now now) {
    List<Long> clocks = new ArrayList<>();
    for (MemberId member : configuration.members()) {
      Long heardAt = heardNanos.get(member);
      MemberState state = states.get(member);
      if (member.equals(self)) {
        clocks.add(now.wallMillis());
      } else if (heardAt != null && state != null && heardWithin(member, span, now)) {
        clocks.add(state.wallMillis() + Duration.ofNanos(now.nanosSince(heardAt)).toMillis());
      }
    }
    int enough = Math.max(configuration.w(), QuorumPolicy.majority(configuration.n()));
    if (clocks.size() < enough) {
      return OptionalLong.empty();
    }
    clocks.sort(Comparator.reverseOrder());
    return OptionalLong.of(clocks.get(enough - 1));
  }

  /** Forgets members that are no longer in any configuration. */
  void retain(Set<MemberId> members) {
    heardNanos.keySet().retainAll(members);
    states.keySet().retainAll(members);
  }
}
