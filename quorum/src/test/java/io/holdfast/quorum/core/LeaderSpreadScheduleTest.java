package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.LeaderSpread.Group;
import io.holdfast.quorum.core.LeaderSpread.Look;
import io.holdfast.quorum.core.LeaderSpread.Move;
import io.holdfast.quorum.core.LeaderSpread.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/**
 * A mesh whose nodes see the groups of which they are members and no others: each looks at a time
 * of its own, words are lost and late, and so are hand-overs.
 */
class LeaderSpreadScheduleTest {

  /** Ticks, of a second. */
  private static final int LOOK_EVERY = 5;

  private static final int LOST_IN = 8;
  private static final int FAILS_IN = 10;

  private static final class Mesh {

    private final Random random;
    private final Map<MemberId, LeaderSpread> nodes = new LinkedHashMap<>();
    private final Map<MemberId, Integer> phases = new HashMap<>();
    private final Map<MemberId, Told> says = new HashMap<>();
    private final Map<GroupId, Set<MemberId>> members = new LinkedHashMap<>();
    private final Map<GroupId, Integer> chosen = new HashMap<>();
    private final Map<GroupId, Optional<MemberId>> leaders = new HashMap<>();

    /** Who leads a group on its way once it has arrived, by tick. */
    private final Map<GroupId, MemberId> onTheirWay = new LinkedHashMap<>();

    private final Map<Integer, List<Runnable>> later = new HashMap<>();

    /** Hand-overs of these are never finished. */
    private final Set<GroupId> stuck = new HashSet<>();

    private boolean isLossy;
    private boolean mindsTheDifference = true;
    private int tick;
    private int moves;
    private int lastMove;

    Mesh(Random random) {
      this.random = random;
    }

    void node(MemberId node) {
      nodes.put(node, new LeaderSpread(node));
      phases.put(node, random.nextInt(LOOK_EVERY));
    }

    void group(String name, MemberId leader, Set<MemberId> voters) {
      GroupId id = new GroupId(name);
      members.put(id, Set.copyOf(voters));
      chosen.put(id, random.nextInt(5));
      leaders.put(id, Optional.of(leader));
    }

    /** All groups that a node leads, and those that it will. */
    long leads(MemberId node) {
      return members.keySet().stream()
          .filter(
              id ->
                  Optional.ofNullable(onTheirWay.get(id))
                      .or(() -> leader(id))
                      .filter(node::equals)
                      .isPresent())
          .count();
    }

    private Optional<MemberId> leader(GroupId id) {
      return leaders.getOrDefault(id, Optional.empty());
    }

    private long squares() {
      return nodes.keySet().stream().mapToLong(node -> leads(node) * leads(node)).sum();
    }

    private List<Group> seenBy(MemberId node) {
      List<Group> seen = new ArrayList<>();
      members.forEach(
          (id, voters) -> {
            if (voters.contains(node)) {
              seen.add(new Group(id, leader(id), Scene.slot(chosen.getOrDefault(id, 0)), voters));
            }
          });
      return seen;
    }

    void pass(int ticks) {
      for (int i = 0; i < ticks; i++) {
        tick++;
        later.getOrDefault(tick, List.of()).forEach(Runnable::run);
        later.remove(tick);
        nodes.keySet().forEach(this::look);
        nodes.keySet().forEach(this::speak);
      }
    }

    private Now now() {
      return new Now(tick * 1_000_000_000L, 0);
    }

    private void look(MemberId node) {
      if (tick % LOOK_EVERY == phases.getOrDefault(node, 0)) {
        Look look = of(node).look(seenBy(node), now());
        says.put(node, look.says());
        look.gives().ifPresent(move -> handOver(node, move));
      }
    }

    private LeaderSpread of(MemberId node) {
      return Optional.ofNullable(nodes.get(node)).orElseThrow();
    }

    private void handOver(MemberId from, Move move) {
      GroupId id = move.group();
      MemberId to = move.successor();
      assertThat(leader(id)).contains(from);
      assertThat(members.get(id)).contains(from, to);
      if (stuck.contains(id) || (isLossy && random.nextInt(FAILS_IN) == 0)) {
        return;
      }
      if (mindsTheDifference) {
        assertThat(leads(from) - leads(to))
            .as("tick %d: %s to %s", tick, id, to)
            .isGreaterThanOrEqualTo(2);
      }
      long before = squares();
      leaders.put(id, Optional.empty());
      onTheirWay.put(id, to);
      moves++;
      lastMove = tick;
      if (mindsTheDifference) {
        assertThat(squares()).isLessThanOrEqualTo(before - 2);
      }
      after(
          1 + random.nextInt(3),
          () -> {
            if (onTheirWay.remove(id, to)) {
              leaders.put(id, Optional.of(to));
            }
          });
    }

    private void speak(MemberId from) {
      Told told = says.getOrDefault(from, Told.NOTHING);
      for (MemberId to : nodes.keySet()) {
        if (!to.equals(from) && !(isLossy && random.nextInt(LOST_IN) == 0)) {
          after(1 + random.nextInt(2), () -> of(to).heard(from, told, now()));
        }
      }
    }

    private void after(int ticks, Runnable what) {
      later.computeIfAbsent(tick + ticks, at -> new ArrayList<>()).add(what);
    }

    /** Somebody else is elected, for whatever reason. */
    void elect(GroupId id) {
      onTheirWay.remove(id);
      List<MemberId> voters = List.copyOf(new TreeSet<>(members.getOrDefault(id, Set.of())));
      leaders.put(id, Optional.of(voters.get(random.nextInt(voters.size()))));
    }

    /** No group moves for eighty looks, or for more where some cannot be moved. */
    void comesToRest() {
      lastMove = tick;
      int patience = 400 + 200 * stuck.size();
      for (int limit = tick + 100 * patience; tick - lastMove < patience; ) {
        assertThat(tick).as("it comes to rest").isLessThan(limit);
        pass(LOOK_EVERY);
      }
    }

    void assertNobodyCouldTakeMore() {
      members.forEach(
          (id, voters) -> {
            long most = leads(leader(id).orElseThrow());
            for (MemberId able : voters) {
              if (!stuck.contains(id)) {
                assertThat(leads(able)).as("%s of %s", able, id).isGreaterThan(most - 2);
              }
            }
          });
    }
  }

  private static Mesh random(Random random) {
    Mesh mesh = new Mesh(random);
    List<MemberId> nodes =
        IntStream.range(0, 2 + random.nextInt(6)).mapToObj(i -> Scene.member("n" + i)).toList();
    nodes.forEach(mesh::node);
    for (int i = random.nextInt(25); i >= 0; i--) {
      Set<MemberId> voters = new TreeSet<>();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        voters.add(nodes.get(random.nextInt(nodes.size())));
      }
      mesh.group("g" + i, List.copyOf(voters).get(random.nextInt(voters.size())), voters);
    }
    return mesh;
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void comesToRestAndNobodyCouldTakeMore(@ForAll long seed) {
    Mesh mesh = random(new Random(seed));
    mesh.comesToRest();
    mesh.assertNobodyCouldTakeMore();
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void comesToRestThoughWordsAreLostAndHandOversFail(@ForAll long seed) {
    Mesh mesh = random(new Random(seed));
    mesh.isLossy = true;
    mesh.comesToRest();
    mesh.assertNobodyCouldTakeMore();
  }

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void comesToRestAfterElections(@ForAll long seed) {
    Random random = new Random(seed);
    Mesh mesh = random(random);
    mesh.mindsTheDifference = false;
    List<GroupId> groups = List.copyOf(mesh.members.keySet());
    for (int i = 0; i < 100; i++) {
      mesh.pass(random.nextInt(8));
      mesh.elect(groups.get(random.nextInt(groups.size())));
    }
    mesh.pass(3 * LOOK_EVERY); // what was said and wanted before is settled
    mesh.mindsTheDifference = true;
    mesh.comesToRest();
    mesh.assertNobodyCouldTakeMore();
  }

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void groupThatCannotBeHandedOverKeepsNoOthersFromIt(@ForAll long seed) {
    Random random = new Random(seed);
    Mesh mesh = random(random);
    mesh.members.keySet().stream().filter(id -> random.nextInt(3) == 0).forEach(mesh.stuck::add);
    mesh.comesToRest();
    mesh.assertNobodyCouldTakeMore();
  }

  /**
   * The schedule: x and y are members of `both`, and each leads what the other does not see. By
   * what x sees y leads nothing, and by what y sees x does: each gives `both` to the other, for
   * ever.
   */
  @Test
  void nodesThatSeeDifferentGroupsDoNotHandOneToAndFro() {
    Mesh mesh = new Mesh(new Random(1));
    MemberId x = Scene.member("x");
    MemberId y = Scene.member("y");
    List.of(x, y).forEach(mesh::node);
    for (int i = 0; i < 3; i++) {
      mesh.group("x" + i, x, Set.of(x));
      mesh.group("y" + i, y, Set.of(y));
    }
    mesh.group("both", x, Set.of(x, y));

    mesh.pass(1_000);
    assertThat(mesh.moves).isZero();
    mesh.group("x3", x, Set.of(x));
    mesh.pass(1_000);
    assertThat(mesh.moves).isEqualTo(1);
    assertThat(mesh.leader(new GroupId("both"))).contains(y);
  }

  /** All nodes want of the one that leads all, which gives one a look. */
  @Test
  void nodeThatLeadsAllGivesOneALook() {
    Mesh mesh = new Mesh(new Random(1));
    List<MemberId> nodes = List.of(Scene.A, Scene.B, Scene.C, Scene.D);
    nodes.forEach(mesh::node);
    for (int i = 0; i < 12; i++) {
      mesh.group("g" + i, Scene.A, Set.copyOf(nodes));
    }
    mesh.pass(25 * LOOK_EVERY);

    assertThat(mesh.moves).isEqualTo(9);
    assertThat(nodes).allMatch(node -> mesh.leads(node) == 3);
  }
}
