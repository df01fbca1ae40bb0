package io.holdfast.mesh.live;

import static org.awaitility.Awaitility.await;

import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.FreePorts;
import io.holdfast.mesh.client.LocalMesh.Member;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A node process that is in nobody's settings, or comes with a data directory of its own. */
final class JoiningNode implements AutoCloseable {

  private final String id;
  private final Path log;
  private final MeshEndpoint http;
  private final List<String> arguments;
  private final MeshClient client;
  private Process process;

  private JoiningNode(
      String id, Path log, MeshEndpoint http, List<String> arguments, Process process) {
    this.id = id;
    this.log = log;
    this.http = http;
    this.arguments = arguments;
    this.process = process;
    this.client = MeshClient.create(ClientSettings.of(List.of(http)));
  }

  /**
   * Starts it.
   *
   * @param data its data directory, which may be there
   * @param known the only other node that its settings name
   * @param settings more settings, as {@code KEY=VALUE}
   */
  static JoiningNode start(String id, Path data, Member known, String... settings)
      throws IOException {
    List<Integer> ports = FreePorts.find(2);
    MeshEndpoint http = new MeshEndpoint("127.0.0.1", ports.get(0));
    Path log = data.resolveSibling(data.getFileName() + ".log");
    List<String> arguments =
        new ArrayList<>(
            List.of("node", "--id", id, "--data-dir", data.toString(), "--http-addr", "" + http));
    arguments.addAll(List.of("--mesh-addr", "127.0.0.1:" + ports.get(1)));
    String self = id + "@127.0.0.1:" + ports.get(1);
    arguments.addAll(List.of("--peers", self + "," + known.id() + "@" + known.mesh()));
    Arrays.stream(settings).forEach(setting -> arguments.add("--set=" + setting));
    Process process = VerbRun.process(log, arguments.toArray(String[]::new));
    return new JoiningNode(id, log, http, arguments, process);
  }

  MeshEndpoint http() {
    return http;
  }

  Optional<NodeView> status() {
    return client.nodeStatus(http, LiveMesh.PATIENCE).toCompletableFuture().join();
  }

  /** Waits until it says that it is in this state. */
  void awaitState(String state) {
    await(id + " is " + state)
        .atMost(LiveMesh.PATIENCE)
        .until(() -> status().map(NodeView::state), Optional.of(state)::equals);
  }

  /** Waits until it has ended by itself; its exit status. */
  int awaitEnd() {
    return await(id + " has ended")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> process.isAlive() ? -1 : process.exitValue(), exit -> exit >= 0);
  }

  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  void startAgain() throws IOException {
    process = VerbRun.process(log, arguments.toArray(String[]::new));
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    client.close();
  }
}
