package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.sync.core.reservation.ReservationDraw;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.JdbcReplicaStore;
import io.holdfast.sync.store.ReplicaStore;
import io.holdfast.sync.store.SnapshotTransfer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * SnapshotEqualsLog: a replica that was made from another one's snapshot, at any slot, equals those
 * that executed the whole log, from then on and in all that can be read.
 */
class SnapshotEqualsLogTest {

  private static final int KEYS = 6;
  private static final int STEPS = 120;

  private Random random = new Random(0);
  private long nextId = 1;
  private final List<WriteId> ids = new ArrayList<>();

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void snapshotInMemoryEqualsTheLog(@ForAll long seed) {
    StateTerms terms = begin(seed);
    replicate(terms, new InMemoryReplicaStore(terms), false);
  }

  @Property(tries = 6, shrinking = ShrinkingMode.OFF)
  void snapshotFromFileToFileEqualsTheLog(@ForAll long seed) throws IOException {
    StateTerms terms = begin(seed);
    Path directory = Files.createTempDirectory("snapshot-log");
    try (ReplicaStore store = JdbcReplicaStore.open(directory.resolve("store"), terms)) {
      replicate(terms, store, true);
    } finally {
      remove(directory);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Files.delete(directory);
  }

  /** Those that requests are drawn for. */
  private static final String POOLS =
      """
      {"name":"ports","scope":"host","first":1,"last":7,"exclusions":[{"first":3,"last":3}]},
      {"name":"ids","scope":"mesh","first":-2,"last":6,"expiry":"1m"}""";

  private StateTerms begin(long seed) {
    random = new Random(seed);
    nextId = 1;
    ids.clear();
    return new StateTerms(20, 1 + random.nextInt(16), 500 + random.nextInt(4000));
  }

  private void replicate(StateTerms terms, ReplicaStore storeA, boolean inFile) {
    List<Batch> log = new ArrayList<>();
    InMemoryReplicaStore storeC = new InMemoryReplicaStore(terms);
    SteppedReplica a = new SteppedReplica(storeA, log, SteppedReplica.SETTINGS);
    SteppedReplica c = new SteppedReplica(storeC, log, SteppedReplica.SETTINGS);
    try (SnapshotTransfer transfer = new SnapshotTransfer(inFile, terms)) {
      a.choose(
          a.admit(
              Commands.of(
                  nextId++,
                  new Command.Activate(
                      Manifests.activation(a.core().control(), Manifests.pools(POOLS))))));
      int cutOff = random.nextInt(STEPS);
      int taken = cutOff + random.nextInt(STEPS - cutOff);
      for (int step = 0; step < taken; step++) {
        step(a, storeA, c, storeC);
        if (step == cutOff) {
          List<ByteString> some = SnapshotTransfer.chunks(storeC, 0, 200);
          some.subList(0, random.nextInt(some.size())).forEach(transfer.writing()::take);
          transfer.crash();
        }
      }
      ReplicaStore from = random.nextBoolean() ? storeA : storeC;
      if (transfer.writing().lastPlace() > 0) {
        // Whoever goes on must be as far as the one who began.
        c.catchUp();
        a.flush();
        c.flush();
      }
      ReplicaStore received = transfer.receive(from, 700);
      SteppedReplica b = new SteppedReplica(received, log, SteppedReplica.SETTINGS);
      assertThat(b.core().state().applied()).isEqualTo(received.installedAt());
      for (int step = taken; step < STEPS; step++) {
        step(a, storeA, c, storeC);
        b.catchUp(random.nextInt(4));
        if (random.nextInt(4) == 0) {
          b.flush();
          received.collect();
        }
      }
      c.catchUp();
      b.catchUp();
      assertEqual(b, c);
      assertEqual(a, c);
      b.flush();
      b.crashAndRestart();
      assertEqual(b, c);
    }
  }

  // ---- What happens

  private void step(
      SteppedReplica a, ReplicaStore storeA, SteppedReplica c, InMemoryReplicaStore storeC) {
    WriteCommand write = Commands.of(nextId, randomCommand(a));
    ids.add(Commands.id(nextId++));
    ReplicaEffect admitted = a.admission(write).orElseThrow();
    if (admitted instanceof ReplicaEffect.Admitted entry) {
      a.choose(entry.entry());
    }
    switch (random.nextInt(6)) {
      case 0 -> a.flush();
      case 1 -> storeA.collect();
      case 2 -> {
        c.catchUp(random.nextInt(8));
        c.flush();
      }
      case 3 -> storeC.collect();
      default -> {}
    }
  }

  private ByteString key() {
    return Commands.bytes("k" + random.nextInt(KEYS));
  }

  private ByteString value() {
    return Commands.bytes("v" + random.nextInt(3) + "x".repeat(random.nextInt(60)));
  }

  private Command randomCommand(SteppedReplica a) {
    long lease = random.nextInt(4) == 0 ? 1L + random.nextInt(20) : 0;
    return switch (random.nextInt(16)) {
      case 12, 13, 14 -> new Command.OnReservations(new ReservationDraw(random).request());
      case 0, 1, 2 -> new Command.Put(key(), value(), lease);
      case 3, 4 -> new Command.Delete(key());
      case 5 -> new Command.GrantLease(1000);
      case 6 -> new Command.KeepAlive(1L + random.nextInt(20));
      case 7 -> new Command.RevokeLease(1L + random.nextInt(20));
      case 8 -> new Command.Compact(1L + random.nextInt(1 + (int) a.core().state().revision()));
      case 9 -> new Command.AdvanceHorizon(random.nextInt(1 + (int) nextId));
      default ->
          new Command.Transaction(
              List.of(Comparison.presence(KeyRange.key(key()), random.nextBoolean())),
              List.of(new Operation.Put(key(), value(), 0), Commands.get(KeyRange.ALL)),
              List.of(new Operation.Delete(KeyRange.key(key()))));
    };
  }

  // ---- What must hold

  private void assertEqual(SteppedReplica replica, SteppedReplica other) {
    StateInspection seen = replica.core().inspection();
    StateInspection expected = other.core().inspection();
    StateHeader header = other.core().state();
    assertThat(replica.core().state()).isEqualTo(header);
    assertThat(seen.currentGeneration()).isEqualTo(expected.currentGeneration());
    assertThat(seen.previousGeneration()).isEqualTo(expected.previousGeneration());
    assertThat(seen.keys()).isEqualTo(expected.keys());
    assertThat(seen.leases()).isEqualTo(expected.leases());
    assertThat(seen.reservations()).isEqualTo(expected.reservations());
    assertThat(seen.exclusions()).isEqualTo(expected.exclusions());
    for (long at = Math.max(1, header.compacted()); at <= header.revision(); at++) {
      ReadQuery past = new ReadQuery(KeyRange.ALL, OptionalLong.of(at), 100, ReadDetail.RECORDS);
      assertThat(replica.query(past)).as("revision %d", at).isEqualTo(other.query(past));
    }
    for (WriteId id : ids) {
      assertThat(replica.lookup(id)).as("%s", id).isEqualTo(other.lookup(id));
    }
  }
}
