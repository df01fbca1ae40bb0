package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Settings refuse what is wrong by themselves, also where no reader stood before them. */
class HoldfastSettingsTest {

  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final String GROUPS =
      "[{name = b}, {name = a, members = [n1, n2]}, {name = c, members = [n2, n3]}]";

  @Test
  void everyNumberOutOfItsRangeIsRefusedInTheWordsOfItsKey() {
    for (NumberKey key : HoldfastSettings.NUMBER_KEYS) {
      for (long wrong : new long[] {key.min() - 1, key.max() + 1}) {
        assertThatIllegalArgumentException()
            .as("%s = %s", key.path(), wrong)
            .isThrownBy(() -> SettingsSample.with(Map.of(key.path(), wrong)))
            .withMessage("%s = %s: allowed is %s", key.path(), key.render(wrong), key.allowed());
      }
    }
  }

  @Test
  void everyRuleBetweenTwoNumbersIsKept() {
    for (OrderRule rule : HoldfastSettings.ORDER_RULES) {
      long larger = SettingsSample.defaultOf(rule.larger().path());
      long smaller = larger / rule.factor() + 1;
      if (!rule.smaller().allows(smaller)) {
        smaller = SettingsSample.defaultOf(rule.smaller().path());
        larger = rule.factor() * smaller - 1;
      }
      Map<String, Long> broken =
          Map.of(rule.larger().path(), larger, rule.smaller().path(), smaller);
      assertThatIllegalArgumentException()
          .as("%s", rule)
          .isThrownBy(() -> SettingsSample.with(broken))
          .withMessageStartingWith(rule.larger().path() + " = ")
          .withMessageEndingWith(rule.allowed(smaller, ""));
    }
  }

  @Test
  void defaultsKeepEveryRule() {
    assertThat(SettingsSample.with(Map.of())).isEqualTo(SettingsSample.ofThree("main"));
  }

  @Test
  void findsAGroupByItsNameOnly() {
    HoldfastSettings settings = SettingsSample.ofThree(GROUPS);
    assertThat(settings.group(new GroupId("a")))
        .hasValueSatisfying(group -> assertThat(group.members()).containsExactly(N1, N2));
    assertThat(settings.group(new GroupId("d"))).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.logFingerprint(new GroupId("d")))
        .withMessage("no group d");
  }

  @Test
  void nodeIsAdmittedByTheMembersOfItsOwnGroups() {
    assertThat(SettingsSample.ofThree(GROUPS).admittingMembers()).containsOnly(N1, N2, N3);
    assertThat(
            SettingsSample.ofThree("[{name = a, members = [n1, n2]}, {name = c, members = [n3]}]")
                .admittingMembers())
        .containsOnly(N1, N2);
  }

  @Test
  void greetingIsJudgedByTheGroupsSharedWithTheGreeter() {
    HoldfastSettings settings = SettingsSample.ofThree(GROUPS);
    assertThat(settings.greetingTerms(N2))
        .isEqualTo(
            new GreetingTerms(
                N1,
                "holdfast",
                settings.logFingerprint(new GroupId("a"))
                    + "\n"
                    + settings.logFingerprint(new GroupId("b")),
                Set.of(N1, N2, N3)));
  }

  @Test
  void holdsAsManyGroupsAsAreAllowedAndNoMore() {
    assertThat(withGroups(GroupSettings.MAX_GROUPS).groups()).hasSize(GroupSettings.MAX_GROUPS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withGroups(GroupSettings.MAX_GROUPS + 1))
        .withMessageContaining("1 to 16 groups");
    assertThatIllegalArgumentException().isThrownBy(() -> withGroups(0));
  }

  @Test
  void refusesAGroupTwiceOrWithAMemberThatIsNoPeer() {
    HoldfastSettings settings = SettingsSample.ofThree("main");
    GroupSettings main = settings.groups().get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(settings, Collections.nCopies(2, main)));
    GroupSettings foreign =
        new GroupSettings(
            new GroupId("x"), List.of(new NodeId("n9")), main.w(), main.prepareQuorum());
    assertThatIllegalArgumentException().isThrownBy(() -> with(settings, List.of(foreign)));
    assertThatCode(() -> with(settings, List.of(main))).doesNotThrowAnyException();
  }

  private static HoldfastSettings withGroups(int count) {
    HoldfastSettings settings = SettingsSample.ofThree("main");
    GroupSettings main = settings.groups().get(0);
    return with(
        settings,
        IntStream.range(0, count)
            .mapToObj(i -> new GroupId("g" + i))
            .map(name -> new GroupSettings(name, main.members(), main.w(), main.prepareQuorum()))
            .toList());
  }

  private static HoldfastSettings with(HoldfastSettings settings, List<GroupSettings> groups) {
    return new HoldfastSettings(
        settings.node(),
        settings.mesh(),
        settings.http(),
        settings.limits(),
        groups,
        settings.quorum(),
        settings.coordinator(),
        settings.acceptor(),
        settings.replica(),
        settings.chaos());
  }
}
