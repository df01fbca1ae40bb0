package io.holdfast.chaos.live;

import io.holdfast.chaos.core.History;
import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.chaos.history.RegisterCall;
import io.holdfast.config.core.OutcomeCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The one client of one trial: every operation of a trial goes through here and is recorded. Values
 * are written once each.
 */
final class TrialClient {

  /** Many more than a trial has. */
  private static final int MOST_OPERATIONS = 10_000;

  private final LiveMesh mesh;
  private final String prefix;
  private final HistoryRecorder recorder = new HistoryRecorder(MOST_OPERATIONS);
  private final long startedNanos = System.nanoTime();
  private int writes;
  private int reads;

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
    int operation = invoke("writer " + writes, new RegisterCall.Write(key, Optional.of(value)));
    CompletableFuture<Answer> answer =
        node.putAsync(key, value, query, "Idempotency-Key", id)
            .thenApply(
                told -> {
                  ended(operation, told);
                  return told;
                });
    return new Write(id, key, value, answer);
  }

  /** Sends the same write again; in the history it is one operation. */
  Answer again(LiveNode node, Write write) {
    return node.put(write.key(), write.value(), "Idempotency-Key", write.id());
  }

  /** What {@code node} says of a write at this moment. */
  Answer ask(LiveNode node, Write write) {
    return node.follow("/v1/writes/" + write.id());
  }

  /** Reads linearizably, until there is an answer. */
  Answer read(LiveNode node, Write write) {
    reads++;
    int operation = invoke("reader " + reads, new RegisterCall.Read(write.key()));
    Answer answer = node.read(write.key());
    boolean found = answer.status() == 200;
    if (found || answer.status() == 404) {
      recorder.read(operation, at(), found ? Optional.of(answer.body()) : Optional.empty());
    } else {
      ended(operation, answer);
    }
    return answer;
  }

  /** What it did and saw. */
  History history() {
    return recorder.history();
  }

  private int invoke(String process, RegisterCall call) {
    return recorder
        .invoke(process, at(), call)
        .orElseThrow(() -> new IllegalStateException("a trial of too many operations"));
  }

  private void ended(int operation, Answer answer) {
    if (answer.code().isEmpty()) {
      recorder.lost(operation, at());
    } else {
      recorder.answered(operation, at(), OutcomeCode.ofCode(answer.code()));
    }
  }

  private Duration at() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }
}
