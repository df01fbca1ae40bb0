package io.holdfast.mesh.core;

import static io.holdfast.mesh.core.DirectorySample.MAIN;
import static io.holdfast.mesh.core.DirectorySample.N1;
import static io.holdfast.mesh.core.DirectorySample.N2;
import static io.holdfast.mesh.core.DirectorySample.N2_AGAIN;
import static io.holdfast.mesh.core.DirectorySample.N3;
import static io.holdfast.mesh.core.DirectorySample.N4;
import static io.holdfast.mesh.core.DirectorySample.ORDERS;
import static io.holdfast.mesh.core.DirectorySample.ORDERS_LOG;
import static io.holdfast.mesh.core.DirectorySample.TERMS;
import static io.holdfast.mesh.core.DirectorySample.addressOf;
import static io.holdfast.mesh.core.DirectorySample.group;
import static io.holdfast.mesh.core.DirectorySample.member;
import static io.holdfast.mesh.core.DirectorySample.seeded;
import static io.holdfast.mesh.core.DirectorySample.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshDirectory.ListedGroup;
import io.holdfast.config.core.MeshDirectory.ListedNode;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.mesh.GroupForm;
import io.holdfast.mesh.NodeForm;
import io.holdfast.mesh.core.DirectoryRules.Decision;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryRulesTest {

  private static final MemberId N1_AGAIN = member("n1", 111);
  private static final MeshDirectory NOW = with(seeded(), 5);

  private static MeshDirectory next(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Becomes.class);
    return ((Decision.Becomes) decision).next();
  }

  private static void assertRefused(Decision decision, int status, String code) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused.status()).isEqualTo(status);
              assertThat(refused.detail()).isNotBlank().doesNotContain("%");
            });
  }

  // ---- Nodes

  private static NodeForm form(MemberId member) {
    return new NodeForm(member.node(), member.incarnation(), addressOf(member.node()));
  }

  private static Decision admit(MeshDirectory now, MemberId member) {
    return DirectoryRules.admit(now, form(member), false);
  }

  @Test
  void nodeIsLetInBesidesTheOthers() {
    assertThat(next(admit(NOW, N4))).isEqualTo(with(NOW, 6, N4));
  }

  @Test
  void nodeThatWasLetInIsSoAlready() {
    assertThat(DirectoryRules.admit(with(NOW, 6, N4), form(N4), true))
        .isEqualTo(new Decision.Already());
  }

  @Test
  void nameGoesToAnotherDataDirectoryOnceTheOldOneIsNotHeard() {
    assertThat(next(admit(NOW, N2_AGAIN))).isEqualTo(with(NOW, 6, N2_AGAIN));
    assertRefused(DirectoryRules.admit(NOW, form(N2_AGAIN), true), 409, "still_alive");
  }

  @Test
  void nodeThatIsAliveMayMove() {
    HostPort elsewhere = new HostPort("10.9.9.9", 4100);
    NodeForm form = new NodeForm(N2.node(), N2.incarnation(), elsewhere);
    assertThat(next(DirectoryRules.admit(NOW, form, true)).nodes())
        .containsEntry(N2.node(), new ListedNode(N2.incarnation(), elsewhere));
  }

  @Test
  void addressOfAnotherNodeIsRefused() {
    NodeForm form = new NodeForm(N4.node(), N4.incarnation(), addressOf(N1.node()));
    assertRefused(DirectoryRules.admit(NOW, form, false), 409, "already_exists");
  }

  @Test
  void nodeThatCannotBeListedIsRefused() {
    assertRefused(
        DirectoryRules.admit(NOW, new NodeForm(N4.node(), 0, addressOf(N4.node())), false),
        400,
        "invalid");
    assertRefused(
        DirectoryRules.admit(NOW, new NodeForm(N4.node(), 44, new HostPort("0.0.0.0", 1)), false),
        400,
        "invalid");
    assertRefused(
        DirectoryRules.admit(NOW, new NodeForm(N4.node(), 44, new HostPort("h", 0)), false),
        400,
        "invalid");
  }

  @Test
  void meshHasAtMostAsManyNodesAsItMayHave() {
    MeshDirectory full = NOW;
    for (int i = 4; full.nodes().size() < MeshSettings.MAX_PEERS; i++) {
      full = next(admit(full, member("n" + i, i)));
    }
    assertRefused(admit(full, member("n99", 99)), 409, "too_many_nodes");
    assertThat(next(admit(full, N2_AGAIN)).nodes()).hasSize(MeshSettings.MAX_PEERS);
  }

  /** Its boots are forgotten everywhere: an older copy of it would be welcome, and its promises. */
  @Test
  void whoWasReplacedIsNotLetInAgain() {
    MeshDirectory once = next(admit(NOW, N2_AGAIN));
    assertThat(once.retired()).containsExactly(N2);
    assertRefused(admit(once, N2), 409, "was_replaced");

    MemberId third = member("n2", 2222);
    MeshDirectory twice = next(admit(once, third));
    assertThat(twice.retired()).containsExactly(N2, N2_AGAIN);
    assertRefused(admit(twice, N2), 409, "was_replaced");
    assertRefused(admit(twice, N2_AGAIN), 409, "was_replaced");
    assertThat(admit(twice, third)).isEqualTo(new DirectoryRules.Decision.Already());
  }

  /** Written by a build that remembered only who founded. */
  @Test
  void founderThatWasReplacedBeforeThatWasRememberedIsNotLetInEither() {
    MeshDirectory replaced = with(NOW, 6, N2_AGAIN);
    MeshDirectory forgetful = new MeshDirectory(6, replaced.nodes(), replaced.groups());
    assertRefused(admit(forgetful, N2), 409, "was_replaced");
  }

  @Test
  void remembersTheLatestOfThoseThatWereReplaced() {
    MeshDirectory now = NOW;
    for (int i = 1; i <= MeshDirectory.MAX_RETIRED + 1; i++) {
      now = next(admit(now, member("n2", 10_000 + i)));
    }
    assertThat(now.retired()).hasSize(MeshDirectory.MAX_RETIRED).doesNotContain(N2);
    assertRefused(admit(now, member("n2", 10_001)), 409, "was_replaced");
  }

  @Test
  void whoComesLaterWasLetInAndWhoFoundedWasNotWhereverItMoves() {
    assertThat(next(admit(NOW, N4)).isLetIn(N4)).isTrue();
    assertThat(next(admit(NOW, N2_AGAIN)).isLetIn(N2_AGAIN)).isTrue();
    HostPort elsewhere = new HostPort("10.0.0.9", 7009);
    NodeForm moves = new NodeForm(N2.node(), N2.incarnation(), elsewhere);
    assertThat(next(DirectoryRules.admit(NOW, moves, true)).isLetIn(N2)).isFalse();
    MeshDirectory moved =
        DirectoryRules.moved(with(NOW, 6, N4), Map.of(N4, elsewhere)).orElseThrow();
    assertThat(moved.isLetIn(N4)).isTrue();
  }

  // ---- Making groups

  private static GroupForm form(GroupId name, MemberId... members) {
    return new GroupForm(
        name,
        List.of(members).stream().map(MemberId::node).toList(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  private static Decision create(MeshDirectory now, GroupForm form) {
    return DirectoryRules.create(now, form, TERMS);
  }

  @Test
  void groupIsMadeOfTheNodesAsTheyAreListed() {
    MeshDirectory now = with(NOW, 5, N2_AGAIN, N4);
    MeshDirectory made = next(create(now, form(ORDERS, N4, N2)));
    assertThat(made)
        .isEqualTo(
            with(
                now,
                6,
                ORDERS,
                new ListedGroup(
                    ORDERS_LOG, new TreeSet<>(Set.of(N2_AGAIN, N4)), 2, 1, TERMS, false)));
  }

  @Test
  void groupOfNobodyNamedIsMadeOfAllNodes() {
    MeshDirectory made = next(create(with(NOW, 5, N4), form(ORDERS)));
    assertThat(orders(made).founders()).containsExactly(N1, N2, N3, N4);
  }

  @Test
  void groupHasTheQuorumsThatAreAskedFor() {
    GroupForm form =
        new GroupForm(
            ORDERS, List.of(N1.node(), N2.node(), N3.node()), OptionalInt.of(1), OptionalInt.of(3));
    ListedGroup made = orders(next(create(NOW, form)));
    assertThat(made.w()).isEqualTo(1);
    assertThat(made.prepareQuorum()).isEqualTo(3);
  }

  @Test
  void groupThatIsThereIsSoAlready() {
    MeshDirectory made = next(create(NOW, form(ORDERS, N1, N2)));
    assertThat(create(made, form(ORDERS, N2, N1))).isEqualTo(new Decision.Already());
    assertThat(create(NOW, form(MAIN))).isEqualTo(new Decision.Already());
  }

  @Test
  void otherGroupOfTheSameNameIsRefused() {
    MeshDirectory made = next(create(NOW, form(ORDERS, N1, N2, N3)));
    MeshDirectory ofTwo = next(create(NOW, form(ORDERS, N1, N2)));
    assertRefused(create(ofTwo, form(ORDERS, N1, N3)), 409, "already_exists");
    assertRefused(create(made, withW(ORDERS, 3, 2)), 409, "already_exists");
    assertRefused(create(made, withW(ORDERS, 2, 3)), 409, "already_exists");
  }

  private static GroupForm withW(GroupId name, int w, int prepareQuorum) {
    return new GroupForm(
        name,
        List.of(N1.node(), N2.node(), N3.node()),
        OptionalInt.of(w),
        OptionalInt.of(prepareQuorum));
  }

  @Test
  void nameOfAGroupThatIsBeingDeletedIsNotFreeYet() {
    MeshDirectory deleting =
        next(DirectoryRules.delete(next(create(NOW, form(ORDERS, N1))), ORDERS));
    assertRefused(create(deleting, form(ORDERS, N1)), 409, "deleting");
  }

  @Test
  void groupThatIsMadeAgainHasAnotherLog() {
    MeshDirectory made = next(create(NOW, form(ORDERS, N1)));
    MeshDirectory deleting = with(next(DirectoryRules.delete(made, ORDERS)), 7);
    MeshDirectory gone = DirectoryRules.without(deleting, Set.of(ORDERS_LOG)).orElseThrow();
    MeshDirectory again = next(create(gone, form(ORDERS, N1)));
    assertThat(orders(made).log()).isEqualTo(ORDERS_LOG);
    assertThat(orders(again).log()).isEqualTo(new GroupId("orders--8"));
  }

  @Test
  void groupOfANodeThatIsNotListedIsRefused() {
    assertRefused(create(NOW, form(ORDERS, N1, N4)), 404, "unknown_node");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a--1", "a--b--22", "a2345678901234567890123456789012345678901"})
  void nameThatCouldBeOfALogOrLeavesItNoRoomIsRefused(String name) {
    assertRefused(create(NOW, form(new GroupId(name), N1)), 400, "invalid");
  }

  @Test
  void longestNameLeavesRoomForTheLargestVersion() {
    GroupId longest = new GroupId("a".repeat(40));
    MeshDirectory last = with(NOW, Long.MAX_VALUE - 1);
    assertThat(next(create(last, form(longest, N1))).groups()).containsKey(longest);
  }

  @Test
  void groupThatCannotBeIsRefusedInWords() {
    assertRefused(create(NOW, form(ORDERS, N1, N1)), 400, "invalid");
    assertRefused(create(NOW, withW(ORDERS, 4, 3)), 400, "invalid");
    assertRefused(create(NOW, withW(ORDERS, 2, 1)), 400, "invalid");
    MeshDirectory eight = NOW;
    for (int i = 4; i <= 8; i++) {
      eight = next(admit(eight, member("n" + i, i)));
    }
    assertRefused(create(eight, form(ORDERS)), 400, "invalid");
  }

  @Test
  void meshHasAtMostAsManyGroupsAsItMayHave() {
    MeshDirectory full = full();
    assertRefused(create(full, form(ORDERS, N1)), 409, "too_many_groups");
    assertThat(create(full, form(new GroupId("g0"), N1))).isEqualTo(new Decision.Already());
  }

  private static MeshDirectory full() {
    MeshDirectory full = NOW;
    for (int i = 0; full.groups().size() < MeshDirectory.MAX_GROUPS; i++) {
      full = next(create(full, form(new GroupId("g" + i), N1)));
    }
    return full;
  }

  private static ListedGroup orders(MeshDirectory directory) {
    return Objects.requireNonNull(directory.groups().get(ORDERS));
  }

  // ---- Deleting groups

  @Test
  void groupThatIsDeletedTakesNoWritesFromThenOn() {
    MeshDirectory made = next(create(NOW, form(ORDERS, N1)));
    MeshDirectory deleting = next(DirectoryRules.delete(made, ORDERS));
    assertThat(deleting).isEqualTo(with(made, 7, ORDERS, orders(made).beingDeleted()));
    assertThat(DirectoryRules.delete(deleting, ORDERS)).isEqualTo(new Decision.Already());
  }

  @Test
  void groupThatIsNotThereIsRefused() {
    assertRefused(DirectoryRules.delete(NOW, ORDERS), 404, "unknown_group");
    assertRefused(DirectoryRules.delete(NOW, ORDERS_LOG), 404, "unknown_group");
  }

  @Test
  void groupOfTheSettingsLivesAsLongAsTheMesh() {
    assertRefused(DirectoryRules.delete(NOW, MAIN), 409, "not_deletable");
    assertRefused(DirectoryRules.delete(NOW, GroupSettings.META), 409, "not_deletable");
  }

  @Test
  void onlyGroupsThatAreBeingDeletedAndSealedAreNoMore() {
    MeshDirectory made = with(NOW, 6, ORDERS, group(ORDERS_LOG, N1));
    MeshDirectory deleting = with(made, 7, ORDERS, group(ORDERS_LOG, N1).beingDeleted());
    assertThat(DirectoryRules.without(made, Set.of(ORDERS_LOG, MAIN))).isEmpty();
    assertThat(DirectoryRules.without(deleting, Set.of())).isEmpty();
    assertThat(DirectoryRules.without(deleting, Set.of(ORDERS, new GroupId("orders--6"))))
        .isEmpty();
    assertThat(DirectoryRules.without(deleting, Set.of(ORDERS_LOG))).contains(with(NOW, 8));
  }

  // ---- What the settings say

  private static final HoldfastSettings SETTINGS = settings("main");

  private static HoldfastSettings settings(String groups) {
    return ((SettingsResult.Valid)
            SettingsReader.read(
                Optional.empty(),
                new Properties(),
                Map.of(),
                Map.of(
                    "holdfast.mesh.addr", "127.0.0.1:7001",
                    "holdfast.groups", groups,
                    "holdfast.mesh.peers",
                        "n1@127.0.0.1:7001,n2@127.0.0.1:7002,n3@127.0.0.1:7003")))
        .settings();
  }

  private static PeerLedger met(MemberId... members) {
    TreeMap<NodeId, KnownPeer> peers = new TreeMap<>();
    for (MemberId member : members) {
      peers.put(member.node(), new KnownPeer(member.incarnation(), 1, 0));
    }
    return new PeerLedger(peers, new TreeSet<>(), false, List.of());
  }

  private static Optional<MeshDirectory> seed(
      MeshDirectory now, HoldfastSettings settings, PeerLedger ledger) {
    return DirectoryRules.seeded(now, settings, ledger, N1);
  }

  @Test
  void directoryBeginsWithTheNodesAndGroupsOfAFoundersSettings() {
    assertThat(seed(MeshDirectory.NONE, SETTINGS, met(N2, N3))).contains(seeded());
  }

  @Test
  void directoryThatHasThemStaysAsItIs() {
    assertThat(seed(seeded(), SETTINGS, met(N2, N3))).isEmpty();
    assertThat(seed(DirectorySample.large(), SETTINGS, met(N2_AGAIN, N3))).isEmpty();
  }

  @Test
  void nothingIsSeededBeforeAllFoundersOfAllGroupsWereMet() {
    assertThat(seed(MeshDirectory.NONE, SETTINGS, met(N2))).isEmpty();
    HoldfastSettings two =
        settings("[{name = a, members = [n1, n2]}, {name = meta, members = [n2, n3]}]");
    assertThat(seed(MeshDirectory.NONE, two, met(N2))).isEmpty();
    assertThat(seed(MeshDirectory.NONE, two, met(N2, N3)).orElseThrow().groups()).hasSize(2);
  }

  @Test
  void nodeInNoGroupIsSeededOnceItIsMet() {
    HoldfastSettings two = settings("[{name = main, members = [n1, n2]}]");
    MeshDirectory without = seed(MeshDirectory.NONE, two, met(N2)).orElseThrow();
    assertThat(without.nodes()).containsOnlyKeys(N1.node(), N2.node());
    MeshDirectory met = seed(without, two, met(N2, N3)).orElseThrow();
    assertThat(met.groups()).isEqualTo(without.groups());
    assertThat(met.nodes())
        .hasSize(3)
        .containsEntry(N3.node(), new ListedNode(N3.incarnation(), addressOf(N3.node()), true));
  }

  @Test
  void whoWasLetInSeedsNothing() {
    MeshDirectory now = with(seeded(), 7, N1_AGAIN);
    PeerLedger letIn = new PeerLedger(met(N2, N3).peers(), new TreeSet<>(), true, List.of(), now);
    HoldfastSettings more = settings("main, more");
    assertThat(DirectoryRules.seeded(now, more, letIn, N1_AGAIN)).isEmpty();
    assertThat(DirectoryRules.seeded(seeded(), more, met(N2, N3), N1)).isPresent();
    assertThat(DirectoryRules.seeded(now, more, met(N2, N3), N1)).as("replaced").isEmpty();
  }

  /** The one that founded the mesh under the name of n2 is heard nowhere any more. */
  @Test
  void groupThatComesIntoTheSettingsLaterIsFoundedByWhoHasTheNamesThen() {
    PeerLedger founder =
        new PeerLedger(met(N2, N3).peers(), new TreeSet<>(), true, List.of(N1, N2, N3))
            .learned(with(seeded(), 7, N2_AGAIN));
    MeshDirectory now = founder.directory();
    MeshDirectory next = seed(now, settings("main, more"), founder).orElseThrow();
    assertThat(next)
        .isEqualTo(with(now, 8, new GroupId("more"), group(new GroupId("more"), N1, N2_AGAIN, N3)));
  }

  /** Who waits for the directory to list it must not wait for a node that is never started. */
  @Test
  void founderThatIsNotThereKeepsOnlyItsOwnGroupFromTheDirectory() {
    HoldfastSettings two =
        settings("[{name = main, members = [n1, n2]}, {name = more, members = [n1, n3]}]");
    assertThat(seed(MeshDirectory.NONE, two, met(N2))).as("the first has all").isEmpty();
    HoldfastSettings before = settings("[{name = main, members = [n1, n2]}]");
    MeshDirectory now = seed(MeshDirectory.NONE, before, met(N2)).orElseThrow();
    HoldfastSettings after =
        settings(
            "[{name = main, members = [n1, n2]}, {name = less, members = [n2]},"
                + " {name = more, members = [n1, n3]}]");
    assertThat(seed(now, after, met(N2)).orElseThrow().groups().keySet())
        .extracting(GroupId::value)
        .containsExactly("less", "main", "meta");
  }

  @Test
  void groupThatWasMadeUnderANameOfTheSettingsStaysWhatItIs() {
    MeshDirectory made = with(seeded(), 6, ORDERS, group(ORDERS_LOG, N1));
    assertThat(seed(made, settings("main, orders"), met(N2, N3))).isEmpty();
  }

  /** It is asked on each tick, before groups that are deleted go: it must not fail. */
  @Test
  void whatTheDirectoryHasNoRoomForIsNotSeeded() {
    assertThat(seed(full(), settings("main, more"), met(N2, N3))).isEmpty();
    MeshDirectory nodes = with(new MeshDirectory(5, new TreeMap<>(), NOW.groups()), 5, N1, N2);
    for (int i = 4; nodes.nodes().size() < MeshSettings.MAX_PEERS; i++) {
      nodes = next(admit(nodes, member("n" + i, i)));
    }
    assertThat(seed(nodes, SETTINGS, met(N2, N3))).isEmpty();
  }

  // ---- Addresses

  @Test
  void listsNodesWhereTheySayThatTheyAre() {
    HostPort elsewhere = new HostPort("10.0.0.9", 7009);
    MeshDirectory moved =
        DirectoryRules.moved(seeded(), Map.of(N2, elsewhere, N4, elsewhere)).orElseThrow();
    assertThat(moved.nodes().get(N2.node())).isEqualTo(new ListedNode(N2.incarnation(), elsewhere));
    assertThat(moved.nodes()).doesNotContainKey(N4.node());
    assertThat(DirectoryRules.moved(moved, Map.of(N2, elsewhere))).isEmpty();
  }

  /** Its word about where it is was heard before another had its name. */
  @Test
  void whoIsNotListedMovesNobody() {
    MeshDirectory replaced = with(seeded(), 2, N2_AGAIN);
    assertThat(DirectoryRules.moved(replaced, Map.of(N2, new HostPort("10.0.0.9", 7009))))
        .isEmpty();
  }

  @Test
  void noTwoNodesAreListedAtOneAddress() {
    HostPort at1 = addressOf(N1.node());
    HostPort at2 = addressOf(N2.node());
    assertThat(DirectoryRules.moved(seeded(), Map.of(N2, at1))).isEmpty();
    HostPort elsewhere = new HostPort("10.0.0.9", 7009);
    assertThat(DirectoryRules.moved(seeded(), Map.of(N1, elsewhere, N2, addressOf(N3.node()))))
        .as("who is in nobody's way moves")
        .hasValueSatisfying(
            moved ->
                assertThat(moved.nodes())
                    .containsEntry(N1.node(), new ListedNode(N1.incarnation(), elsewhere))
                    .containsEntry(N2.node(), new ListedNode(N2.incarnation(), at2)));
    assertThat(DirectoryRules.moved(seeded(), Map.of(N1, at2, N2, addressOf(N3.node()))))
        .as("n2 stays, and so must who wanted to its place")
        .isEmpty();
    MeshDirectory swapped = DirectoryRules.moved(seeded(), Map.of(N1, at2, N2, at1)).orElseThrow();
    assertThat(swapped.nodes())
        .containsEntry(N1.node(), new ListedNode(N1.incarnation(), at2))
        .containsEntry(N2.node(), new ListedNode(N2.incarnation(), at1));
  }

  // ---- Of one's own accord

  private static Optional<MeshDirectory> kept(
      MeshDirectory now, PeerLedger ledger, boolean leads, MemberId self) {
    return DirectoryRules.kept(
        now,
        settings("main, more"),
        ledger,
        self,
        leads,
        Set.of(ORDERS_LOG),
        Map.of(N2, new HostPort("10.0.0.9", 7009)));
  }

  @Test
  void settingsAreAddedByAnyMemberOfMetaAndTheRestIsForTheLeader() {
    MeshDirectory deleting = with(seeded(), 6, ORDERS, group(ORDERS_LOG, N1).beingDeleted());
    PeerLedger ledger = met(N2, N3);
    MeshDirectory seeded = kept(deleting, ledger, false, N1).orElseThrow();
    assertThat(seeded.groups().keySet()).extracting(GroupId::value).contains("more", "orders");

    assertThat(kept(seeded, ledger, false, N1)).isEmpty();
    MeshDirectory without = kept(seeded, ledger, true, N1).orElseThrow();
    assertThat(without.groups()).doesNotContainKey(ORDERS);
    assertThat(kept(without, ledger, true, N1).orElseThrow().nodes().get(N2.node()))
        .isEqualTo(new ListedNode(N2.incarnation(), new HostPort("10.0.0.9", 7009)));
  }

  /** A replica that is catching up reads an old directory, or none. */
  @Test
  void whoseReplicaIsBehindWhatItHasHeardDoesNothing() {
    PeerLedger heard = met(N2, N3).learned(with(seeded(), 7, N4));
    for (boolean leads : new boolean[] {false, true}) {
      assertThat(kept(MeshDirectory.NONE, heard, leads, N1)).isEmpty();
      assertThat(kept(seeded(), heard, leads, N1)).isEmpty();
    }
    assertThat(kept(heard.directory(), heard, false, N1)).isPresent();
  }
}
