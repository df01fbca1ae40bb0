package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateTerms;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/** Prints what flushes, loads, reads and collecting cost in a store of a million versions. */
final class HistoryMeasurement {

  private static final int KEYS = 1_000_000;
  private static final int FLUSHED = 10_000;
  private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);

  private final long[] newest = new long[KEYS];
  private final long[] version = new long[KEYS];
  private long revision;
  private long compacted;
  private long keys;

  private HistoryMeasurement() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Files.createTempDirectory("history").resolve("store");
    new HistoryMeasurement().run(file);
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void print(String what, long nanos, long cpuNanos, String more) {
    System.out.printf(
        Locale.ROOT,
        "%-44s %6d ms, processor %6d ms %s%n",
        what,
        nanos / 1_000_000,
        cpuNanos / 1_000_000,
        more);
  }

  private ReplicaDelta delta(int count, LongUnaryOperator keyOf) {
    long before = revision;
    List<Change> changes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int key = (int) keyOf.applyAsLong(i);
      revision++;
      keys += newest[key] == 0 ? 1 : 0;
      version[key]++;
      changes.add(
          new Change(
              Place.first(revision),
              ByteString.copyFromUtf8("key-%09d".formatted(key)),
              VALUE,
              1,
              version[key],
              0,
              newest[key]));
      newest[key] = Place.first(revision);
    }
    return new ReplicaDelta(
        new Slot(before), header(), changes, List.of(), 0, List.of(), List.of(), List.of());
  }

  private StateHeader header() {
    return new StateHeader(
        StateTerms.DEFAULTS,
        new Slot(revision),
        Digest.ZERO,
        revision,
        compacted,
        keys,
        0,
        0,
        0,
        0,
        0,
        0,
        0);
  }

  private void flushes(ReplicaStore store, String what, int times, LongUnaryOperator keyOf) {
    long nanos = 0;
    long cpu = 0;
    for (int n = 0; n < times; n++) {
      long base = (long) n * FLUSHED;
      ReplicaDelta delta = delta(FLUSHED, i -> keyOf.applyAsLong(base + i));
      long begin = System.nanoTime();
      long beginCpu = cpu();
      store.flush(delta);
      nanos += System.nanoTime() - begin;
      cpu += cpu() - beginCpu;
    }
    print(what + ", each flush", nanos / times, cpu / times, "");
  }

  private void reads(ReplicaStore store, String what, int batch) {
    Random random = new Random(2);
    int total = 40_000;
    for (int round = 0; round < 2; round++) {
      long begin = System.nanoTime();
      long beginCpu = cpu();
      int found = 0;
      for (int n = 0; n < total; n += batch) {
        List<Long> places = new ArrayList<>(batch);
        for (int i = 0; i < batch; i++) {
          places.add(newest[random.nextInt(KEYS)]);
        }
        found += (int) store.read(places).stream().filter(c -> c.isPresent()).count();
      }
      long nanos = System.nanoTime() - begin;
      print(
          what + ", round " + round,
          nanos,
          cpu() - beginCpu,
          "%d found, %d a second".formatted(found, total * 1_000_000_000L / nanos));
    }
  }

  private void run(Path file) {
    Random random = new Random(1);
    try (ReplicaStore store = JdbcReplicaStore.open(file, StateTerms.DEFAULTS)) {
      flushes(store, "10,000 new keys", KEYS / FLUSHED, n -> n);
      System.out.println((store.storedBytes() >> 20) + " MiB");
      reads(store, "40,000 random reads, batches of 1", 1);
      reads(store, "40,000 random reads, batches of 100", 100);
    }
    long begin = System.nanoTime();
    long beginCpu = cpu();
    try (ReplicaStore store = JdbcReplicaStore.open(file, StateTerms.DEFAULTS)) {
      store.load();
      print("load of 1,000,000 keys", System.nanoTime() - begin, cpu() - beginCpu, "");
      flushes(store, "10,000 overwritten at random", 20, n -> random.nextInt(KEYS));
      flushes(store, "one key in ten others", 100, n -> n % 10 == 0 ? 7 : random.nextInt(KEYS));
      for (int round = 0; round < 3; round++) {
        begin = System.nanoTime();
        store.readAt(List.of(newest[7]), 8);
        print("oldest of 100,000 versions", System.nanoTime() - begin, 0, "");
      }
      System.out.println((store.storedBytes() >> 20) + " MiB before collecting");
      compacted = revision;
      store.flush(delta(1, n -> 0));
      begin = System.nanoTime();
      beginCpu = cpu();
      int steps = 0;
      long longest = 0;
      for (boolean more = true; more; steps++) {
        long step = System.nanoTime();
        more = store.collect();
        longest = Math.max(longest, System.nanoTime() - step);
      }
      print(
          "collecting some 1,200,000 versions",
          System.nanoTime() - begin,
          cpu() - beginCpu,
          "%d steps, the longest %d ms, %d MiB"
              .formatted(steps, longest / 1_000_000, store.storedBytes() >> 20));
      flushes(store, "10,000 overwritten at random", 100, n -> random.nextInt(KEYS));
      System.out.println((store.storedBytes() >> 20) + " MiB after as many new versions");
      reads(store, "40,000 random reads, batches of 100", 100);
    }
  }
}
