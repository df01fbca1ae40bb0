package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

  private static List<MemberId> members(int n) {
    List<MemberId> members = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      members.add(new MemberId(new NodeId("n" + i), 1 + i));
    }
    return members;
  }

  private static Set<MemberId> subset(List<MemberId> members, int bits) {
    Set<MemberId> subset = new TreeSet<>();
    for (int i = 0; i < members.size(); i++) {
      if ((bits & (1 << i)) != 0) {
        subset.add(members.get(i));
      }
    }
    return subset;
  }

  /**
   * QuorumsIntersect, for all n up to 7, every w, every prepare quorum and all pairs of subsets.
   */
  @Test
  void everyPrepareQuorumMeetsEveryAcceptQuorum() {
    long pairs = 0;
    for (int n = 1; n <= 7; n++) {
      List<MemberId> members = members(n);
      for (int w = 1; w <= n; w++) {
        for (int prepare = n - w + 1; prepare <= n; prepare++) {
          Configuration configuration = new Configuration(new TreeSet<>(members), w, prepare);
          List<Set<MemberId>> preparing = new ArrayList<>();
          List<Set<MemberId>> accepting = new ArrayList<>();
          for (int bits = 0; bits < 1 << n; bits++) {
            Set<MemberId> subset = subset(members, bits);
            if (members.stream().anyMatch(self -> configuration.promisedBy(subset, self))) {
              preparing.add(subset);
            }
            if (members.stream().anyMatch(self -> configuration.acceptedBy(subset, self))) {
              accepting.add(subset);
            }
          }
          for (Set<MemberId> one : preparing) {
            for (Set<MemberId> other : accepting) {
              pairs++;
              if (Collections.disjoint(one, other)) {
                throw new AssertionError(configuration + ": " + one + " and " + other);
              }
            }
          }
        }
      }
    }
    assertThat(pairs).isGreaterThan(10_000);
  }

  @Test
  void refusesAPrepareQuorumThatWouldNotIntersect() {
    assertThatThrownBy(() -> new Configuration(new TreeSet<>(members(5)), 3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prepareQuorum = 2: allowed are 3 to 5, so that it intersects every 3 of 5");
    assertThatThrownBy(() -> new Configuration(new TreeSet<>(members(5)), 3, 6))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWOutsideTheMembers() {
    assertThatThrownBy(() -> Configuration.of(members(3), 4))
        .hasMessage("w = 4: allowed are 1 to 3");
    assertThatThrownBy(() -> Configuration.of(members(3), 0))
        .hasMessage("w = 0: allowed are 1 to 3");
    assertThatThrownBy(() -> Configuration.of(List.of(), 1))
        .hasMessage("a configuration has at least one member");
  }

  @Test
  void quorumsNeedTheLocalMember() {
    List<MemberId> members = members(3);
    Configuration configuration = Configuration.of(members, 2);
    Set<MemberId> others = Set.of(members.get(1), members.get(2));

    assertThat(configuration.acceptedBy(others, members.get(0))).isFalse();
    assertThat(configuration.promisedBy(others, members.get(0))).isFalse();
    assertThat(configuration.acceptedBy(others, members.get(1))).isTrue();
  }

  @Test
  void strangersNeverCount() {
    List<MemberId> four = members(4);
    Configuration three = Configuration.of(four.subList(0, 3), 2);
    MemberId reborn = new MemberId(four.get(1).node(), 99);

    assertThat(three.acceptedBy(Set.of(four.get(0), four.get(3)), four.get(0))).isFalse();
    assertThat(three.acceptedBy(Set.of(four.get(0), reborn), four.get(0))).isFalse();
  }

  @Test
  void whoIsNoMemberHasNoQuorum() {
    List<MemberId> four = members(4);
    Configuration three = Configuration.of(four.subList(0, 3), 2);
    Set<MemberId> all = Set.copyOf(four);

    assertThat(three.promisedBy(all, four.get(3))).isFalse();
    assertThat(three.acceptedBy(all, four.get(3))).isFalse();
  }

  @Test
  void changeGovernsFromAlphaSlotsAfterItsOwn() {
    Configuration before = Configuration.of(members(3), 2);
    Configuration after = Configuration.of(members(5), 3);
    ConfigurationLog log = new ConfigurationLog(8, before);

    assertThat(log.applied(new Slot(10), after)).isEqualTo(new Slot(18));

    assertThat(log.at(new Slot(17))).isEqualTo(before);
    assertThat(log.at(new Slot(18))).isEqualTo(after);
    assertThat(log.membersFrom(new Slot(17))).hasSize(5);
    assertThat(log.proposableUpTo(new Slot(10))).isEqualTo(new Slot(18));
    assertThat(log.lastEffect()).isEqualTo(new Slot(18));
  }

  @Test
  void forgetsOnlyWhatGovernsNoLaterSlot() {
    Configuration before = Configuration.of(members(3), 2);
    Configuration after = Configuration.of(members(2), 1);
    ConfigurationLog log = new ConfigurationLog(8, before);
    log.applied(new Slot(10), after);

    log.forgetBelow(new Slot(17));
    assertThat(log.at(new Slot(17))).isEqualTo(before);
    log.forgetBelow(new Slot(18));
    assertThat(log.at(new Slot(18))).isEqualTo(after);
    assertThat(log.membersFrom(new Slot(18))).hasSize(2);
  }
}
