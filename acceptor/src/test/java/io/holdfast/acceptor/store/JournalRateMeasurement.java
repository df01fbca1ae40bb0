package io.holdfast.acceptor.store;

import akka.actor.ActorRef;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.store.TestNode.WritePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Measures both write paths, side by side in one process: rate and latency of acknowledged events,
 * one and eight in flight over as many actors. Arguments: warm-up and measured seconds. Run by
 * hand.
 */
public final class JournalRateMeasurement {

  private JournalRateMeasurement() {}

  private record Pending(long began, ActorRef actor, CompletableFuture<Object> answer) {}

  /** The measurement. */
  public static void main(String[] args) throws Exception {
    int warmup = Integer.parseInt(args[0]);
    int seconds = Integer.parseInt(args[1]);
    Path directory = Files.createTempDirectory("rate");
    for (int round = 0; round < 2; round++) {
      for (WritePath path : WritePath.values()) {
        for (int bytes : new int[] {300, 30_000}) {
          for (int inFlight : new int[] {1, 8}) {
            Path file = directory.resolve(path + "-" + bytes + "-" + inFlight + "-" + round);
            try (TestNode node = TestNode.start(file, path)) {
              run(node, bytes, inFlight, warmup);
              long[] nanos = run(node, bytes, inFlight, seconds);
              Arrays.sort(nanos);
              JournalCounters counters = node.database().writer().counters();
              System.out.printf(
                  "%s %d B, %d in flight: %.0f/s, p50 %.2f ms, p99 %.2f ms, writes a commit %.1f, threads %d%n",
                  path,
                  bytes,
                  inFlight,
                  nanos.length / (double) seconds,
                  nanos[nanos.length / 2] / 1e6,
                  nanos[nanos.length * 99 / 100] / 1e6,
                  counters.writes() / (double) Math.max(1, counters.commits()),
                  Thread.activeCount());
            }
          }
        }
      }
    }
  }

  private static long[] run(TestNode node, int bytes, int inFlight, int seconds) throws Exception {
    AcceptorEvent event = TestNode.accepted(1, bytes);
    Deque<Pending> pending = new ArrayDeque<>();
    for (int i = 0; i < inFlight; i++) {
      ActorRef actor = node.actor("a" + i + "-" + System.nanoTime());
      node.state(actor);
      pending.add(new Pending(System.nanoTime(), actor, node.send(actor, event)));
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long[] nanos = new long[1_000_000];
    int count = 0;
    while (System.nanoTime() < end) {
      Pending oldest = pending.removeFirst();
      oldest.answer().get(10, TimeUnit.SECONDS);
      nanos[count++] = System.nanoTime() - oldest.began();
      pending.add(new Pending(System.nanoTime(), oldest.actor(), node.send(oldest.actor(), event)));
    }
    for (Pending last : pending) {
      last.answer().get(10, TimeUnit.SECONDS);
    }
    return Arrays.copyOf(nanos, count);
  }
}
