package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.EventJournal;
import io.holdfast.acceptor.store.JdbcEventJournal;
import io.holdfast.acceptor.store.JournalRow;
import io.holdfast.acceptor.store.JournalWriter;
import io.holdfast.acceptor.store.SerializedPayload;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.StateMachine;
import io.holdfast.sync.core.StoreDelta;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes a journal and a store side by side, as a node does, and prints every ten seconds how fast
 * commits were, what else the journal's writer did and for how long at most, and how large the
 * files are. Arguments: seconds, puts a second (0: as fast as it goes), milliseconds between
 * flushes (0: no store). Run by hand.
 */
final class StorageLoadMeasurement {

  private static final int KEYS = 100_000;
  private static final int BATCH = 64;
  private static final int VALUE_BYTES = 256;
  private static final int WRITE_IDS = 1_000_000;
  private static final int SNAPSHOT_EVERY = 2_000;
  private static final int KEPT_SLOTS = 256;
  private static final Duration REPORT_EVERY = Duration.ofSeconds(10);
  private static final Ballot BALLOT = new Ballot(1, new MemberId(new NodeId("a"), 1));

  private final Random random = new Random(1);
  private final Map<String, Long> slowest = new ConcurrentHashMap<>();
  private long writes;

  private StorageLoadMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    new StorageLoadMeasurement()
        .run(
            Integer.parseInt(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]));
  }

  private void run(int seconds, int rate, int flushMillis) throws Exception {
    Path directory = Files.createTempDirectory("load");
    try (DurableDatabase database = DurableDatabase.open(directory.resolve("journal"));
        EventJournal journal = timed(JdbcEventJournal.open(database));
        JournalWriter writer = JournalWriter.start(journal, Throwable::printStackTrace);
        RecordStore store = JdbcRecordStore.open(directory.resolve("records"), WRITE_IDS)) {
      StateMachine machine = StateMachine.restore(store.load());
      CompletableFuture<?> flush = CompletableFuture.completedFuture(true);
      long[] nanos = new long[1_000_000];
      int count = 0;
      long slot = 0;
      long began = System.nanoTime();
      long end = began + TimeUnit.SECONDS.toNanos(seconds);
      long report = began + REPORT_EVERY.toNanos();
      long flushAt = began;
      while (System.nanoTime() < end) {
        slot++;
        Batch batch = batch();
        long asked = System.nanoTime();
        writer.append(List.of(row(slot, batch))).toCompletableFuture().get();
        nanos[count++] = System.nanoTime() - asked;
        machine.apply(new Slot(slot), batch);
        long now = System.nanoTime();
        boolean due =
            flushMillis > 0
                && (now - flushAt >= TimeUnit.MILLISECONDS.toNanos(flushMillis)
                    || machine.unflushedBytes() >= 8 << 20);
        if (due && flush.isDone()) {
          flush.get();
          flushAt = now;
          StoreDelta delta = machine.takeDelta();
          flush = CompletableFuture.runAsync(() -> timed("flush", () -> store.flush(delta)));
        } else if (flushMillis > 0 && machine.unflushedBytes() > 64 << 20) {
          flush.get();
        } else if (flushMillis == 0) {
          machine.takeDelta();
        }
        if (slot % SNAPSHOT_EVERY == 0) {
          long upTo = slot - KEPT_SLOTS;
          CompletableFuture<Void> forgotten = writer.delete("a", upTo).toCompletableFuture();
          var unused = forgotten.whenComplete((done, failure) -> note(failure));
        }
        if (now >= report) {
          print(now - began, Arrays.copyOf(nanos, count), database, store);
          count = 0;
          report += REPORT_EVERY.toNanos();
        }
        if (rate > 0) {
          long dueAt = began + slot * BATCH * TimeUnit.SECONDS.toNanos(1) / rate;
          TimeUnit.NANOSECONDS.sleep(Math.max(0, dueAt - System.nanoTime()));
        }
      }
      flush.get();
    }
  }

  private static void note(@Nullable Throwable failure) {
    if (failure != null) {
      failure.printStackTrace();
    }
  }

  private void print(long elapsed, long[] nanos, DurableDatabase database, RecordStore store) {
    Arrays.sort(nanos);
    Map<String, Long> millis = new TreeMap<>();
    slowest.forEach((name, worst) -> millis.put(name, TimeUnit.NANOSECONDS.toMillis(worst)));
    slowest.clear();
    System.out.printf(
        "%d s: %d puts/s, commit p50 %.2f p99 %.1f p999 %.1f max %.0f ms, journal %d MB, store %d MB, slowest ms %s%n",
        TimeUnit.NANOSECONDS.toSeconds(elapsed),
        nanos.length * (long) BATCH / REPORT_EVERY.toSeconds(),
        nanos[nanos.length / 2] / 1e6,
        nanos[nanos.length * 99 / 100] / 1e6,
        nanos[(int) (nanos.length * 999L / 1000)] / 1e6,
        nanos[nanos.length - 1] / 1e6,
        database.fileBytes() / 1_000_000,
        store.storedBytes() / 1_000_000,
        millis);
  }

  private Batch batch() {
    List<WriteCommand> commands = new ArrayList<>(BATCH);
    for (int i = 0; i < BATCH; i++) {
      byte[] value = new byte[VALUE_BYTES];
      random.nextBytes(value);
      WriteId id = WriteId.of(writes++, new UUID(random.nextLong(), random.nextLong()));
      commands.add(
          WriteCommand.of(
              id,
              new Command.Put(
                  Commands.bytes("key-" + random.nextInt(KEYS)), ByteString.copyFrom(value))));
    }
    return Commands.batch(commands);
  }

  private static JournalRow row(long slot, Batch batch) {
    byte[] event =
        JournalCodec.bytesOf(new AcceptorEvent.PairAccepted(new Slot(slot), BALLOT, batch));
    return new JournalRow(
        "a", slot, false, "w", 0, "", new SerializedPayload(1, "event", event), null, Set.of());
  }

  private void timed(String name, Runnable step) {
    long began = System.nanoTime();
    step.run();
    slowest.merge(name, System.nanoTime() - began, Math::max);
  }

  private EventJournal timed(EventJournal journal) {
    return (EventJournal)
        Proxy.newProxyInstance(
            EventJournal.class.getClassLoader(),
            new Class<?>[] {EventJournal.class},
            (proxy, method, arguments) -> {
              long began = System.nanoTime();
              try {
                return method.invoke(journal, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                slowest.merge(method.getName(), System.nanoTime() - began, Math::max);
              }
            });
  }
}
