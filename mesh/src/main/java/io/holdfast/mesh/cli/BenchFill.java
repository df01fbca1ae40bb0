package io.holdfast.mesh.cli;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes every key once before a measurement, so that reads find something: one by one, or by
 * transactions of many puts. Used on the event loop only.
 */
final class BenchFill {

  /** Below the limit of operations that a transaction has by default. */
  static final int BATCH = 100;

  private static final int PAUSE_MILLIS = 50;

  /** Of one batch in a row: a mesh that elects a leader is over it long before. */
  private static final int MOST_FAILURES = 200;

  /** Sends a request of a client; gets an empty text when it was done, else what went wrong. */
  interface Sender {
    void send(int client, HttpMethod method, String uri, Buffer body, Consumer<String> told);
  }

  private final Vertx vertx;
  private final BenchKeys keys;
  private final Sender sender;
  private final int batch;
  private final BenchProgress progress;
  private final Consumer<Map<String, Long>> done;
  private final Map<String, Long> failures = new TreeMap<>();
  private int next;
  private int written;
  private int running;
  private boolean failed;

  /**
   * @param batch puts in a transaction; 1: each key by a request of its own
   * @param done gets the failures when keys could not be written, else nothing
   */
  BenchFill(
      Vertx vertx,
      BenchKeys keys,
      Sender sender,
      int batch,
      BenchProgress progress,
      Consumer<Map<String, Long>> done) {
    this.vertx = vertx;
    this.keys = keys;
    this.sender = sender;
    this.batch = batch;
    this.progress = progress;
    this.done = done;
  }

  void start(int clients) {
    running = clients;
    for (int client = 0; client < clients; client++) {
      next(client);
    }
  }

  private void next(int client) {
    if (failed || next == keys.count()) {
      if (--running == 0) {
        done.accept(failed ? failures : Map.of());
      }
      return;
    }
    int from = next;
    next = keys.endOfBatch(from, batch);
    write(client, from, next, 0);
  }

  private void write(int client, int from, int to, int failedBefore) {
    long number = keys.fresh();
    boolean single = batch == 1;
    sender.send(
        client,
        single ? HttpMethod.PUT : HttpMethod.POST,
        single ? keys.uri(from) : keys.transactions(),
        single ? Buffer.buffer(keys.value(number)) : keys.batch(from, to, number),
        problem -> {
          if (problem.isEmpty()) {
            for (int key = from; key < to; key++) {
              keys.holds(key, number);
            }
            written += to - from;
            progress.filled(written, keys.count());
            next(client);
            return;
          }
          failures.merge(problem, 1L, Long::sum);
          failed |= failedBefore + 1 == MOST_FAILURES;
          if (failed) {
            next(client);
          } else {
            // Puts may be repeated: nothing else writes these keys now.
            vertx.setTimer(PAUSE_MILLIS, timer -> write(client, from, to, failedBefore + 1));
          }
        });
  }
}
