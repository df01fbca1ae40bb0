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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.config.core.MeshDirectory.ListedGroup;
import io.holdfast.config.core.MeshDirectory.ListedNode;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MeshDirectoryTest {

  private static final GroupId ORDERS = new GroupId("orders");
  private static final GroupId ORDERS_LOG = new GroupId("orders--5");

  @Test
  void directoryOfVersionZeroKnowsNothing() {
    assertThat(MeshDirectory.NONE.nodes()).isEmpty();
    assertThat(MeshDirectory.NONE.groups()).isEmpty();
    MeshDirectory seeded = seeded();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MeshDirectory(0, seeded.nodes(), new TreeMap<>()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MeshDirectory(0, new TreeMap<>(), seeded.groups()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MeshDirectory(-1, new TreeMap<>(), new TreeMap<>()));
  }

  @Test
  void holdsAsManyNodesAsAMeshMayHaveAndNoMore() {
    SortedMap<NodeId, ListedNode> nodes = new TreeMap<>();
    for (int i = 0; i < MeshSettings.MAX_PEERS; i++) {
      nodes.put(new NodeId("n" + i), new ListedNode(1, new HostPort("h", 1)));
    }
    assertThat(new MeshDirectory(1, nodes, new TreeMap<>()).nodes()).hasSize(64);
    nodes.put(new NodeId("more"), new ListedNode(1, new HostPort("h", 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MeshDirectory(1, nodes, new TreeMap<>()))
        .withMessage(
            "a directory of version 1 with 65 nodes, 0 groups, 0 retired: allowed are 64, 17, 1000");
  }

  @Test
  void noOneIsListedAndRetired() {
    MeshDirectory replaced = with(seeded(), 2, N2_AGAIN);
    assertThat(replaced.retired()).containsExactly(N2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(replaced, 3, N2))
        .withMessageContaining("is listed, and retired");
  }

  @Test
  void letInIsThatIncarnationAndNoOther() {
    MeshDirectory replaced = with(seeded(), 2, N2_AGAIN);
    assertThat(replaced.isLetIn(N2_AGAIN)).isTrue();
    assertThat(replaced.isLetIn(N2)).isFalse();
    assertThat(replaced.isLetIn(N1)).isFalse();
    assertThat(replaced.isLetIn(N4)).isFalse();
  }

  @Test
  void holdsAsManyGroupsAsSettingsMayHaveAndMetaAndNoMore() {
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>();
    for (int i = 0; i <= GroupSettings.MAX_GROUPS; i++) {
      GroupId name = new GroupId("g" + i);
      groups.put(name, group(name, N1));
    }
    assertThat(new MeshDirectory(1, new TreeMap<>(), groups).groups()).hasSize(17);
    groups.put(MAIN, group(MAIN, N1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MeshDirectory(1, new TreeMap<>(), groups));
  }

  @Test
  void nodeIsListedUnderAnIncarnationAtAnAddressThatPeersCanReach() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ListedNode(0, new HostPort("h", 1)))
        .withMessageStartingWith("incarnation 0 at h:1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ListedNode(1, new HostPort("0.0.0.0", 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new ListedNode(1, new HostPort("h", 0)));
  }

  @Test
  void groupIsListedOnlyWithQuorumsThatIntersect() {
    SortedSet<MemberId> founders = new TreeSet<>(group(MAIN, N1, N2, N3).founders());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ListedGroup(MAIN, founders, 2, 1, TERMS, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ListedGroup(MAIN, founders, 4, 1, TERMS, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ListedGroup(MAIN, new TreeSet<>(), 1, 1, TERMS, false));
  }

  @Test
  void noNodeFoundsAGroupUnderTwoIncarnations() {
    assertThatIllegalArgumentException().isThrownBy(() -> group(MAIN, N1, N2, N2_AGAIN));
  }

  @Test
  void termsOfAGroupAreBounded() {
    SortedSet<MemberId> founders = new TreeSet<>(group(MAIN, N1, N2, N3).founders());
    assertThat(new ListedGroup(MAIN, founders, 2, 2, "t".repeat(200), false).terms()).hasSize(200);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ListedGroup(MAIN, founders, 2, 2, "t".repeat(201), false));
  }

  @Test
  void groupHasTheSettingsThatItsFoundersWouldHave() {
    GroupSettings settings = group(ORDERS_LOG, N1, N2, N3).settings();
    assertThat(settings.name()).isEqualTo(ORDERS_LOG);
    assertThat(settings.members()).containsExactly(N1.node(), N2.node(), N3.node());
    assertThat(settings.acceptQuorum()).isEqualTo(2);
    assertThat(settings.effectivePrepareQuorum()).isEqualTo(2);
  }

  @Test
  void groupThatIsBeingDeletedIsTheSameInAllElse() {
    ListedGroup group = group(ORDERS_LOG, N1, N2);
    assertThat(group.beingDeleted())
        .isEqualTo(new ListedGroup(ORDERS_LOG, group.founders(), 2, 1, TERMS, true));
  }

  @Test
  void logOfAGroupThatIsMadeLaterHasTheRevisionInItsName() {
    assertThat(MeshDirectory.logOf(ORDERS, 5)).isEqualTo(ORDERS_LOG);
    GroupId longest = new GroupId("g".repeat(40));
    assertThat(MeshDirectory.logOf(longest, Long.MAX_VALUE).value()).hasSize(61);
  }

  @Test
  void nameThatEndsAsALogDoesIsLikeOne() {
    for (String log : new String[] {"a--1", "a---1", "a--b--23"}) {
      assertThat(MeshDirectory.isLikeALog(new GroupId(log))).as(log).isTrue();
    }
    for (String name : new String[] {"a", "a-1", "a--", "a--b", "a--1b", "a1"}) {
      assertThat(MeshDirectory.isLikeALog(new GroupId(name))).as(name).isFalse();
    }
  }

  @Test
  void onlyTheListedIncarnationIsListed() {
    MeshDirectory directory = with(seeded(), 2, N2_AGAIN);
    assertThat(directory.lists(N2_AGAIN)).isTrue();
    assertThat(directory.lists(N2)).isFalse();
    assertThat(directory.lists(N4)).isFalse();
    assertThat(directory.member(N2.node())).contains(N2_AGAIN);
    assertThat(directory.member(N4.node())).isEmpty();
  }

  @Test
  void nameThatIsListedContradictsEveryOtherIncarnationOfIt() {
    MeshDirectory directory = with(seeded(), 2, N2_AGAIN);
    assertThat(directory.contradicts(N2)).isTrue();
    assertThat(directory.contradicts(N2_AGAIN)).isFalse();
    assertThat(directory.contradicts(N4)).isFalse();
  }

  @Test
  void knowsAGroupByItsLogToo() {
    MeshDirectory directory = with(seeded(), 6, ORDERS, group(ORDERS_LOG, N1));
    assertThat(directory.hasLog(ORDERS_LOG)).isTrue();
    assertThat(directory.hasLog(MAIN)).isTrue();
    assertThat(directory.hasLog(ORDERS)).isFalse();
    assertThat(directory.nameOf(ORDERS_LOG)).contains(ORDERS);
    assertThat(directory.nameOf(MAIN)).contains(MAIN);
    assertThat(directory.nameOf(ORDERS)).isEmpty();
  }

  @Test
  void founderHasFoundedWithEveryFounderOfItsGroups() {
    MeshDirectory directory =
        with(seeded(), 2, new GroupId("small"), group(new GroupId("small"), N3, N4));
    assertThat(directory.foundersWith(N3)).containsExactly(N1, N2, N3, N4);
    assertThat(directory.foundersWith(N1)).containsExactly(N1, N2, N3);
  }

  @Test
  void whoWasLetInUnderAFoundersNameHasFoundedNothing() {
    assertThat(with(seeded(), 2, N2_AGAIN).foundersWith(N2_AGAIN)).isEmpty();
  }

  /** Else it would be taken for a founder of its mesh, whose settings must be equal. */
  @Test
  void whoWasLetInHasFoundedNothingThoughAGroupIsMadeWithItLater() {
    MeshDirectory directory = with(with(seeded(), 5, N4), 6, ORDERS, group(ORDERS_LOG, N1, N4));
    assertThat(directory.foundersWith(N4)).isEmpty();
    assertThat(directory.foundersWith(N1)).containsExactly(N1, N2, N3);
  }

  @Test
  void foundersOfGroupMetaStayWhoeverHasTheirNames() {
    assertThat(with(seeded(), 2, N2_AGAIN).metaFounders()).containsExactly(N1, N2, N3);
    assertThat(MeshDirectory.NONE.metaFounders()).isEmpty();
  }
}
