package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupSettingsTest {

  private static final OptionalInt NONE = OptionalInt.empty();

  @Test
  void anyWFrom1ToNIsAllowed() {
    for (int w = 1; w <= 3; w++) {
      assertThat(group(3, OptionalInt.of(w), NONE).acceptQuorum()).isEqualTo(w);
    }
    assertRefused(3, OptionalInt.of(0), NONE, "w = 0: allowed is 1 to 3, as n = 3");
    assertRefused(3, OptionalInt.of(4), NONE, "w = 4: allowed is 1 to 3, as n = 3");
  }

  @Test
  void prepareQuorumMayBeLargerThanTheLeastThatIntersectsButNotSmaller() {
    for (int prepare = 3; prepare <= 4; prepare++) {
      assertThat(group(4, OptionalInt.of(2), OptionalInt.of(prepare)).effectivePrepareQuorum())
          .isEqualTo(prepare);
    }
    assertRefused(4, OptionalInt.of(2), OptionalInt.of(2), "prepare quorum = 2: allowed is 3 to 4");
    assertRefused(4, OptionalInt.of(2), OptionalInt.of(5), "prepare quorum = 5: allowed is 3 to 4");
  }

  @Test
  void prepareQuorumWithoutAWIsJudgedByTheMajority() {
    assertThat(group(5, NONE, OptionalInt.of(3)).effectivePrepareQuorum()).isEqualTo(3);
    assertRefused(5, NONE, OptionalInt.of(2), "prepare quorum = 2: allowed is 3 to 5");
  }

  @Test
  void unsetQuorumsAreAMajorityAndTheLeastThatIntersectsIt() {
    for (int n = 1; n <= GroupSettings.MAX_MEMBERS; n++) {
      GroupSettings group = group(n, NONE, NONE);
      assertThat(group.acceptQuorum() * 2).as("n = %s", n).isGreaterThan(n);
      assertThat(group.acceptQuorum() + group.effectivePrepareQuorum()).isEqualTo(n + 1);
    }
  }

  @Test
  void hasOneToSevenDifferentMembers() {
    assertThat(group(GroupSettings.MAX_MEMBERS, NONE, NONE).n()).isEqualTo(7);
    assertRefused(0, NONE, NONE, "allowed are 1 to 7 different nodes");
    assertRefused(8, NONE, NONE, "allowed are 1 to 7 different nodes");
    NodeId n1 = new NodeId("n1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GroupSettings(new GroupId("g"), List.of(n1, n1), NONE, NONE));
  }

  private static void assertRefused(int n, OptionalInt w, OptionalInt prepare, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> group(n, w, prepare))
        .withMessageContaining(words);
  }

  private static GroupSettings group(int n, OptionalInt w, OptionalInt prepare) {
    List<NodeId> members = IntStream.rangeClosed(1, n).mapToObj(i -> new NodeId("n" + i)).toList();
    return new GroupSettings(new GroupId("g"), members, w, prepare);
  }
}
