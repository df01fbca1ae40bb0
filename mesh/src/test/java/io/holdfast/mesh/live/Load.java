package io.holdfast.mesh.live;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.sync.core.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Writes keys of their own, through each node, one after another per node; remembers what was
 * acknowledged. Each write is sent again, also to other nodes, until it is.
 */
final class Load implements AutoCloseable {

  /** Some 70 a second: more would take the processor from what is waited for meanwhile. */
  private static final Executor PAUSE =
      CompletableFuture.delayedExecutor(40, TimeUnit.MILLISECONDS);

  private final List<MeshClient> clients = new ArrayList<>();
  private final List<CompletableFuture<Void>> callers = new ArrayList<>();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final String prefix;
  private volatile boolean stopped;

  private Load(String prefix) {
    this.prefix = prefix;
  }

  private void add(String caller, MeshClient client) {
    clients.add(client);
    CompletableFuture<Void> done = new CompletableFuture<>();
    callers.add(done);
    next(client, caller, 0, done);
  }

  /** Starts to write keys below {@code prefix}. */
  static Load start(LiveMesh mesh, String prefix) {
    Load load = new Load(prefix);
    mesh.nodes().forEach(node -> load.add(node.id(), mesh.clientOf(node)));
    return load;
  }

  /** The same, by one caller for each of these clients. */
  static Load start(List<MeshClient> clients, String prefix) {
    Load load = new Load(prefix);
    for (int i = 0; i < clients.size(); i++) {
      load.add("c" + i, clients.get(i));
    }
    return load;
  }

  private void next(MeshClient client, String caller, int number, CompletableFuture<Void> done) {
    if (stopped) {
      done.complete(null);
      return;
    }
    String key = prefix + "/" + caller + "/" + number;
    String value = "value of " + key;
    client
        .write(
            new WriteRequest(
                new GroupId(LiveMesh.GROUP),
                Optional.empty(),
                new Command.Put(ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value)),
                Optional.empty()))
        .whenComplete(
            (result, bug) -> {
              if (bug != null) {
                done.completeExceptionally(bug);
                return;
              }
              if (result instanceof CallResult.Answered<WriteAnswer> answered
                  && answered.answer().code() == OutcomeCode.COMMITTED) {
                acknowledged.put(key, value);
              } else {
                failed.add(key + ": " + result);
              }
              PAUSE.execute(() -> next(client, caller, number + 1, done));
            });
  }

  /** Waits until {@code more} writes than now are acknowledged. */
  void awaitMore(int more) {
    int wanted = acknowledged.size() + more;
    await(wanted + " acknowledged writes")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> acknowledged.size() >= wanted);
  }

  /** Writes that were not acknowledged before their deadline, with what came of them. */
  List<String> failed() {
    return List.copyOf(failed);
  }

  /** Ends the load; what was acknowledged, by key. */
  Map<String, String> stop() {
    stopped = true;
    callers.forEach(CompletableFuture::join);
    return Map.copyOf(acknowledged);
  }

  @Override
  public void close() {
    stopped = true;
    clients.forEach(MeshClient::close);
  }
}
