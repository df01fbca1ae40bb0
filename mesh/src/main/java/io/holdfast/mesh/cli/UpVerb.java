package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeSettings;
import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast up}. */
@Command(
    name = "up",
    description =
        "Run a mesh of N nodes on this machine, each a process of its own, until Ctrl-C. Data and"
            + " logs stay in --dir: the next 'up' goes on from there.",
    footer = {"", "Example:", "  holdfast up -n 3"})
final class UpVerb implements Verb {

  private static final int FIRST_PORT = 8100;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Console console;

  @Option(
      names = {"-n", "--nodes"},
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes, 1 to 7. Default: ${DEFAULT-VALUE}.")
  private int nodes = 3;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "holdfast-data",
      description = "Where data and logs live. Default: ${DEFAULT-VALUE}.")
  private Path dir = Path.of("holdfast-data");

  @Option(
      names = "--full-tiers",
      description = "Nodes with all compiler tiers: slower to warm up, faster after; for 'bench'.")
  private boolean fullTiers;

  @Option(
      names = "--jvm-flag",
      paramLabel = "FLAG",
      description = "A flag for the JVM of every node, for example --jvm-flag=-Xmx512m.")
  private List<String> jvmFlags = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of every node, by its full key.")
  private List<String> settings = new ArrayList<>();

  @Mixin private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  UpVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (nodes < 1 || nodes > 7) {
      throw new ParameterException(spec.commandLine(), "-n " + nodes + ": allowed are 1 to 7");
    }
    SettingsResult read =
        SettingsReader.read(Optional.empty(), new Properties(), Map.of(), settingsOfFirst());
    if (read instanceof SettingsResult.Invalid invalid) {
      return MeshNodeRunner.tell(invalid.problems(), console);
    }
    List<String> flags =
        new ArrayList<>(fullTiers ? LocalMesh.FULL_TIER_FLAGS : LocalMesh.QUICK_FLAGS);
    flags.addAll(jvmFlags);
    LocalMesh mesh =
        LocalMesh.start(
            new LocalMesh.Plan(
                dir,
                nodes,
                Optional.of(FIRST_PORT),
                flags,
                settings.stream().map(setting -> "--set=" + setting).toList()));
    // Ctrl-C and SIGTERM end this process; the shutdown hook of the mesh stops the nodes.
    Optional<Integer> leader;
    try (MeshClient client = MeshClient.create(ClientSettings.of(mesh.endpoints()))) {
      leader = mesh.awaitReady(client, MeshOptions.DEFAULT_GROUP, PATIENCE);
    }
    if (leader.isEmpty()) {
      return notReady(mesh);
    }
    tell(mesh, leader.get());
    return watch(mesh);
  }

  /** The settings of the first node, on other ports: whatever is wrong with them is so with all. */
  private Map<String, String> settingsOfFirst() {
    Map<String, String> all = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(
            spec.commandLine(), "--set '" + setting + "': allowed is KEY=VALUE");
      }
      all.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    all.put(NodeSettings.ID, "n1");
    all.put(MeshSettings.ADDR, "127.0.0.1:1");
    all.put(
        MeshSettings.PEERS,
        IntStream.rangeClosed(1, nodes)
            .mapToObj(i -> "n" + i + "@127.0.0.1:" + i)
            .collect(Collectors.joining(",")));
    return all;
  }

  private int notReady(LocalMesh mesh) {
    for (int i = 0; i < mesh.members().size(); i++) {
      if (!mesh.isAlive(i)) {
        console.err().println(mesh.logTail(i, 15));
        int status = mesh.process(i).map(Process::exitValue).orElse(Exit.INTERNAL.status());
        mesh.close();
        return console.fail(
            status == Exit.CONFIGURATION.status() ? Exit.CONFIGURATION : Exit.UNREACHABLE,
            mesh.members().get(i).id()
                + " ended with status "
                + status
                + " while starting; its log is "
                + mesh.members().get(i).log());
      }
    }
    mesh.close();
    return console.fail(
        Exit.UNREACHABLE,
        "no leader within " + PATIENCE.toSeconds() + " s; the logs are in " + dir);
  }

  private void tell(LocalMesh mesh, int leader) {
    String endpoints =
        mesh.endpoints().stream().map(MeshEndpoint::toString).collect(Collectors.joining(","));
    if (output.json()) {
      ObjectNode json = Answers.object().put("endpoints", endpoints);
      json.put("leader", mesh.members().get(leader).id());
      ArrayNode array = json.putArray("nodes");
      for (int i = 0; i < mesh.members().size(); i++) {
        LocalMesh.Member member = mesh.members().get(i);
        array
            .addObject()
            .put("node", member.id())
            .put("http", member.http().toString())
            .put("mesh", member.mesh().toString())
            .put("pid", mesh.process(i).map(Process::pid).orElse(-1L))
            .put("log", member.log().toString());
      }
      console.json(json);
      return;
    }
    Table table = Table.of("node", "http", "mesh", "pid", "role", "log");
    for (int i = 0; i < mesh.members().size(); i++) {
      LocalMesh.Member member = mesh.members().get(i);
      table.row(
          member.id(),
          member.http(),
          member.mesh(),
          mesh.process(i).map(Process::pid).orElse(-1L),
          i == leader ? "leading" : "following",
          member.log());
    }
    table.print(console.out());
    console.out().println();
    console.out().println("export HOLDFAST_ENDPOINTS=" + endpoints);
    console.out().println("Ctrl-C stops them all.");
  }

  /** Stays until the nodes have ended. A node that ends is told of; the others go on. */
  private int watch(LocalMesh mesh) {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < mesh.members().size(); i++) {
      LocalMesh.Member member = mesh.members().get(i);
      mesh.process(i)
          .ifPresent(
              process -> ends.add(process.onExit().thenAccept(ended -> told(member, ended))));
    }
    CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new)).join();
    if (IntStream.range(0, mesh.members().size())
        .allMatch(i -> mesh.process(i).map(Process::exitValue).orElse(0) == 0)) {
      return Exit.DONE.status(); // they were told to
    }
    return console.fail(Exit.UNREACHABLE, "every node has ended; see their logs");
  }

  private void told(LocalMesh.Member member, Process ended) {
    if (ended.exitValue() == Exit.DONE.status()) {
      console.err().println("holdfast: " + member.id() + " has stopped");
      return;
    }
    console
        .err()
        .println(
            "holdfast: "
                + member.id()
                + " ended with status "
                + ended.exitValue()
                + "; its log is "
                + member.log());
  }
}
