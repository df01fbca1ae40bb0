package io.holdfast.chaos.live;

import java.util.concurrent.CompletableFuture;

/**
 * The one client of one trial: every operation of a trial goes through here, so that this is where
 * a history of them is recorded. Values are written once each.
 */
final class TrialClient {

  private final LiveMesh mesh;
  private final String prefix;
  private int writes;

  /**
   * @param prefix the trial's own keys begin with it
   */
  TrialClient(LiveMesh mesh, String prefix) {
    this.mesh = mesh;
    this.prefix = prefix;
  }

  /** A write under way. */
  record Write(String id, String key, String value, CompletableFuture<Answer> answer) {}

  /** Writes a key of its own through {@code node}. */
  Write begin(LiveNode node) {
    return begin(node, "");
  }

  /** The same with a query such as {@code ?wait=100ms}. */
  Write begin(LiveNode node, String query) {
    writes++;
    String key = prefix + "/" + writes;
    String value = "value of " + key;
    String id = mesh.newWriteId();
    return new Write(id, key, value, node.putAsync(key, value, query, "Idempotency-Key", id));
  }

  /** Sends the same write again. */
  Answer again(LiveNode node, Write write) {
    return node.put(write.key(), write.value(), "Idempotency-Key", write.id());
  }

  /** What {@code node} says of a write at this moment. */
  Answer ask(LiveNode node, Write write) {
    return node.follow("/v1/writes/" + write.id());
  }

  /** Reads linearizably, until there is an answer. */
  Answer read(LiveNode node, Write write) {
    return node.read(write.key());
  }
}
