package io.holdfast.mesh.core.health;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.AcceptorStatus;
import io.holdfast.mesh.CacheStatus;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.DivergenceStatus;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.SnapshotStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The status of node n1 of three that is well, until it is said otherwise. */
public final class StatusSample {

  static final NodeId N1 = new NodeId("n1");
  static final NodeId N2 = new NodeId("n2");
  static final NodeId N3 = new NodeId("n3");

  private final Map<NodeId, PeerStatus> peers = new TreeMap<>();
  private String state = "running";
  private Optional<String> waitsFor = Optional.empty();
  private DiskStatus disk = new DiskStatus(100, 1000);
  private ClockStatus clock = ClockStatus.at(1_000_000);
  private String role = "following";
  private int w = 2;
  private int prepareQuorum = 2;
  private Optional<NodeId> leader = Optional.of(N2);
  private List<NodeId> heard = List.of(N1, N2, N3);
  private long lagMillis;
  private Optional<SnapshotStatus> snapshot = Optional.empty();
  private DivergenceStatus divergence = new DivergenceStatus("none", 0, List.of(), 0);
  private Map<String, Long> verdicts = Map.of();
  private Map<String, String> lacking = Map.of();
  private List<String> problems = List.of();

  /** All is well. */
  public StatusSample() {
    hears(N2, 0);
    hears(N3, 0);
  }

  StatusSample hears(NodeId peer, long skewMillis) {
    peers.put(peer, new PeerStatus(peer, peer + ":1", peer + ":2", true, 40, skewMillis, ""));
    return this;
  }

  StatusSample misses(NodeId peer, long sinceMillis) {
    peers.put(
        peer,
        new PeerStatus(
            peer,
            peer + ":1",
            "",
            false,
            sinceMillis,
            0,
            sinceMillis < 0 ? "never heard" : "silent"));
    List<NodeId> left = new ArrayList<>(heard);
    left.remove(peer);
    heard = left;
    return this;
  }

  StatusSample hasNothingInCommonWith(NodeId peer) {
    peers.put(
        peer, new PeerStatus(peer, peer + ":1", "", false, -1, 0, PeerStatus.NOTHING_IN_COMMON));
    return this;
  }

  StatusSample is(String now, Optional<String> waiting) {
    state = now;
    waitsFor = waiting;
    return this;
  }

  StatusSample room(long bytes) {
    disk = new DiskStatus(bytes, 1000);
    return this;
  }

  StatusSample clock(ClockStatus seen) {
    clock = seen;
    return this;
  }

  StatusSample at(long millis) {
    clock = ClockStatus.at(millis);
    return this;
  }

  StatusSample role(String now) {
    role = now;
    return this;
  }

  StatusSample quorum(int acknowledgements, int promises) {
    w = acknowledgements;
    prepareQuorum = promises;
    return this;
  }

  StatusSample led(Optional<NodeId> by) {
    leader = by;
    return this;
  }

  StatusSample behind(long millis) {
    lagMillis = millis;
    return this;
  }

  StatusSample receives(SnapshotStatus progress) {
    snapshot = Optional.of(progress);
    return this;
  }

  StatusSample differs(String how, long count) {
    divergence = new DivergenceStatus(how, 77, List.of(N3), count);
    return this;
  }

  StatusSample lacks(String group, String why) {
    lacking = Map.of(group, why);
    return this;
  }

  StatusSample problem(String sentence) {
    problems = List.of(sentence);
    return this;
  }

  StatusSample verdicts(Map<String, Long> counts) {
    verdicts = counts;
    return this;
  }

  /** The status. */
  public NodeStatus build() {
    return new NodeStatus(
        N1,
        "mesh",
        "ff",
        1,
        "0.1.0",
        state,
        waitsFor,
        "127.0.0.1:1",
        "127.0.0.1:2",
        Duration.ofSeconds(5),
        List.copyOf(peers.values()),
        List.of(group()),
        lacking,
        disk,
        clock,
        Map.of());
  }

  /** A group whose parts do not answer: the node knows its members, and nothing else. */
  private GroupStatus silent() {
    return new GroupStatus(
        "main",
        3,
        w,
        prepareQuorum,
        List.of(N1, N2, N3),
        List.of(),
        role,
        Optional.empty(),
        "-",
        "-",
        0,
        0,
        0,
        0,
        0,
        0,
        Optional.empty(),
        0,
        0,
        0,
        0,
        AcceptorStatus.SILENT,
        new CacheStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        "0".repeat(64),
        new DivergenceStatus("none", 0, List.of(), 0),
        0,
        0,
        verdicts,
        List.of(),
        List.of("The group's parts on this node do not answer."));
  }

  private GroupStatus group() {
    if (role.equals("silent") || role.equals("renewing")) {
      return silent();
    }
    return new GroupStatus(
        "main",
        3,
        w,
        prepareQuorum,
        List.of(N1, N2, N3),
        heard,
        role,
        leader,
        "4/n2",
        "4/n2",
        9,
        lagMillis > 0 ? 4 : 9,
        4,
        0,
        lagMillis > 0 ? 5 : 0,
        lagMillis,
        snapshot,
        17,
        5,
        0,
        0,
        AcceptorStatus.SILENT,
        new CacheStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        "0".repeat(64),
        divergence,
        0,
        0,
        verdicts,
        List.of(),
        problems);
  }
}
