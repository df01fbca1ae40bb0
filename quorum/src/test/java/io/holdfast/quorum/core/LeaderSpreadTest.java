package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.D;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.LeaderSpread.Group;
import io.holdfast.quorum.core.LeaderSpread.Move;
import io.holdfast.quorum.core.MembershipView.Seen;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class LeaderSpreadTest {

  private static final Set<MemberId> ABC = Set.of(A, B, C);

  private static Group group(String id, MemberId leader, long chosen, Set<MemberId> able) {
    return new Group(new GroupId(id), Optional.of(leader), slot(chosen), able);
  }

  private static Move move(String id, MemberId successor) {
    return new Move(new GroupId(id), successor);
  }

  @Test
  void movesTheGroupWithTheFewestSlotsToWhoLeadsTheFewest() {
    List<Group> groups =
        List.of(
            group("g1", A, 500, ABC),
            group("g2", A, 20, ABC),
            group("g3", A, 90, ABC),
            group("g4", B, 1, ABC));

    assertThat(LeaderSpread.next(A, groups)).contains(move("g2", C));
  }

  @Test
  void namesDecideBetweenEquals() {
    List<Group> groups = List.of(group("g2", A, 7, ABC), group("g1", A, 7, ABC));

    assertThat(LeaderSpread.next(A, groups)).contains(move("g1", B));
  }

  @Test
  void whoLeadsOneMoreThanOthersKeepsIt() {
    List<Group> groups =
        List.of(group("g1", A, 1, ABC), group("g2", A, 1, ABC), group("g3", B, 1, Set.of(A, B)));

    assertThat(LeaderSpread.next(A, List.of(groups.get(0)))).isEmpty();
    assertThat(LeaderSpread.next(A, groups)).contains(move("g1", C));
    assertThat(LeaderSpread.next(B, groups)).isEmpty();
    List<Group> even = new ArrayList<>(groups);
    even.add(group("g4", C, 1, ABC));
    assertThat(LeaderSpread.next(A, even)).isEmpty();
  }

  @Test
  void groupWhoseOtherVotersAreNotAbleStaysWhereItIs() {
    List<Group> groups =
        List.of(
            group("g1", A, 1, Set.of(A)), group("g2", A, 5, Set.of(A, B)), group("g3", A, 9, ABC));

    assertThat(LeaderSpread.next(A, groups)).contains(move("g2", B));
    assertThat(LeaderSpread.next(A, groups.subList(0, 1))).isEmpty();
  }

  @Test
  void groupsOfOthersAreNotMovedButCounted() {
    List<Group> groups =
        List.of(
            group("g1", A, 1, Set.of(A, B)),
            group("g2", A, 1, Set.of(A, B)),
            group("g3", B, 1, Set.of(A, B)));

    assertThat(LeaderSpread.next(A, groups)).isEmpty();
    assertThat(LeaderSpread.next(A, groups.subList(0, 2))).contains(move("g1", B));
    assertThat(LeaderSpread.next(B, groups.subList(0, 2))).isEmpty();
  }

  @Test
  void groupsThatNobodyLeadsCountForNobody() {
    List<Group> groups =
        List.of(
            group("g1", A, 1, ABC), new Group(new GroupId("g2"), Optional.empty(), Slot.ZERO, ABC));

    assertThat(LeaderSpread.next(A, groups)).isEmpty();
  }

  /** The schedule: four give a group each to the one that leads none, and it has too many. */
  @Test
  void onlyOneGivesToTheSameAtATime() {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      groups.add(group("a" + i, A, 1, Set.of(A, D)));
      groups.add(group("b" + i, B, 1, Set.of(B, D)));
    }
    assertThat(LeaderSpread.next(A, groups)).contains(move("a0", D));
    assertThat(LeaderSpread.next(B, groups)).isEmpty();

    groups.add(group("b3", B, 1, Set.of(B, D)));
    assertThat(LeaderSpread.next(A, groups)).as("B leads more").isEmpty();
    assertThat(LeaderSpread.next(B, groups)).contains(move("b0", D));
  }

  @Test
  void ableIsWhoVotesIsHeardAndKeepsUp() {
    Configuration abc = Configuration.of(List.of(A, B, C), 2);
    TreeMap<MemberId, Seen> seen =
        new TreeMap<>(
            Map.of(
                A, new Seen(true, slot(5_000), Slot.ZERO),
                B, new Seen(true, slot(4_000), Slot.ZERO),
                C, new Seen(false, slot(5_000), Slot.ZERO),
                D, new Seen(true, slot(5_000), Slot.ZERO)));
    GroupId id = new GroupId("g");

    assertThat(Group.of(id, view(Map.of(Slot.ZERO, abc), seen, false)))
        .isEqualTo(new Group(id, Optional.of(A), slot(5_000), Set.of(A, B)));
    seen.put(B, new Seen(true, slot(3_999), Slot.ZERO));
    assertThat(Group.of(id, view(Map.of(Slot.ZERO, abc), seen, false)).able()).containsExactly(A);
    assertThat(Group.of(id, view(Map.of(Slot.ZERO, abc), seen, true)).able()).isEmpty();
    Map<Slot, Configuration> changing = Map.of(Slot.ZERO, abc, slot(9_000), abc);
    assertThat(Group.of(id, view(changing, seen, false)).able()).isEmpty();
  }

  private static MembershipView view(
      Map<Slot, Configuration> governsFrom, SortedMap<MemberId, Seen> seen, boolean sealed) {
    return new MembershipView(
        A, Optional.of(A), 0, new TreeMap<>(governsFrom), slot(5_001), slot(5_000), seen, sealed);
  }

  /** All act at once on the same view, again and again. */
  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void comesToRestHoweverManyActAtOnce(@ForAll long seed) {
    Random random = new Random(seed);
    List<MemberId> nodes =
        IntStream.range(0, 2 + random.nextInt(7)).mapToObj(i -> Scene.member("n" + i)).toList();
    List<Group> groups = new ArrayList<>();
    for (int i = random.nextInt(40); i >= 0; i--) {
      Set<MemberId> able = new HashSet<>();
      for (int voters = 1 + random.nextInt(5); voters > 0; voters--) {
        able.add(nodes.get(random.nextInt(nodes.size())));
      }
      MemberId leader = List.copyOf(new TreeSet<>(able)).get(random.nextInt(able.size()));
      groups.add(group("g" + i, leader, random.nextInt(5), able));
    }
    // Each round makes the sum of the squares smaller by 2 at least, unless nobody moves.
    long squares = squares(groups, nodes);
    for (boolean moved = true; moved; ) {
      List<Group> next = new ArrayList<>(groups);
      Set<MemberId> takers = new HashSet<>();
      for (MemberId node : nodes) {
        Optional<Move> move = LeaderSpread.next(node, groups);
        if (move.isPresent()) {
          assertThat(takers.add(move.get().successor())).as("one giver to each").isTrue();
          next.replaceAll(group -> after(group, node, move.get()));
        }
      }
      moved = !next.equals(groups);
      long after = squares(next, nodes);
      assertThat(after).isLessThanOrEqualTo(moved ? squares - 2 : squares);
      squares = after;
      groups = next;
    }
    assertNobodyCouldTakeMore(groups, nodes);
  }

  private static Group after(Group group, MemberId node, Move move) {
    if (!group.id().equals(move.group())) {
      return group;
    }
    assertThat(group.leader()).contains(node);
    assertThat(group.able()).contains(move.successor());
    return new Group(group.id(), Optional.of(move.successor()), group.chosenUpTo(), group.able());
  }

  private static long leads(List<Group> groups, MemberId node) {
    return groups.stream().filter(group -> group.leader().equals(Optional.of(node))).count();
  }

  private static long squares(List<Group> groups, List<MemberId> nodes) {
    return nodes.stream().mapToLong(node -> leads(groups, node) * leads(groups, node)).sum();
  }

  private static void assertNobodyCouldTakeMore(List<Group> groups, List<MemberId> nodes) {
    for (Group group : groups) {
      long most = leads(groups, group.leader().orElseThrow());
      for (MemberId able : group.able()) {
        assertThat(leads(groups, able)).isGreaterThan(most - 2);
      }
    }
    assertThat(nodes).isNotEmpty();
  }
}
