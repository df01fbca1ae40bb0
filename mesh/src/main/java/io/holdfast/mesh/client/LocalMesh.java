package io.holdfast.mesh.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A mesh of node processes on this machine, on loopback ports, for trying things out and for tests
 * that kill nodes. The processes run the Java and the class path of this one, log to {@code
 * DIR/NODE/node.log} and end when this process ends, even if it is killed.
 *
 * <p>Safe for use by several threads; operations on one node exclude each other.
 */
public final class LocalMesh implements AutoCloseable {

  /** Quick to start and small: the first compiler tier, the serial collector, 256 MiB. */
  public static final List<String> QUICK_FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

  /** For measuring: all compiler tiers. */
  public static final List<String> FULL_TIER_FLAGS = List.of("-XX:+UseSerialGC", "-Xmx384m");

  /** Set by the launcher: the folder of the build that runs. */
  private static final String LAUNCHER_HOME = "launcher.home";

  private static final String MAIN_CLASS = "io.holdfast.mesh.cli.Main";
  private static final long LOG_BYTES = 8 * 1024 * 1024;
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(50);

  /**
   * What to start.
   *
   * @param dir where each node has a folder of its own; made if missing
   * @param nodes how many, 1 to 16
   * @param firstHttpPort the front door of node i is this plus i - 1 where that port is free;
   *     absent: any free ports
   * @param jvmFlags for every node
   * @param nodeArguments more arguments of {@code holdfast node}, for every node
   */
  public record Plan(
      Path dir,
      int nodes,
      Optional<Integer> firstHttpPort,
      List<String> jvmFlags,
      List<String> nodeArguments) {

    public Plan {
      if (nodes < 1 || nodes > 16) {
        throw new IllegalArgumentException("a local mesh has 1 to 16 nodes, not " + nodes);
      }
      dir = dir.toAbsolutePath().normalize();
      jvmFlags = List.copyOf(jvmFlags);
      nodeArguments = List.copyOf(nodeArguments);
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
   * @param home its folder
   * @param dataDir its data
   * @param log what it prints
   */
  public record Member(
      String id, MeshEndpoint http, MeshEndpoint mesh, Path home, Path dataDir, Path log) {}

  private final Plan plan;
  private final List<Member> members;
  private final @Nullable Process[] processes;

  /** The size of each log when its node was last started: what is before it is of another run. */
  private final long[] logStart;

  private final Thread hook;

  private LocalMesh(Plan plan, List<Member> members) {
    this.plan = plan;
    this.members = List.copyOf(members);
    this.processes = new Process[members.size()];
    this.logStart = new long[members.size()];
    this.hook = new Thread(this::stopAll, "holdfast-local-mesh-end");
  }

  /**
   * Chooses ports, makes the folders and starts every node. It does not wait for them: see {@link
   * #awaitReady}.
   *
   * @throws UncheckedIOException when a folder cannot be made or a process not started
   */
  public static LocalMesh start(Plan plan) {
    List<Integer> ports = FreePorts.find(2 * plan.nodes());
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < plan.nodes(); i++) {
      String id = "n" + (i + 1);
      int http = ports.get(2 * i);
      if (plan.firstHttpPort().isPresent() && FreePorts.isFree(plan.firstHttpPort().get() + i)) {
        http = plan.firstHttpPort().get() + i;
      }
      Path home = plan.dir().resolve(id);
      members.add(
          new Member(
              id,
              new MeshEndpoint("127.0.0.1", http),
              new MeshEndpoint("127.0.0.1", ports.get(2 * i + 1)),
              home,
              home.resolve("data"),
              home.resolve("node.log")));
    }
    LocalMesh mesh = new LocalMesh(plan, members);
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
  public synchronized Optional<Process> process(int index) {
    return Optional.ofNullable(processes[index]);
  }

  /** Whether the node's process is alive. */
  public boolean isAlive(int index) {
    return process(index).map(Process::isAlive).orElse(false);
  }

  /** Starts a node that is not running, on the data that it had. */
  public synchronized void start(int index) {
    if (isAlive(index)) {
      throw new IllegalStateException(members.get(index).id() + " runs already");
    }
    Member member = members.get(index);
    try {
      Files.createDirectories(member.home());
      ProcessBuilder builder =
          new ProcessBuilder(command(member))
              .directory(member.home().toFile())
              .redirectErrorStream(true);
      // What is set for this process is not meant for its nodes.
      builder.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
      logStart[index] = Files.exists(member.log()) ? Files.size(member.log()) : 0;
      Process process = builder.start();
      process.getOutputStream().close();
      Thread log =
          new Thread(
              new BoundedLog(process.getInputStream(), member.log(), LOG_BYTES),
              "holdfast-log-" + member.id());
      log.setDaemon(true);
      log.start();
      processes[index] = process;
    } catch (IOException e) {
      throw new UncheckedIOException("node " + member.id() + " cannot be started", e);
    }
  }

  /** Kills a node with SIGKILL and returns when it is gone. */
  public void kill(int index) {
    process(index)
        .ifPresent(
            process -> {
              process.destroyForcibly();
              await(process);
            });
  }

  /** Kills every node with SIGKILL, all at once, and returns when they are gone. */
  public void killAll() {
    for (int i = 0; i < members.size(); i++) {
      process(i).ifPresent(Process::destroyForcibly);
    }
    for (int i = 0; i < members.size(); i++) {
      process(i).ifPresent(LocalMesh::await);
    }
  }

  /**
   * Asks a node to stop (SIGTERM).
   *
   * @param patience how long it may take; after that it is killed
   * @return whether it stopped by itself
   */
  public boolean stop(int index, Duration patience) {
    Optional<Process> process = process(index);
    if (process.isEmpty() || !process.get().isAlive()) {
      return true;
    }
    process.get().destroy();
    try {
      if (process.get().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill(index);
    return false;
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
    List<Integer> live = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      if (isAlive(i)) {
        live.add(i);
      }
    }
    long started = System.nanoTime();
    while (System.nanoTime() - started < patience.toNanos()) {
      if (live.stream().anyMatch(index -> !isAlive(index))) {
        return Optional.empty(); // a node gave up: its log says why
      }
      Optional<Integer> leader = agreedLeader(client, group, live);
      if (leader.isPresent()) {
        return leader;
      }
      if (!pause()) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * The last lines that a node has logged since it was started: for a message about one that did
   * not start.
   */
  public synchronized String logTail(int index, int lines) {
    try {
      byte[] log = Files.readAllBytes(members.get(index).log());
      // A log that was cut since is all of this run.
      int from = (int) (logStart[index] <= log.length ? logStart[index] : 0);
      List<String> all =
          new String(log, from, log.length - from, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
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
    for (int i = 0; i < members.size(); i++) {
      process(i).ifPresent(Process::destroy);
    }
    for (int i = 0; i < members.size(); i++) {
      stop(i, GRACE);
    }
  }

  private Optional<Integer> agreedLeader(MeshClient client, String group, List<Integer> live) {
    String agreed = "";
    for (int index : live) {
      Optional<NodeView> view = status(client, index);
      Optional<String> leader = view.flatMap(node -> node.group(group)).flatMap(GroupView::leader);
      if (leader.isEmpty() || !(agreed.isEmpty() || agreed.equals(leader.get()))) {
        return Optional.empty();
      }
      agreed = leader.get();
    }
    if (agreed.isEmpty()) {
      return Optional.empty();
    }
    int leader = indexOf(agreed);
    return live.contains(leader) ? Optional.of(leader) : Optional.empty();
  }

  private Optional<NodeView> status(MeshClient client, int index) {
    try {
      return client
          .nodeStatus(members.get(index).http(), Duration.ofSeconds(1))
          .toCompletableFuture()
          .get(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (TimeoutException silent) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  private List<String> command(Member member) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(plan.jvmFlags());
    command.add("-XX:+ExitOnOutOfMemoryError");
    String home = System.getProperty(LAUNCHER_HOME, "");
    Path archive = Path.of(home, "node.jsa");
    if (!home.isEmpty() && Files.exists(archive)) {
      command.add("-Xshare:auto");
      command.add("-Xlog:disable");
      command.add("-Xlog:all=error:stderr");
      command.add("-XX:SharedArchiveFile=" + archive);
    }
    command.add("-cp");
    command.add(classPath());
    command.add(MAIN_CLASS);
    command.add("node");
    command.add("--id=" + member.id());
    command.add("--http-addr=" + member.http());
    command.add("--mesh-addr=" + member.mesh());
    command.add("--data-dir=" + member.dataDir());
    command.add(
        "--peers="
            + members.stream()
                .map(peer -> peer.id() + "@" + peer.mesh())
                .collect(Collectors.joining(",")));
    command.add("--exit-with-parent=" + ProcessHandle.current().pid());
    command.addAll(plan.nodeArguments());
    return command;
  }

  /**
   * The class path of this process with every entry absolute: nodes run in folders of their own.
   */
  private static String classPath() {
    String separator = System.getProperty("path.separator", ":");
    return Stream.of(System.getProperty("java.class.path").split(separator))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(separator));
  }

  private static void await(Process process) {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
