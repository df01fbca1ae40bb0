package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshClient;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Three node processes on loopback. They end with {@link #close}, and when this process ends,
 * however it ends.
 */
final class LiveMesh implements AutoCloseable {

  static final String GROUP = "main";

  /** Far more than anything takes: no test rests on speed. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final int NODES = 3;
  private static final int READS_AT_ONCE = 30;

  private final LocalMesh local;
  private final MeshClient client;
  private final List<LiveNode> nodes;

  private LiveMesh(LocalMesh local) {
    this.local = local;
    this.client = MeshClient.create(ClientSettings.of(local.endpoints()));
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    this.nodes =
        IntStream.range(0, NODES)
            .mapToObj(index -> new LiveNode(local, index, http, client))
            .toList();
  }

  /**
   * Starts a mesh and waits for its leader.
   *
   * @param settings more settings of every node, as {@code KEY=VALUE}
   */
  static LiveMesh start(Path dir, String... settings) {
    List<String> arguments = Stream.of(settings).map(setting -> "--set=" + setting).toList();
    LiveMesh mesh =
        new LiveMesh(
            LocalMesh.start(
                new LocalMesh.Plan(
                    dir, NODES, Optional.empty(), LocalMesh.QUICK_FLAGS, arguments)));
    try {
      mesh.awaitLeader();
    } catch (RuntimeException | Error e) {
      mesh.close();
      throw e;
    }
    return mesh;
  }

  List<LiveNode> nodes() {
    return nodes;
  }

  LiveNode node(int index) {
    return nodes.get(index);
  }

  /** All but {@code node}. */
  List<LiveNode> othersThan(LiveNode node) {
    return nodes.stream().filter(other -> other != node).toList();
  }

  /** A client of all nodes that prefers {@code first}. */
  MeshClient clientOf(LiveNode first) {
    return MeshClient.create(
        ClientSettings.of(
                Stream.concat(Stream.of(first), othersThan(first).stream())
                    .map(LiveNode::endpoint)
                    .toList())
            .withDeadline(PATIENCE));
  }

  String newWriteId() {
    return client.newWriteId();
  }

  /** Waits until all live nodes name the same leader. */
  LiveNode awaitLeader() {
    return awaitLeader(nodes.stream().filter(LiveNode::isAlive).toList());
  }

  /** Waits until these nodes name the same leader, one of them. */
  LiveNode awaitLeader(List<LiveNode> among) {
    try {
      return await("one leader of " + among)
          .atMost(PATIENCE)
          .until(() -> agreedLeader(among), Optional::isPresent)
          .orElseThrow();
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + describe(), e);
    }
  }

  /** What the nodes say now and have logged: for a message about a mesh that is not well. */
  private String describe() {
    return nodes.stream()
        .map(node -> "\n" + node + ": " + node.status() + "\n" + node.log())
        .collect(Collectors.joining());
  }

  private Optional<LiveNode> agreedLeader(List<LiveNode> among) {
    for (LiveNode node : among) {
      assertThat(node.isAlive()).as("%s runs; its log: %s", node, node.log()).isTrue();
    }
    List<Optional<String>> named =
        among.stream().map(node -> node.group().flatMap(GroupView::leader)).distinct().toList();
    return named.size() == 1
        ? named.get(0).flatMap(id -> among.stream().filter(n -> n.id().equals(id)).findFirst())
        : Optional.empty();
  }

  /** Makes all well again: every node runs, and nothing is paused. Ends with the leader known. */
  LiveNode restore() {
    for (LiveNode node : nodes) {
      node.resume();
      if (!node.isAlive()) {
        node.start();
      }
    }
    return awaitLeader();
  }

  /** Waits until all nodes have executed the same slots with the same results. */
  void awaitEqualChains() {
    await("equal slots and chain hashes")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        nodes.stream()
                            .map(LiveNode::group)
                            .map(group -> group.map(g -> g.applied() + " " + g.chainHash()))
                            .toList())
                    .doesNotContain(Optional.empty())
                    .containsOnly(
                        nodes.get(0).group().map(g -> g.applied() + " " + g.chainHash())));
  }

  /** Waits until the store of every node holds all that the node has applied. */
  void awaitAllStored() {
    for (LiveNode node : nodes) {
      await("the store of " + node + " reaches what is applied")
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(node.group())
                      .hasValueSatisfying(
                          group -> assertThat(group.durable()).isEqualTo(group.applied())));
    }
  }

  /** Reads every key linearizably, each through one of the nodes in turn. */
  void assertHolds(Map<String, String> acknowledged) {
    List<String> lost = Collections.synchronizedList(new ArrayList<>());
    Map<String, String> again = new ConcurrentHashMap<>(); // 503 says nothing about the key
    List<CompletableFuture<Void>> reads = new ArrayList<>();
    for (Map.Entry<String, String> entry : acknowledged.entrySet()) {
      String key = entry.getKey();
      reads.add(
          nodes
              .get(reads.size() % NODES)
              .getAsync(key)
              .thenAccept(
                  read -> {
                    if (read.status() == 503) {
                      again.put(key, entry.getValue());
                    } else if (read.status() != 200 || !read.body().equals(entry.getValue())) {
                      lost.add(key + ": " + read);
                    }
                  }));
      if (reads.size() == READS_AT_ONCE) {
        reads.forEach(CompletableFuture::join);
        reads.clear();
      }
    }
    reads.forEach(CompletableFuture::join);
    again.forEach(
        (key, value) -> {
          Answer read = nodes.get(0).read(key);
          if (!read.body().equals(value)) {
            lost.add(key + ": " + read);
          }
        });
    assertThat(lost).as("acknowledged writes that cannot be read").isEmpty();
  }

  /** SIGKILL to all, at once. */
  void killAll() {
    nodes.forEach(LiveNode::resume);
    local.killAll();
  }

  @Override
  public void close() {
    killAll();
    local.close();
    client.close();
  }
}
