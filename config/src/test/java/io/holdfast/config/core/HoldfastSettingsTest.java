package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  /** Those of group meta list who has founded: they must have met that one, and no other. */
  @Test
  void membersOfMetaMustHaveMetWhoFounds() {
    assertThat(
            SettingsSample.ofThree(
                    "[{name = a, members = [n1]}, {name = meta, members = [n2, n3]}]")
                .admittingMembers())
        .containsOnly(N1, N2, N3);
    assertThat(SettingsSample.ofThree("[{name = meta, members = [n2, n3]}]").admittingMembers())
        .isEmpty();
  }

  @Test
  void nodeIsAdmittedByTheMembersOfItsOwnGroups() {
    assertThat(SettingsSample.ofThree(GROUPS).admittingMembers()).containsOnly(N1, N2, N3);
    assertThat(
            SettingsSample.ofThree(
                    "[{name = a, members = [n1, n2]}, {name = c, members = [n3]},"
                        + " {name = meta, members = [n2]}]")
                .admittingMembers())
        .containsOnly(N1, N2);
  }

  /** It votes there too: who has forgotten what it promised there must be known to all of them. */
  @Test
  void nodeIsAdmittedByTheMembersOfGroupMetaToo() {
    assertThat(
            SettingsSample.ofThree("[{name = a, members = [n1, n2]}, {name = c, members = [n3]}]")
                .admittingMembers())
        .containsOnly(N1, N2, N3);
  }

  @Test
  void groupMetaIsFoundedByAllMembersWhereTheSettingsDoNotNameIt() {
    HoldfastSettings settings = SettingsSample.ofThree("[{name = a, members = [n3, n1]}]");
    assertThat(settings.groups()).extracting(GroupSettings::name).containsExactly(new GroupId("a"));
    assertThat(settings.allGroups())
        .extracting(GroupSettings::name)
        .containsExactly(new GroupId("a"), GroupSettings.META);
    assertThat(settings.group(GroupSettings.META).orElseThrow().members()).containsExactly(N1, N3);
  }

  @Test
  void groupMetaIsAsTheSettingsHaveItWhereTheyNameIt() {
    HoldfastSettings settings =
        SettingsSample.ofThree("[{name = a}, {name = meta, members = [n2], w = 1}]");
    assertThat(settings.allGroups()).isEqualTo(settings.groups());
    assertThat(settings.group(GroupSettings.META).orElseThrow().members()).containsExactly(N2);
  }

  @Test
  void groupMetaHasAtMostFiveFounders() {
    HoldfastSettings settings = SettingsSample.ofThree("main");
    List<NodeId> seven = IntStream.range(0, 7).mapToObj(i -> new NodeId("m" + i)).toList();
    HoldfastSettings large =
        new HoldfastSettings(
            settings.node(),
            new MeshSettings(
                "m",
                settings.mesh().bind(),
                settings.mesh().advertised(),
                Stream.concat(
                        settings.mesh().peers().stream().limit(1),
                        seven.stream()
                            .map(node -> new PeerAddress(node, new HostPort(node + ".h", 1))))
                    .sorted(Comparator.comparing(PeerAddress::node))
                    .toList()),
            settings.http(),
            settings.limits(),
            List.of(
                new GroupSettings(
                    new GroupId("a"), seven, OptionalInt.empty(), OptionalInt.empty())),
            settings.quorum(),
            settings.coordinator(),
            settings.acceptor(),
            settings.replica(),
            settings.watch(),
            settings.jmx(),
            settings.chaos());
    assertThat(large.group(GroupSettings.META).orElseThrow().members())
        .isEqualTo(seven.subList(0, 5));
  }

  @Test
  void nodeFoundsTheGroupsThatItIsAMemberOf() {
    assertThat(
            SettingsSample.ofThree("[{name = a, members = [n1, n2]}, {name = c, members = [n3]}]")
                .foundedGroups())
        .containsOnly(new GroupId("a"), GroupSettings.META);
  }

  @Test
  void termsOfTheLogAreTheLastOfItsFingerprint() {
    HoldfastSettings settings = SettingsSample.ofThree("main");
    assertThat(settings.logTerms())
        .isEqualTo("alpha=64 write-id-window=1000000 rotation=10000/67108864");
    assertThat(settings.logFingerprint(new GroupId("main"))).endsWith(" " + settings.logTerms());
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
                    + settings.logFingerprint(new GroupId("b"))
                    + "\n"
                    + settings.logFingerprint(GroupSettings.META),
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
        settings.watch(),
        settings.jmx(),
        settings.chaos());
  }
}
