package io.holdfast.chaos.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.chaos.fault.FaultPort;
import io.holdfast.chaos.fault.SourceAddress;
import io.holdfast.config.core.ChaosSettings;
import io.holdfast.config.core.NodeFlaw;
import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Node processes on loopback into which faults can be injected. They end with {@link #close}, and
 * when this process ends, however it ends.
 */
public final class LiveMesh implements AutoCloseable {

  /** The key that {@link #restore} writes and deletes, to see that writes are committed. */
  private static final String WELL = ".holdfast/well";

  /** The one group. */
  public static final String GROUP = "main";

  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  /** Longer than an election and a reconnection take, on a busy machine. */
  private static final Duration HEAL_PATIENCE = Duration.ofSeconds(10);

  /**
   * What to start.
   *
   * @param dir where each node has a folder of its own
   * @param n how many nodes
   * @param w how many must hold a write
   * @param proxied whether a proxy stands before each node, as its peers reach it
   * @param seed of the proxies' jitter
   * @param settings more settings of every node, by full key
   */
  public record Plan(
      Path dir, int n, int w, boolean proxied, long seed, Map<String, String> settings) {

    public Plan {
      settings = Map.copyOf(settings);
    }

    /**
     * The same of nodes that are broken on purpose: for a run that must notice it. Where a node is
     * to forget what its store lacks, the store is written rarely, so that there is enough of it.
     */
    public Plan broken(Set<NodeFlaw> flaws) {
      Map<String, String> more = new HashMap<>(settings);
      more.put(
          ChaosSettings.BREAK, flaws.stream().map(NodeFlaw::word).collect(Collectors.joining(",")));
      if (flaws.contains(NodeFlaw.FORGETFUL_ACCEPTOR)) {
        more.put("holdfast.replica.flush-interval", "5s");
        more.put("holdfast.acceptor.snapshot-every-events", "1000000");
      }
      return new Plan(dir, n, w, proxied, seed, more);
    }
  }

  private final Plan plan;
  private final Optional<LocalMesh> local;
  private final MeshClient client;
  private final List<LiveNode> nodes;
  private final List<TcpProxy> proxies;
  private final boolean owner;
  private final Thread hook;

  private LiveMesh(
      Plan plan,
      Optional<LocalMesh> local,
      List<? extends NodeHost> hosts,
      List<TcpProxy> proxies,
      boolean owner) {
    this.plan = plan;
    this.local = local;
    this.proxies = proxies;
    this.owner = owner;
    this.client =
        MeshClient.create(ClientSettings.of(hosts.stream().map(NodeHost::endpoint).toList()));
    HttpClient http = HttpDoor.client();
    this.nodes = hosts.stream().map(host -> new LiveNode(host, http, client)).toList();
    this.hook = new Thread(this::letGo, "holdfast-live-mesh-end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts a mesh and waits for its leader.
   *
   * @throws NotInTime where there is none
   */
  public static LiveMesh start(Plan plan) {
    LocalMesh local =
        LocalMesh.start(
            new LocalMesh.Plan(
                plan.dir(),
                plan.n(),
                Optional.empty(),
                LocalMesh.QUICK_FLAGS,
                arguments(plan),
                plan.proxied()));
    List<TcpProxy> proxies = new ArrayList<>();
    try {
      if (plan.proxied()) {
        for (LocalMesh.Member member : local.members()) {
          proxies.add(TcpProxy.start(member.mesh().port(), member.bind().port(), plan.seed()));
        }
      }
    } catch (IOException e) {
      local.close();
      proxies.forEach(TcpProxy::close);
      throw new UncheckedIOException("a proxy cannot listen", e);
    }
    LiveMesh mesh = new LiveMesh(plan, Optional.of(local), ours(local), List.copyOf(proxies), true);
    try {
      LiveNode unused = mesh.awaitLeader(mesh.nodes, START_PATIENCE);
    } catch (RuntimeException e) {
      mesh.close();
      throw e;
    }
    return mesh;
  }

  /**
   * The same of nodes that somebody else has started, with chaos on, and will stop: {@link #close}
   * leaves them running.
   */
  static LiveMesh around(LocalMesh local, int w) {
    Plan plan =
        new Plan(local.members().get(0).home(), local.members().size(), w, false, 0, Map.of());
    return new LiveMesh(plan, Optional.of(local), ours(local), List.of(), false);
  }

  private static List<NodeHost.Ours> ours(LocalMesh local) {
    return IntStream.range(0, local.members().size())
        .mapToObj(index -> new NodeHost.Ours(local, index))
        .toList();
  }

  /**
   * The same of nodes that run somewhere, of which only front doors are known. What can be done to
   * them is what their ports for faults take, of those that have been started with chaos on, on
   * this machine.
   *
   * @throws NotInTime where one of them does not answer
   */
  public static LiveMesh at(List<MeshEndpoint> endpoints) {
    List<NodeHost.Theirs> hosts = new ArrayList<>();
    int w = 0;
    try (MeshClient asking = MeshClient.create(ClientSettings.of(endpoints))) {
      for (MeshEndpoint endpoint : endpoints) {
        NodeView node =
            asking
                .nodeStatus(endpoint, LiveNode.PATIENCE)
                .toCompletableFuture()
                .join()
                .orElseThrow(() -> new NotInTime(endpoint + " does not answer"));
        w = node.group(GROUP).map(GroupView::w).orElse(w);
        JsonNode port = node.json().path("counters").path(FaultPort.COUNTER);
        Optional<Integer> known = port.isNumber() ? Optional.of(port.asInt()) : Optional.empty();
        hosts.add(new NodeHost.Theirs(node.node(), endpoint, known));
      }
    }
    Plan plan = new Plan(Path.of(""), hosts.size(), w, false, 0, Map.of());
    return new LiveMesh(plan, Optional.empty(), hosts, List.of(), false);
  }

  private static List<String> arguments(Plan plan) {
    Path file = plan.dir().toAbsolutePath().resolve("trial.conf");
    try {
      Files.createDirectories(plan.dir());
      Files.writeString(
          file, "holdfast.groups = [ { name = " + GROUP + ", w = " + plan.w() + " } ]\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> arguments = new ArrayList<>();
    arguments.add("--config=" + file);
    arguments.add("--set=" + ChaosSettings.ENABLED + "=on");
    plan.settings().forEach((key, value) -> arguments.add("--set=" + key + "=" + value));
    return arguments;
  }

  /** What was started. */
  public Plan plan() {
    return plan;
  }

  /** All nodes, in order of name. */
  public List<LiveNode> nodes() {
    return nodes;
  }

  /** All but {@code node}. */
  public List<LiveNode> othersThan(LiveNode node) {
    return nodes.stream().filter(other -> other != node).toList();
  }

  /** What stands before {@code node}; only in a mesh with proxies. */
  public TcpProxy proxyOf(LiveNode node) {
    return proxies.get(nodes.indexOf(node));
  }

  /**
   * What {@code from} says to {@code to}; only in a mesh with proxies, and on machines that have
   * the address that {@link SourceAddress} gives to {@code from}.
   */
  public TcpLink link(LiveNode from, LiveNode to) {
    List<String> names = nodes.stream().map(LiveNode::id).toList();
    return new TcpLink(proxyOf(to), SourceAddress.of(names, from.id()));
  }

  /** A fresh write id. */
  public String newWriteId() {
    return client.newWriteId();
  }

  /** Waits until all nodes that run, paused ones left out, name the same leader, one of them. */
  public LiveNode awaitLeader() {
    return awaitLeader(nodes.stream().filter(node -> node.isAlive() && !node.isPaused()).toList());
  }

  /** Waits until these nodes name the same leader, one of them. */
  public LiveNode awaitLeader(List<LiveNode> among) {
    return awaitLeader(among, START_PATIENCE);
  }

  private LiveNode awaitLeader(List<LiveNode> among, Duration patience) {
    try {
      return Waiting.forAnswer(
          "one leader of " + among,
          patience,
          () -> {
            among.forEach(LiveNode::requireAlive); // one that has ended will not agree
            return agreedLeader(among);
          });
    } catch (NotInTime e) {
      throw new NotInTime(e.getMessage() + describe());
    }
  }

  private static Optional<LiveNode> agreedLeader(List<LiveNode> among) {
    List<Optional<String>> named =
        among.stream().map(node -> node.group().flatMap(GroupView::leader)).distinct().toList();
    return named.size() == 1
        ? named.get(0).flatMap(id -> among.stream().filter(n -> n.id().equals(id)).findFirst())
        : Optional.empty();
  }

  /** Waits until all nodes have executed the same slots with the same results. */
  public void awaitEqualChains() {
    awaitEqualChains(START_PATIENCE);
  }

  void awaitEqualChains(Duration patience) {
    Waiting.until("equal slots and chain hashes of " + nodes, patience, () -> chains().size() == 1);
  }

  /** Each different state that nodes are in, and who is; by slot and chain hash. */
  public Map<String, List<String>> chains() {
    return nodes.stream()
        .collect(
            Collectors.groupingBy(
                node -> node.group().map(g -> g.applied() + " " + g.chainHash()).orElse("silent"),
                TreeMap::new,
                Collectors.mapping(LiveNode::id, Collectors.toList())));
  }

  /** SIGKILL of all nodes that run, paused or not, at once; returns when they are gone. */
  public void killAll() {
    local.ifPresent(LocalMesh::killAll);
    nodes.forEach(LiveNode::resume);
  }

  /**
   * Makes all well again: no faults, every node runs, all name one leader and hold the same. A
   * leader under which a member has answered that it disagrees cannot have that slot chosen by it
   * any more; it is killed where the mesh does not get well by itself.
   *
   * @return the leader
   */
  public LiveNode restore() {
    proxies.forEach(TcpProxy::heal);
    nodes.forEach(LiveNode::resume);
    for (LiveNode node : nodes) {
      if (!node.isAlive()) {
        node.start();
      }
    }
    nodes.stream().filter(node -> owner || node.takesFaults()).forEach(LiveNode::heal);
    for (int tries = 0; tries < 2; tries++) {
      try {
        return well(HEAL_PATIENCE);
      } catch (NotInTime stuck) {
        nodes.stream()
            .filter(
                node -> owner && node.group().map(g -> g.role().equals("leading")).orElse(false))
            .findFirst()
            .ifPresent(
                node -> {
                  node.kill();
                  node.start();
                });
      }
    }
    return well(START_PATIENCE);
  }

  private LiveNode well(Duration patience) {
    LiveNode leader = awaitLeader(nodes, patience);
    Waiting.until(
        "a committed write through " + leader,
        patience,
        () -> leader.put(WELL, "well").status() == 200 && leader.delete(WELL).status() == 200);
    awaitEqualChains(patience);
    return leader;
  }

  private String describe() {
    return nodes.stream()
        .map(
            node ->
                "\n" + node + ": " + node.group().map(GroupView::json) + "\n" + tail(node.log()))
        .collect(Collectors.joining());
  }

  private static String tail(String log) {
    List<String> lines = log.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  @Override
  public void close() {
    letGo();
    if (owner) {
      local.ifPresent(LocalMesh::close);
    }
    proxies.forEach(TcpProxy::close);
    client.close();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      return; // the hook runs, or has run: nothing is left to let go
    }
  }

  /** Paused nodes would not hear that they are to end. */
  private void letGo() {
    if (owner) {
      killAll();
    } else {
      nodes.forEach(LiveNode::resume);
    }
  }
}
