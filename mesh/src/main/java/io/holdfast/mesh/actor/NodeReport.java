package io.holdfast.mesh.actor;

import io.holdfast.acceptor.store.JournalCounters;
import io.holdfast.acceptor.store.JournalDatabase;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerAddress;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.Software;
import io.holdfast.quorum.core.CoordinatorView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What a node says of itself and its peers. For any thread. */
final class NodeReport {

  /** Well below what those wait who ask several nodes for their status. */
  private static final Duration GROUP_PATIENCE = Duration.ofSeconds(1);

  private final HoldfastSettings settings;
  private final DataDirectory directory;
  private final JournalDatabase journal;
  private final RunningGroups running;
  private final NodeExtension.Attached around;
  private final LongSupplier wallMillis;
  private final long startedNanos = System.nanoTime();
  private final Map<NodeId, String> frontDoors = new ConcurrentHashMap<>();
  private final LongAdder strangers = new LongAdder();
  private volatile String httpAddr = "";
  private volatile Optional<String> waitsFor = Optional.empty();
  private final Map<GroupId, LastView> lastViews = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private volatile DiskStatus disk = DiskStatus.UNKNOWN;
  private volatile ClockStatus clock;

  /**
   * @param around what stands around the node
   */
  NodeReport(
      HoldfastSettings settings,
      DataDirectory directory,
      JournalDatabase journal,
      RunningGroups running,
      NodeExtension.Attached around) {
    this.settings = settings;
    this.directory = directory;
    this.journal = journal;
    this.running = running;
    this.around = around;
    this.wallMillis = around.wallMillis();
    this.clock = ClockStatus.at(wallMillis.getAsLong());
  }

  // ---- What it learns

  void servesAt(String address) {
    httpAddr = address;
  }

  void peerServesAt(NodeId peer, String address) {
    frontDoors.put(peer, address);
  }

  /** It is to join, and a peer does not know it yet. */
  void waitsFor(String why) {
    waitsFor = Optional.of(why);
  }

  /** Why it was not let in yet. */
  Optional<String> waitsFor() {
    return running.hasBegun() ? Optional.empty() : waitsFor;
  }

  void countStranger() {
    strangers.increment();
  }

  /** There is so much room for the data directory. */
  void roomIs(DiskStatus room) {
    disk = room;
  }

  /** The clocks were looked at. */
  void clockIs(ClockStatus seen) {
    clock = seen;
  }

  void stopping() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /** A node by name, with its front door where that is known. */
  String doorOf(NodeId node) {
    String door = frontDoors.getOrDefault(node, "");
    return door.isEmpty() ? node.value() : node + " at " + door;
  }

  // ---- What it says

  /** What can be said without asking anybody. */
  NodeStatus bare() {
    return status(List.of(), List.of());
  }

  CompletionStage<NodeStatus> status() {
    List<CompletableFuture<Seen>> asked = new ArrayList<>();
    for (GroupId name : running.names()) {
      running.find(name).ifPresent(group -> asked.add(seen(name, group)));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            unused -> {
              List<Seen> seen = asked.stream().map(CompletableFuture::join).toList();
              return status(
                  seen.stream().map(Seen::status).toList(),
                  seen.stream().flatMap(one -> one.view().stream()).toList());
            });
  }

  /**
   * A group as it says it is.
   *
   * @param view absent where nobody answered
   */
  private record Seen(GroupStatus status, Optional<CoordinatorView> view) {}

  /** One group that is being renewed does not keep the others, and the node, from being seen. */
  private CompletableFuture<Seen> seen(GroupId name, GroupNode group) {
    CompletionStage<Optional<Seen>> answer =
        group
            .status()
            .thenCombine(
                group.view(), (status, view) -> Optional.of(new Seen(status, Optional.of(view))));
    return RunEnded.orElse(answer, Optional::empty)
        .toCompletableFuture()
        .completeOnTimeout(Optional.empty(), GROUP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(
            seen -> seen.map(now -> remembered(name, now)).orElseGet(() -> silent(name, group)));
  }

  /** Only who takes part in a group is spoken to by its members. */
  private Seen remembered(GroupId name, Seen seen) {
    if (!GroupStatus.isServing(seen.status().role())) {
      lastViews.remove(name);
      return new Seen(seen.status(), Optional.empty());
    }
    seen.view().ifPresent(view -> lastViews.put(name, new LastView(view, System.nanoTime())));
    return seen;
  }

  private Seen silent(GroupId name, GroupNode group) {
    return new Seen(
        group.silence(), Optional.ofNullable(lastViews.get(name)).map(LastView::asOfNow));
  }

  /**
   * What a group's coordinator last said.
   *
   * @param atNanos when, by the monotonic clock
   */
  private record LastView(CoordinatorView view, long atNanos) {
    CoordinatorView asOfNow() {
      return view.later(Duration.ofNanos(System.nanoTime() - atNanos));
    }
  }

  private NodeStatus status(List<GroupStatus> groups, List<CoordinatorView> views) {
    return new NodeStatus(
        settings.node().id(),
        settings.mesh().id(),
        HexFormat.of().toHexDigits(directory.identity().incarnation()),
        directory.identity().bootCount(),
        Software.version(),
        state(),
        waitsFor(),
        httpAddr,
        settings.mesh().advertised().toString(),
        Duration.ofNanos(System.nanoTime() - startedNanos),
        peers(views),
        groups,
        running.lacking(),
        disk,
        clock,
        counters());
  }

  private String state() {
    if (stopping) {
      return "stopping";
    }
    if (running.hasBegun()) {
      return "running";
    }
    if (directory.ledger().admitted()) {
      return "starting";
    }
    return settings.mesh().join() ? "joining" : "founding";
  }

  private List<PeerStatus> peers(List<CoordinatorView> views) {
    List<PeerStatus> peers = new ArrayList<>();
    SortedMap<NodeId, HostPort> addresses = new TreeMap<>();
    settings.mesh().peers().forEach(peer -> addresses.put(peer.node(), peer.address()));
    directory
        .ledger()
        .directory()
        .nodes()
        .forEach((name, node) -> addresses.put(name, node.address()));
    addresses.remove(settings.node().id());
    addresses.forEach((name, address) -> peers.add(peer(new PeerAddress(name, address), views)));
    return peers;
  }

  private PeerStatus peer(PeerAddress peer, List<CoordinatorView> views) {
    boolean common = false;
    long heardMillis = -1;
    long skewMillis = 0;
    for (CoordinatorView view : views) {
      for (CoordinatorView.PeerView seen : view.peers()) {
        boolean it = seen.member().node().equals(peer.node());
        common |= it;
        if (it && seen.sinceHeard().isPresent()) {
          long since = seen.sinceHeard().get().toMillis();
          heardMillis = heardMillis < 0 ? since : Math.min(heardMillis, since);
          if (seen.state().wallMillis() > 0) {
            skewMillis = seen.state().wallMillis() + since - wallMillis.getAsLong();
          }
        }
      }
    }
    boolean reachable = heardMillis >= 0 && heardMillis <= CoreSettings.lately(settings).toMillis();
    String unheard = common || !running.hasBegun() ? "never heard" : PeerStatus.NOTHING_IN_COMMON;
    String detail = reachable ? "" : heardMillis < 0 ? unheard : "silent";
    return new PeerStatus(
        peer.node(),
        peer.address().toString(),
        frontDoors.getOrDefault(peer.node(), ""),
        reachable,
        heardMillis,
        skewMillis,
        detail);
  }

  private Map<String, Double> counters() {
    JournalCounters written = journal.writer().counters();
    Map<String, Double> counters = new TreeMap<>();
    counters.put("journalBytes", (double) journal.database().storedBytes());
    // A server makes them for us: one a commit, at least.
    counters.put(
        "journalSynchronousWrites",
        (double) journal.database().synchronousWrites().orElse(written.commits()));
    counters.put("journalCommits", (double) written.commits());
    counters.put("journalEvents", (double) written.events());
    counters.put("journalEventsPerCommit", perUnit((double) written.events(), written.commits()));
    counters.put(
        "journalCommitMillis", perUnit(written.commitTime().toNanos() / 1e6, written.commits()));
    counters.put("journalAckMillis", perUnit(written.ackTime().toNanos() / 1e6, written.writes()));
    counters.put("journalAckMillisMax", written.maxAckTime().toNanos() / 1e6);
    counters.put(
        "storeBytes", (double) running.all().stream().mapToLong(GroupNode::storedBytes).sum());
    Runtime runtime = Runtime.getRuntime();
    counters.put("heapUsedBytes", (double) (runtime.totalMemory() - runtime.freeMemory()));
    counters.put("strangers", (double) strangers.sum());
    counters.putAll(around.counters());
    return counters;
  }

  private static double perUnit(double total, long units) {
    return units == 0 ? 0 : total / units;
  }
}
