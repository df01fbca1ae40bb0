package io.holdfast.config.core;

import static io.holdfast.config.core.DirectorySample.MAIN;
import static io.holdfast.config.core.DirectorySample.N1;
import static io.holdfast.config.core.DirectorySample.N2;
import static io.holdfast.config.core.DirectorySample.N2_AGAIN;
import static io.holdfast.config.core.DirectorySample.N3;
import static io.holdfast.config.core.DirectorySample.N4;
import static io.holdfast.config.core.DirectorySample.TERMS;
import static io.holdfast.config.core.DirectorySample.group;
import static io.holdfast.config.core.DirectorySample.seeded;
import static io.holdfast.config.core.DirectorySample.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.GroupTable.Known;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class GroupTableTest {

  private static final GroupId META = GroupSettings.META;
  private static final GroupId ORDERS = new GroupId("orders");
  private static final GroupId ORDERS_LOG = new GroupId("orders--5");
  private static final HoldfastSettings SETTINGS = SettingsSample.ofThree("main");

  private static PeerLedger met(MemberId... members) {
    TreeMap<NodeId, KnownPeer> peers = new TreeMap<>();
    for (MemberId member : members) {
      peers.put(member.node(), new KnownPeer(member.incarnation(), 1, 0));
    }
    return new PeerLedger(peers, new TreeSet<>(), false, List.of());
  }

  private static PeerLedger founder(MeshDirectory directory) {
    PeerLedger met = met(N2, N3);
    return new PeerLedger(
            met.peers(), met.acknowledged(), true, List.of(N1, N2, N3), MeshDirectory.NONE)
        .learned(directory);
  }

  private static PeerLedger letIn(MeshDirectory directory) {
    return new PeerLedger(new TreeMap<>(), new TreeSet<>(), true, List.of(), directory);
  }

  private static HoldfastSettings joining() {
    MeshSettings mesh = SETTINGS.mesh();
    return new HoldfastSettings(
        SETTINGS.node(),
        new MeshSettings(mesh.id(), mesh.bind(), mesh.advertised(), mesh.peers(), true),
        SETTINGS.http(),
        SETTINGS.limits(),
        SETTINGS.groups(),
        SETTINGS.quorum(),
        SETTINGS.coordinator(),
        SETTINGS.acceptor(),
        SETTINGS.replica(),
        SETTINGS.watch(),
        SETTINGS.jmx(),
        SETTINGS.chaos());
  }

  @Test
  void withoutADirectoryKnowsTheGroupsOfItsSettingsAndMeta() {
    GroupTable table = GroupTable.of(SETTINGS, met(N2, N3), N1, GroupTableTest::any);
    assertThat(table.groups()).containsOnlyKeys(MAIN, META);
    Known main = table.find(MAIN).orElseThrow();
    assertThat(main.log()).isEqualTo(MAIN);
    assertThat(main.founders()).containsExactly(N1, N2, N3);
    assertThat(main.founder()).isTrue();
    assertThat(main.terms()).isEmpty();
    assertThat(main.fingerprint()).isEqualTo(SETTINGS.logFingerprint(MAIN));
  }

  @Test
  void groupIsCompleteOnceAllItsFoundersWereMet() {
    assertThat(
            GroupTable.of(SETTINGS, met(N2), N1, GroupTableTest::any)
                .find(MAIN)
                .orElseThrow()
                .isComplete())
        .isFalse();
    assertThat(
            GroupTable.of(SETTINGS, met(N2, N3), N1, GroupTableTest::any)
                .find(MAIN)
                .orElseThrow()
                .isComplete())
        .isTrue();
  }

  @Test
  void isNoFounderOfAGroupOfOthers() {
    HoldfastSettings settings = SettingsSample.ofThree("[{name = a, members = [n2, n3]}]");
    assertThat(GroupTable.of(settings, met(N2, N3), N1, GroupTableTest::any).find(new GroupId("a")))
        .hasValueSatisfying(group -> assertThat(group.founder()).isFalse());
  }

  @Test
  void directorySaysWhoFoundedAndUnderWhichTerms() {
    GroupTable table =
        GroupTable.of(
            SETTINGS,
            founder(with(seeded(), 6, ORDERS, group(ORDERS_LOG, N1, N3).beingDeleted())),
            N1,
            GroupTableTest::any);
    assertThat(table.groups()).containsOnlyKeys(MAIN, META, ORDERS);
    Known orders = table.find(ORDERS).orElseThrow();
    assertThat(orders)
        .isEqualTo(
            new Known(
                ORDERS,
                group(ORDERS_LOG, N1, N3).settings(),
                List.of(N1, N3),
                true,
                Optional.of(TERMS),
                SETTINGS.logFingerprint(group(ORDERS_LOG, N1, N3).settings())));
    assertThat(orders.log()).isEqualTo(ORDERS_LOG);
    assertThat(table.hasLog(ORDERS_LOG)).isTrue();
    assertThat(table.hasLog(ORDERS)).isFalse();
  }

  @Test
  void founderGoesOnNamingAsFounderWhoFoundedThoughAnotherHasTheName() {
    MeshDirectory replaced = with(seeded(), 2, N2_AGAIN);
    GroupTable table = GroupTable.of(SETTINGS, founder(replaced), N1, GroupTableTest::any);
    assertThat(table.find(MAIN).orElseThrow().founders()).containsExactly(N1, N2, N3);
    assertThat(GroupTable.founder(N2.node(), founder(replaced), N1)).contains(N2);
  }

  @Test
  void whoWasLetInUnderAFoundersNameIsNoFounder() {
    GroupTable table =
        GroupTable.of(SETTINGS, letIn(with(seeded(), 2, N2_AGAIN)), N2_AGAIN, GroupTableTest::any);
    assertThat(table.groups().values()).hasSize(2).noneMatch(Known::founder);
    assertThat(table.find(MAIN).orElseThrow().founders()).containsExactly(N1, N2, N3);
  }

  @Test
  void whoWasLetInKnowsNothingOfItsSettingsGroups() {
    HoldfastSettings settings = SettingsSample.ofThree("main, extra");
    assertThat(
            GroupTable.of(settings, letIn(with(seeded(), 2, N4)), N4, GroupTableTest::any).groups())
        .containsOnlyKeys(MAIN, META);
  }

  @Test
  void whoIsToJoinKnowsNothingOfItsSettingsGroups() {
    assertThat(GroupTable.of(joining(), met(N2, N3), N1, GroupTableTest::any))
        .isEqualTo(GroupTable.NONE);
  }

  @Test
  void whoHasFoundedKnowsItsSettingsGroupsThoughItIsToldToJoin() {
    assertThat(
            GroupTable.of(joining(), founder(MeshDirectory.NONE), N1, GroupTableTest::any).groups())
        .containsOnlyKeys(MAIN, META);
  }

  /**
   * The schedule: n2 is another's name by now, and each node would take another for the founder.
   */
  @Test
  void groupThatIsNewInTheSettingsIsFoundedByWhoTheDirectorySays() {
    HoldfastSettings settings = SettingsSample.ofThree("main, extra");
    GroupId extra = new GroupId("extra");
    PeerLedger ledger = founder(with(seeded(), 2, N2_AGAIN));
    assertThat(GroupTable.of(settings, ledger, N1, GroupTableTest::any).find(extra)).isEmpty();

    MeshDirectory listed =
        with(with(seeded(), 2, N2_AGAIN), 3, extra, group(extra, N1, N2_AGAIN, N3));
    assertThat(
            GroupTable.of(settings, founder(listed), N1, GroupTableTest::any)
                .find(extra)
                .orElseThrow()
                .founders())
        .containsExactly(N1, N2_AGAIN, N3);
    assertThat(GroupTable.of(settings, letIn(listed), N2_AGAIN, GroupTableTest::any).find(extra))
        .hasValueSatisfying(group -> assertThat(group.founder()).isTrue());
  }

  @Test
  void founderIsWhoAdmissionFoundElseWhoWasMet() {
    PeerLedger ledger =
        new PeerLedger(
            new TreeMap<>(
                Map.of(N3.node(), new KnownPeer(33, 1, 0), N4.node(), new KnownPeer(4, 1, 0))),
            new TreeSet<>(),
            true,
            List.of(N1, N2, N3));
    assertThat(GroupTable.founder(N1.node(), ledger, N1)).contains(N1);
    assertThat(GroupTable.founder(N3.node(), ledger, N1)).contains(N3);
    assertThat(GroupTable.founder(N4.node(), ledger, N1)).contains(N4);
    assertThat(GroupTable.founder(new NodeId("n5"), ledger, N1)).isEmpty();
  }

  /** It took part before {@code extra} came into the settings, and another may be n3 by now. */
  @Test
  void whoTookPartBeforeFoundsNothingThatCameIntoItsSettingsSince() {
    HoldfastSettings settings = SettingsSample.ofThree("main, extra");
    PeerLedger founder = founder(MeshDirectory.NONE);
    Predicate<GroupSettings> held = group -> !group.name().value().equals("extra");
    assertThat(GroupTable.of(settings, founder, N1, held).groups()).containsOnlyKeys(MAIN, META);
  }

  /** Whoever is asked about it says who has it. */
  @Test
  void groupOfOthersIsKnownThoughThisNodeMayHaveFoundedNothing() {
    HoldfastSettings settings = SettingsSample.ofThree("[{name = a, members = [n2, n3]}]");
    assertThat(GroupTable.of(settings, founder(MeshDirectory.NONE), N1, group -> false).groups())
        .containsOnlyKeys(new GroupId("a"), META);
  }

  private static boolean any(GroupSettings group) {
    return group.n() > 0;
  }
}
