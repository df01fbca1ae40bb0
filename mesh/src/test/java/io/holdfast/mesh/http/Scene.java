package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.AcceptorStatus;
import io.holdfast.mesh.CacheStatus;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.DivergenceStatus;
import io.holdfast.mesh.FailureStatus;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Picture.Control;
import io.holdfast.mesh.core.health.HealthTerms;
import io.holdfast.mesh.core.health.Watching;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A mesh of three nodes as n1 sees it, whose pictures are made as a node makes them: a test says
 * what is, and gets what the page is told. For several threads.
 */
final class Scene {

  private static final List<String> NAMES = List.of("n1", "n2", "n3");
  private static final long STEP_MILLIS = 500;

  private final Watching watching = new Watching(new HealthTerms(Duration.ofSeconds(2), 2, 1));
  private final Set<String> lost = new HashSet<>();
  private final Map<String, String> lastWords = new HashMap<>();
  private final Map<String, Long> skews = new HashMap<>();
  private final Map<String, Long> verdicts = new TreeMap<>();
  private final List<FailureStatus> failures = new ArrayList<>();
  private DivergenceStatus divergence = new DivergenceStatus("none", 0, List.of(), 0);
  private String detail = "";
  private String leader = "n2";
  private int w = 2;
  private int prepareQuorum = 2;
  private long lostAt;
  private long nowMillis = 1_767_225_600_000L;
  private long slot = 1000;

  /** These are not heard any more. */
  synchronized void lose(String... nodes) {
    lost.addAll(List.of(nodes));
    lostAt = nowMillis;
  }

  /** A peer says its last words, and is not heard any more. */
  synchronized void end(String node, String state) {
    lastWords.put(node, state);
    lose(node);
  }

  /** Everybody is heard. */
  synchronized void regain() {
    lost.clear();
    detail = "";
  }

  /** So many members a write and an election take. */
  synchronized void needs(int write, int prepare) {
    w = write;
    prepareQuorum = prepare;
  }

  /** The clock of a peer is ahead of this node's. */
  synchronized void skew(String node, long millis) {
    skews.put(node, millis);
  }

  /** What is said of the peers that are not heard. */
  synchronized void detail(String text) {
    detail = text;
  }

  synchronized void diverge(String state, String... members) {
    divergence =
        new DivergenceStatus(state, 977, List.of(members).stream().map(NodeId::new).toList(), 1);
  }

  /** Writes end on this node. */
  synchronized void end(String code, long count) {
    verdicts.merge(code, count, Long::sum);
  }

  /** A write ends without its quorum. */
  synchronized void fail(String writeId, String... missing) {
    failures.add(
        new FailureStatus(
            nowMillis,
            writeId,
            "quorum_not_met",
            "timeout",
            1,
            2,
            List.of(missing).stream().map(NodeId::new).toList()));
  }

  /** The next picture, half a second after the one before. */
  synchronized Picture next() {
    return later(STEP_MILLIS);
  }

  /** The next picture, that long after the one before. */
  synchronized Picture later(long millis) {
    nowMillis += millis;
    slot += 5;
    for (String name : NAMES) {
      if (!name.equals("n1") && (!lost.contains(name) || lastWords.containsKey(name))) {
        watching.heard(glimpse(name), nowMillis * 1_000_000, nowMillis);
      }
    }
    lastWords.clear(); // they are said once
    return watching.look(
        status(),
        Map.of("main", new Control(0, "5c11f309b49b".repeat(5) + "5c11", true, 0, List.of())),
        nowMillis * 1_000_000);
  }

  private boolean quorum() {
    return lost.size() < 2;
  }

  private NodeStatus status() {
    return new NodeStatus(
        new NodeId("n1"),
        "orders-mesh",
        "ff",
        1,
        "0.1.0",
        "running",
        Optional.empty(),
        "127.0.0.1:1",
        "127.0.0.1:2",
        Duration.ofMillis(nowMillis % 1_000_000_000),
        NAMES.stream().filter(name -> !name.equals("n1")).map(this::peer).toList(),
        List.of(group()),
        Map.of(),
        new DiskStatus(50L << 30, 100L << 30),
        ClockStatus.at(nowMillis),
        Map.of());
  }

  private NodeStatus.PeerStatus peer(String name) {
    boolean gone = lost.contains(name);
    return new NodeStatus.PeerStatus(
        new NodeId(name),
        "127.0.0.1:3",
        "127.0.0.1:4",
        !gone,
        gone ? nowMillis - lostAt + 1 : 40,
        skews.getOrDefault(name, 3L),
        gone ? detail : "");
  }

  private Optional<NodeId> heardLeader() {
    return quorum()
        ? Optional.of(new NodeId(lost.contains(leader) ? "n1" : leader))
        : Optional.empty();
  }

  private GroupStatus group() {
    return new GroupStatus(
        "main",
        3,
        w,
        prepareQuorum,
        NAMES.stream().map(NodeId::new).toList(),
        NAMES.stream().filter(name -> !lost.contains(name)).map(NodeId::new).toList(),
        heardLeader().equals(Optional.of(new NodeId("n1"))) ? "leading" : "following",
        heardLeader(),
        "4.n2#ff",
        "4.n2#ff",
        slot,
        slot,
        slot - 3,
        7,
        0,
        0,
        Optional.empty(),
        slot + 40,
        12_345,
        0,
        2,
        AcceptorStatus.SILENT,
        new CacheStatus(2, 7, 3, 4, 2, 1, 1, 1, 0, 0, 0),
        "0123456789abcdef".repeat(4),
        divergence,
        1,
        0,
        verdicts,
        failures,
        List.of());
  }

  private Glimpse glimpse(String name) {
    return new Glimpse(
        new NodeId(name),
        nowMillis,
        "0.1.0",
        lastWords.getOrDefault(name, "running"),
        Health.Level.OK,
        "127.0.0.1:4",
        60_000,
        List.of(),
        NAMES.stream()
            .filter(other -> !other.equals(name))
            .map(
                other ->
                    new Glimpse.Link(
                        new NodeId(other),
                        !lost.contains(other),
                        lost.contains(other) ? nowMillis - lostAt + 1 : 20,
                        2))
            .toList(),
        List.of(
            new Glimpse.OfGroup(
                new GroupId("main"),
                name.equals(leader) ? "leading" : "following",
                heardLeader(),
                "4.n2#ff",
                "4.n2#ff",
                slot,
                slot,
                0,
                0,
                0,
                Health.Level.OK,
                Map.of())));
  }
}
