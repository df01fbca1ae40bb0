package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.HoldfastCommand;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.LocalMesh.Member;
import io.holdfast.mesh.client.MembersView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import io.holdfast.mesh.client.PostReply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/** Node processes of which the first three founded the group; the others may join it. */
final class ChangingMesh implements AutoCloseable {

  private final LocalMesh local;
  private final MeshClient client;

  private ChangingMesh(LocalMesh local) {
    this.local = local;
    this.client = MeshClient.create(ClientSettings.of(local.endpoints()));
  }

  /**
   * Starts a mesh of so many nodes, and waits for its founders' leader.
   *
   * @param settings more settings of every node, as {@code KEY=VALUE}
   */
  static ChangingMesh start(Path dir, int nodes, String... settings) throws IOException {
    Path file = dir.toAbsolutePath().resolve("group.conf");
    Files.writeString(
        file, "holdfast.groups = [ { name = main, members = [ n1, n2, n3 ], w = 2 } ]\n");
    List<String> arguments = new ArrayList<>();
    arguments.add("--config=" + file);
    Arrays.stream(settings).map(setting -> "--set=" + setting).forEach(arguments::add);
    ChangingMesh mesh =
        new ChangingMesh(
            LocalMesh.start(
                new LocalMesh.Plan(
                    dir, nodes, Optional.empty(), LocalMesh.QUICK_FLAGS, arguments)));
    try {
      mesh.awaitLeader(mesh.founders());
      await("all nodes answer")
          .atMost(LiveMesh.PATIENCE)
          .until(
              () ->
                  mesh.members().stream()
                      .allMatch(
                          node ->
                              mesh.status(node.id())
                                  .filter(view -> view.state().equals("running"))
                                  .isPresent()));
    } catch (RuntimeException | Error e) {
      mesh.close();
      throw e;
    }
    return mesh;
  }

  List<Member> members() {
    return local.members();
  }

  List<String> founders() {
    return List.of("n1", "n2", "n3");
  }

  Member member(String id) {
    return local.members().get(local.indexOf(id));
  }

  MeshEndpoint door(String id) {
    return member(id).http();
  }

  Optional<NodeView> status(String id) {
    return client.nodeStatus(door(id), Duration.ofSeconds(5)).toCompletableFuture().join();
  }

  Optional<GroupView> group(String id) {
    return status(id).flatMap(node -> node.group(LiveMesh.GROUP));
  }

  Optional<MembersView> seenBy(String id) {
    return client
        .members(door(id), LiveMesh.GROUP, Duration.ofSeconds(5))
        .toCompletableFuture()
        .join();
  }

  /** Waits until these nodes name the same leader, one of them. */
  String awaitLeader(List<String> among) {
    return awaitLeader(() -> among);
  }

  /** The same of nodes that may be others by the time they agree. */
  String awaitLeader(Supplier<List<String>> among) {
    try {
      return await("one leader")
          .atMost(LiveMesh.PATIENCE)
          .until(() -> agreed(among.get()), Optional::isPresent)
          .orElseThrow();
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + describe(), e);
    }
  }

  /** The same, where the leader may be one of {@code others} too. */
  String awaitLeader(Supplier<List<String>> among, List<String> others) {
    return await("one leader")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> agreed(among.get(), others), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<String> agreed(List<String> among) {
    return agreed(among, List.of());
  }

  private Optional<String> agreed(List<String> among, List<String> others) {
    List<Optional<String>> named =
        among.stream().map(id -> group(id).flatMap(GroupView::leader)).distinct().toList();
    return named.size() == 1
        ? named.get(0).filter(id -> among.contains(id) || others.contains(id))
        : Optional.empty();
  }

  /** A client that prefers these nodes, in this order. */
  MeshClient client(List<String> preferred) {
    return MeshClient.create(
        ClientSettings.of(preferred.stream().map(this::door).toList())
            .withDeadline(LiveMesh.PATIENCE));
  }

  /** Runs a verb against this mesh; its last line. Anything but success is a failure. */
  JsonNode run(String... arguments) {
    Ran ran = runAnyway(arguments);
    assertThat(ran.exit())
        .as("%s: %s%s\n%s", List.of(arguments), ran.json(), ran.err(), describe())
        .isEqualTo(0);
    return ran.json();
  }

  /** What a verb came to. */
  record Ran(int exit, JsonNode json, String err) {}

  Ran runAnyway(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    all.add("--endpoints");
    all.add(
        local.members().stream()
            .filter(node -> local.isAlive(local.indexOf(node.id())))
            .map(node -> node.http().toString())
            .collect(Collectors.joining(",")));
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    int exit =
        HoldfastCommand.create(console, Optional.empty()).execute(all.toArray(String[]::new));
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    try {
      return new Ran(
          exit,
          new ObjectMapper().readTree(lines.get(lines.size() - 1)),
          err.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a change to one node, once. */
  CompletableFuture<PostReply> change(String id, ObjectNode change, Duration patience) {
    return client.post(door(id), "/v1/groups/main/members", change, patience).toCompletableFuture();
  }

  void kill(String id) {
    local.kill(local.indexOf(id));
  }

  void startAgain(String id) {
    local.start(local.indexOf(id));
  }

  boolean stop(String id) {
    return local.stop(local.indexOf(id), LiveMesh.PATIENCE);
  }

  /** Waits until a node has ended by itself; its exit status. */
  int awaitEnd(String id) {
    Process process = local.process(local.indexOf(id)).orElseThrow();
    return await(id + " has ended")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> process.isAlive() ? -1 : process.exitValue(), exit -> exit >= 0);
  }

  /** What a node has logged. */
  String log(String id) {
    return local.logTail(local.indexOf(id), Integer.MAX_VALUE);
  }

  /** Reads all this linearizably, through these nodes in turn. */
  void assertHolds(Map<String, String> acknowledged, List<String> preferred) {
    List<String> lost = new ArrayList<>();
    try (MeshClient reading = client(preferred)) {
      acknowledged.forEach(
          (key, value) -> {
            CallResult<ReadAnswer> read =
                reading
                    .read(
                        new ReadRequest(
                            new GroupId(LiveMesh.GROUP),
                            ByteString.copyFromUtf8(key),
                            ReadRequest.Consistency.LINEARIZABLE))
                    .toCompletableFuture()
                    .join();
            if (!(read instanceof CallResult.Answered<ReadAnswer> answered
                && answered.answer() instanceof ReadAnswer.Found found
                && found.value().toStringUtf8().equals(value))) {
              lost.add(key + ": " + read);
            }
          });
    }
    assertThat(lost).as("acknowledged writes that cannot be read").isEmpty();
  }

  /** What every live node says now and has logged. */
  String describe() {
    return local.members().stream()
        .map(
            node ->
                "\n"
                    + node.id()
                    + ": "
                    + seenBy(node.id())
                    + "\n"
                    + local.logTail(local.indexOf(node.id()), 40))
        .collect(Collectors.joining());
  }

  @Override
  public void close() {
    client.close();
    local.killAll();
    local.close();
  }
}
