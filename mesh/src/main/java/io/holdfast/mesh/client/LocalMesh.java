package io.holdfast.mesh.client;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A mesh of node processes on this machine, on loopback ports, for trying things out and for tests
 * that kill nodes. The processes run the Java and the class path of this one, log to {@code
 * DIR/NODE/node.log} and end when this process ends, even if it is killed.
 *
 * <p>Safe for use by several threads; operations on one node exclude each other.
 */
public final class LocalMesh implements AutoCloseable {

  /** Quick to start and small: the first compiler tier, the serial collector. */
  public static final List<String> QUICK_FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms32m", "-Xmx384m");

  /** As the launcher starts a node: all compiler tiers; the heap grows with what is written. */
  public static final List<String> FULL_TIER_FLAGS =
      List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx1g");

  private static final Duration GRACE = Duration.ofSeconds(10);

  /**
   * What to start.
   *
   * @param dir where each node has a folder of its own; made if missing
   * @param nodes how many, 1 to 16
   * @param firstHttpPort the front door of node i is this plus i - 1 where that port is free;
   *     absent: any free ports
   * @param jvmFlags for every node
   * @param nodeArguments more arguments of {@code holdfast node}, for every node
   * @param apart whether nodes listen for their peers on other ports than those they are reached
   *     on: whoever starts the mesh passes on what comes to {@link Member#mesh} to {@link
   *     Member#bind}
   */
  public record Plan(
      Path dir,
      int nodes,
      Optional<Integer> firstHttpPort,
      List<String> jvmFlags,
      List<String> nodeArguments,
      boolean apart) {

    public Plan {
      if (nodes < 1 || nodes > 16) {
        throw new IllegalArgumentException("a local mesh has 1 to 16 nodes, not " + nodes);
      }
      dir = dir.toAbsolutePath().normalize();
      jvmFlags = List.copyOf(jvmFlags);
      nodeArguments = List.copyOf(nodeArguments);
    }

    /** Nodes that are reached where they listen. */
    public Plan(
        Path dir,
        int nodes,
        Optional<Integer> firstHttpPort,
        List<String> jvmFlags,
        List<String> nodeArguments) {
      this(dir, nodes, firstHttpPort, jvmFlags, nodeArguments, false);
    }

    /** Quick nodes on any free ports. */
    public static Plan quick(Path dir, int nodes) {
      return new Plan(dir, nodes, Optional.empty(), QUICK_FLAGS, List.of());
    }
  }

  /**
   * A node of this mesh.
   *
   * @param id its name: n1, n2, ...
   * @param http its front door
   * @param mesh where its peers reach it
   * @param bind where it listens for them
   * @param home its folder
   * @param dataDir its data
   * @param log what it prints
   */
  public record Member(
      String id,
      MeshEndpoint http,
      MeshEndpoint mesh,
      MeshEndpoint bind,
      Path home,
      Path dataDir,
      Path log) {}

  private final List<Member> members;
  private final List<NodeProcess> nodes;
  private final Thread hook;

  private LocalMesh(Plan plan, NodeImage image, List<Member> members) {
    this.members = List.copyOf(members);
    this.nodes =
        members.stream().map(member -> new NodeProcess(plan, image, member, members)).toList();
    this.hook = new Thread(this::stopAll, "holdfast-local-mesh-end");
  }

  /**
   * Chooses ports, makes the folders and starts every node. It does not wait for them: see {@link
   * #awaitReady}.
   *
   * @throws UncheckedIOException when a folder cannot be made or a process not started
   */
  public static LocalMesh start(Plan plan) {
    return start(plan, NodeImage.current());
  }

  /** The same, with nodes that are made of {@code image}. */
  static LocalMesh start(Plan plan, NodeImage image) {
    List<Integer> ports = FreePorts.find(3 * plan.nodes());
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < plan.nodes(); i++) {
      String id = "n" + (i + 1);
      int http = ports.get(3 * i);
      MeshEndpoint mesh = new MeshEndpoint("127.0.0.1", ports.get(3 * i + 1));
      if (plan.firstHttpPort().isPresent() && FreePorts.isFree(plan.firstHttpPort().get() + i)) {
        http = plan.firstHttpPort().get() + i;
      }
      Path home = plan.dir().resolve(id);
      members.add(
          new Member(
              id,
              new MeshEndpoint("127.0.0.1", http),
              mesh,
              plan.apart() ? new MeshEndpoint("127.0.0.1", ports.get(3 * i + 2)) : mesh,
              home,
              home.resolve("data"),
              home.resolve("node.log")));
    }
    LocalMesh mesh = new LocalMesh(plan, image, members);
    Runtime.getRuntime().addShutdownHook(mesh.hook);
    try {
      for (int i = 0; i < plan.nodes(); i++) {
        mesh.start(i);
      }
    } catch (UncheckedIOException e) {
      mesh.close();
      throw e;
    }
    return mesh;
  }

  /** The nodes, in order of name; operations name them by their index here, from 0. */
  public List<Member> members() {
    return members;
  }

  /** All front doors, in order of the nodes. */
  public List<MeshEndpoint> endpoints() {
    return members.stream().map(Member::http).toList();
  }

  /** The index of the node of that name. */
  public int indexOf(String id) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).id().equals(id)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no node '" + id + "' in this mesh");
  }

  /** The node's process as last started, alive or not. */
  public Optional<Process> process(int index) {
    return nodes.get(index).process();
  }

  /** Whether the node's process is alive. */
  public boolean isAlive(int index) {
    return nodes.get(index).isAlive();
  }

  /** Starts a node that is not running, on the data that it had. */
  public void start(int index) {
    nodes.get(index).start();
  }

  /** Kills a node with SIGKILL and returns when it is gone. */
  public void kill(int index) {
    nodes.get(index).kill();
  }

  /** Kills every node with SIGKILL, all at once, and returns when they are gone. */
  public void killAll() {
    nodes.forEach(NodeProcess::strike);
    nodes.forEach(NodeProcess::awaitEnd);
  }

  /**
   * Asks a node to stop (SIGTERM).
   *
   * @param patience how long it may take; after that it is killed
   * @return whether it stopped by itself
   */
  public boolean stop(int index, Duration patience) {
    return nodes.get(index).stop(patience);
  }

  /** Kills a node with SIGKILL, if it runs, and starts it again on the same data and ports. */
  public void restart(int index) {
    kill(index);
    start(index);
  }

  /**
   * Waits until every live node answers and all of them name the same leader of {@code group}.
   *
   * @return the leader's index; absent when {@code patience} ended first or a node's process ended
   */
  public Optional<Integer> awaitReady(MeshClient client, String group, Duration patience) {
    List<NodeProcess> live = nodes.stream().filter(NodeProcess::isAlive).toList();
    return new LeaderAgreement(client, group)
        .await(
            live.stream().map(NodeProcess::member).toList(),
            () -> !live.stream().allMatch(NodeProcess::isAlive), // its log says why
            patience)
        .map(this::indexOf);
  }

  /** The last lines of a node's log: for a message about a node that did not start. */
  public String logTail(int index, int lines) {
    return nodes.get(index).logTail(lines);
  }

  /** Stops every node (SIGTERM, then SIGKILL after ten seconds). Data and logs stay. */
  @Override
  public void close() {
    stopAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      return; // the hook runs, or has run: nothing is left to kill
    }
  }

  private void stopAll() {
    nodes.forEach(NodeProcess::askToEnd);
    nodes.forEach(node -> node.stop(GRACE));
  }
}
