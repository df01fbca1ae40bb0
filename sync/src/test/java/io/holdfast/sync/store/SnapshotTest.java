package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.RestoredView;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.store.ReopenableStore.Medium;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a snapshot of a store brings to another one, on every medium. */
class SnapshotTest {

  private static final int SMALL = 512;

  private static final TransactionDone DONE =
      new TransactionDone(true, 7, true, Optional.of(List.of(new OperationResult.Put(3))));

  private static SnapshotTransfer to(Medium medium) {
    return medium == Medium.POSTGRESQL
        ? SnapshotTransfer.intoSchema(SampleHistory.TERMS)
        : new SnapshotTransfer(medium == Medium.FILE, SampleHistory.TERMS);
  }

  /** Several flushes of all that there is. */
  private static void work(ReplicaStore store, SampleHistory model, int rounds) {
    for (int n = 0; n < rounds; n++) {
      model
          .change(Map.of("k" + n % 7, Commands.bytes("x".repeat(n * 5 % 300)), "b" + n, value(n)))
          .delete("b" + (n - 3))
          .write(new CommandResult.Applied(1, 0))
          .write(DONE);
      model.lease(1 + n, n).endLease(n - 1);
      if (n % 5 == 0) {
        model.rotate();
      }
      if (n % 3 == 0) {
        store.flush(model.takeDelta());
      }
    }
    store.flush(model.takeDelta());
  }

  private static ByteString value(int n) {
    return Commands.bytes("v" + n);
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY, MEMORY",
    "MEMORY, FILE",
    "FILE, MEMORY",
    "FILE, FILE",
    "FILE, POSTGRESQL",
    "POSTGRESQL, FILE",
    "POSTGRESQL, POSTGRESQL"
  })
  void bringsAllThatAStoreHolds(Medium from, Medium to) {
    try (ReopenableStore store = new ReopenableStore(from);
        SnapshotTransfer transfer = to(to)) {
      SampleHistory model = new SampleHistory();
      work(store.get(), model, 30);
      ReplicaStore received = transfer.receive(store.get(), SMALL);

      ReopenableStore.assertHolds(received, model);
      ReopenableStore.assertReadable(received, model);
      long newest = model.header().nextWriteOrdinal() - 1;
      assertThat(received.answer(newest)).contains(DONE).isEqualTo(store.get().answer(newest));
      Slot installed = model.header().applied();
      assertThat(received.installedAt()).isEqualTo(installed);
      assertThat(store.get().installedAt()).isEqualTo(Slot.ZERO);

      work(received, model, 10);
      ReopenableStore.assertHolds(received, model);
      ReopenableStore.assertReadable(received, model);
      assertThat(received.installedAt()).isEqualTo(installed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void headSaysWhatItIsOf(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      work(store.get(), model, 4);
      try (SnapshotReading reading = store.get().snapshot(0)) {
        assertThat(reading.head().slot()).isEqualTo(model.header().applied());
        assertThat(reading.head().chainHash()).isEqualTo(model.header().chainHash());
        assertThat(reading.head().lastPlace())
            .isEqualTo(model.all().get(model.all().size() - 1).place());
        assertThat(reading.head().bytes()).isPositive();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyStoreCanBeReceived(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium);
        SnapshotTransfer transfer = to(medium)) {
      assertThat(new RestoredView(transfer.receive(store.get(), SMALL).load()).header())
          .isEqualTo(StateHeader.empty(SampleHistory.TERMS));
    }
  }

  /** Between any two chunks the store is flushed, compacted and collected. */
  @ParameterizedTest
  @EnumSource
  void flushesAndCollectionsWhileItIsReadAreNotSeen(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium);
        SnapshotTransfer transfer = to(Medium.MEMORY)) {
      SampleHistory model = new SampleHistory();
      SampleHistory later = new SampleHistory();
      work(store.get(), model, 40);
      workAs(later, 40);
      try (SnapshotReading reading = SnapshotTransfer.read(store.get(), 0, SMALL)) {
        SnapshotHead head = reading.head();
        int chunks = 0;
        for (var chunk = reading.next(); chunk.isPresent(); chunk = reading.next()) {
          transfer.writing().take(chunk.get());
          later.put("k" + chunks % 7, "later").put("new" + chunks, "x").delete("k" + chunks % 5);
          later.write(DONE).lease(1, 100 + chunks).rotate().compact(later.revision() - 5);
          store.get().flush(later.takeDelta());
          for (int n = 0; n < 6; n++) {
            store.get().collect();
          }
          chunks++;
        }
        assertThat(chunks).isGreaterThan(20);
        assertThat(transfer.writing().finish()).isEqualTo(head);
      }
      ReplicaStore received =
          ((InMemorySnapshotWriting) transfer.writing()).received().orElseThrow();
      ReopenableStore.assertHolds(received, model);
      ReopenableStore.assertReadable(received, model);
      store.collectAll();
      assertThat(store.get().read(model.all().stream().map(Change::place).toList()))
          .as("what was read was collected meanwhile")
          .contains(Optional.empty());
      ReopenableStore.assertHolds(store.get(), later);
    }
  }

  /** The model of the same work, with nothing left to flush. */
  private static void workAs(SampleHistory model, int rounds) {
    work(new InMemoryReplicaStore(SampleHistory.TERMS), model, rounds);
  }

  @ParameterizedTest
  @EnumSource
  void goesOnFromWhereACrashCutItOff(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium);
        SnapshotTransfer transfer = to(medium)) {
      SampleHistory model = new SampleHistory();
      work(store.get(), model, 40);
      List<ByteString> all = SnapshotTransfer.chunks(store.get(), 0, SMALL);
      all.subList(0, all.size() / 3).forEach(transfer.writing()::take);
      long reached = transfer.writing().lastPlace();
      transfer.crash();

      assertThat(transfer.writing().lastPlace()).isEqualTo(reached).isPositive();
      List<ByteString> rest = SnapshotTransfer.chunks(store.get(), reached, SMALL);
      assertThat(bytes(rest)).isLessThan(bytes(all));
      ReplicaStore received = transfer.receive(store.get(), SMALL);
      ReopenableStore.assertHolds(received, model);
      ReopenableStore.assertReadable(received, model);
    }
  }

  private static long bytes(List<ByteString> chunks) {
    return chunks.stream().mapToLong(ByteString::size).sum();
  }

  /**
   * The receiver has the put; the delete after it is collected before the sender is asked again.
   */
  @ParameterizedTest
  @EnumSource
  void keyWhoseDeleteWasCollectedMeanwhileStaysDeleted(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium);
        SnapshotTransfer transfer = to(medium)) {
      SampleHistory model = new SampleHistory();
      model.put("gone", "1").put("a", "1").put("a", "2");
      store.get().flush(model.takeDelta());
      model.put("b", "1".repeat(600)).put("b", "2");
      store.get().flush(model.takeDelta());
      List<ByteString> some = SnapshotTransfer.chunks(store.get(), 0, SMALL);
      some.subList(0, 2).forEach(transfer.writing()::take);
      assertThat(transfer.writing().lastPlace()).isBetween(Place.first(3), Place.first(4));
      transfer.crash();

      model.delete("gone").put("a", "3").put("c", "1").compact(8);
      store.get().flush(model.takeDelta());
      store.collectAll();
      assertThat(store.get().changes(0, Long.MAX_VALUE, 100, 1 << 20)).hasSize(3);
      ReplicaStore received = transfer.receive(store.get(), SMALL);

      ReopenableStore.assertHolds(received, model);
      ReopenableStore.assertReadable(received, model);
      assertThat(received.changes(0, Long.MAX_VALUE, 100, 1 << 20)).hasSize(3);
    }
  }

  /** What the first sender had collected may be readable in the second one's state. */
  @ParameterizedTest
  @EnumSource
  void refusesToGoOnWithAStateThatIsCompactedLess(Medium medium) {
    try (ReopenableStore ahead = new ReopenableStore(medium);
        ReopenableStore behind = new ReopenableStore(medium);
        SnapshotTransfer transfer = to(medium)) {
      SampleHistory model = new SampleHistory();
      SampleHistory other = new SampleHistory();
      work(ahead.get(), model, 20);
      work(behind.get(), other, 20);
      model.compact(30).put("z", "1");
      ahead.get().flush(model.takeDelta());
      ahead.collectAll();
      List<ByteString> some = SnapshotTransfer.chunks(ahead.get(), 0, SMALL);
      some.subList(0, some.size() / 3).forEach(transfer.writing()::take);

      assertThatExceptionOfType(SnapshotRefused.class)
          .isThrownBy(() -> transfer.receive(behind.get(), SMALL))
          .withMessageContaining("compacted to 0, older than what is here, compacted to 30");
      assertThat(transfer.writing().lastPlace()).isZero();
      ReopenableStore.assertHolds(transfer.receive(behind.get(), SMALL), other);
    }
  }

  @ParameterizedTest
  @EnumSource
  void beginsAnewWhereTheSenderHasLessThanIsHere(Medium medium) {
    try (ReopenableStore ahead = new ReopenableStore(medium);
        ReopenableStore behind = new ReopenableStore(medium);
        SnapshotTransfer transfer = to(medium)) {
      SampleHistory model = new SampleHistory();
      SampleHistory other = new SampleHistory();
      work(ahead.get(), model, 20);
      work(behind.get(), other, 2);
      List<ByteString> most = SnapshotTransfer.chunks(ahead.get(), 0, SMALL);
      most.subList(0, most.size() - 1).forEach(transfer.writing()::take);

      ReopenableStore.assertHolds(transfer.receive(behind.get(), SMALL), other);
    }
  }

  /** A sender of the same slot with another history cannot be gone on from. */
  @ParameterizedTest
  @EnumSource
  void refusesAnotherHistoryOfTheSameSlot(Medium medium) {
    try (SnapshotTransfer transfer = to(medium)) {
      InMemoryReplicaStore here = new InMemoryReplicaStore(SampleHistory.TERMS);
      SampleHistory model = new SampleHistory();
      work(here, model, 20);
      List<ByteString> some = SnapshotTransfer.chunks(here, 0, SMALL);
      some.subList(0, 8).forEach(transfer.writing()::take);
      InMemoryReplicaStore diverged = new InMemoryReplicaStore(SampleHistory.TERMS);
      work(diverged, new SampleHistory(SampleHistory.TERMS, "other "), 20);

      assertThatExceptionOfType(SnapshotRefused.class)
          .isThrownBy(() -> transfer.receive(diverged, SMALL))
          .withMessageContaining("chain hash differs");
    }
  }

  /**
   * Whoever sent the first part has something else at a place; what the second one has is what its
   * header stands for. That the first one's is another slot keeps chain hashes from being compared.
   */
  @ParameterizedTest
  @EnumSource
  void beginsAnewWhereAnEarlierSenderHadSomethingElseAtAPlace(Medium medium) {
    try (ReopenableStore wrong = new ReopenableStore(medium);
        ReopenableStore right = new ReopenableStore(medium);
        SnapshotTransfer transfer = to(medium)) {
      SampleHistory theirs = new SampleHistory().put("k", "flipped");
      SampleHistory ours = new SampleHistory().put("k", "written");
      for (int n = 0; n < 20; n++) {
        theirs.put("n" + n, "1".repeat(50));
        ours.put("n" + n, "1".repeat(50));
      }
      wrong.get().flush(theirs.takeDelta());
      right.get().flush(ours.put("later", "1").takeDelta());
      List<ByteString> some = SnapshotTransfer.chunks(wrong.get(), 0, SMALL);
      some.subList(0, some.size() / 2).forEach(transfer.writing()::take);
      transfer.crash();
      assertThat(transfer.writing().lastPlace()).isPositive();

      assertThatExceptionOfType(SnapshotRefused.class)
          .isThrownBy(() -> transfer.receive(right.get(), SMALL))
          .withMessageContaining("the change at place %d is another one", Place.first(1));
      assertThat(transfer.writing().lastPlace()).isZero();
      ReopenableStore.assertHolds(transfer.receive(right.get(), SMALL), ours);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesOtherTermsByName(Medium medium) {
    StateTerms others = new StateTerms(51, 10, 1 << 20);
    try (ReopenableStore store = new ReopenableStore(medium, others);
        SnapshotTransfer transfer = to(medium)) {
      assertThatExceptionOfType(SnapshotRefused.class)
          .isThrownBy(() -> transfer.receive(store.get(), SMALL))
          .withMessageContaining(others.toString())
          .withMessageContaining(SampleHistory.TERMS.toString());
    }
  }

  /** Beside many small rows there is one of more than a chunk. */
  @ParameterizedTest
  @EnumSource
  void chunksAreNoLargerThanAMebibyteButForOneRow(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium);
        SnapshotTransfer transfer = to(medium)) {
      SampleHistory model = new SampleHistory();
      for (int n = 0; n < 25; n++) {
        model.change(Map.of("k" + n, ByteString.copyFrom(new byte[100_000])));
      }
      model.change(Map.of("large", ByteString.copyFrom(new byte[1 << 20])));
      store.get().flush(model.takeDelta());
      List<ByteString> chunks =
          SnapshotTransfer.chunks(store.get(), 0, SnapshotReading.CHUNK_BYTES);

      assertThat(chunks).hasSizeBetween(6, 7);
      assertThat(chunks.stream().filter(c -> c.size() > SnapshotReading.CHUNK_BYTES)).hasSize(1);
      assertThat(chunks).allMatch(c -> c.size() < SnapshotReading.CHUNK_BYTES + 1000);
      ReopenableStore.assertHolds(transfer.receive(store.get(), 1 << 20), model);
    }
  }

  @Test
  void manySnapshotsOfOneStoreAreIndependent() {
    try (ReopenableStore store = new ReopenableStore(Medium.FILE)) {
      SampleHistory model = new SampleHistory();
      List<SnapshotReading> open = new ArrayList<>();
      for (int n = 0; n < 5; n++) {
        store.get().flush(model.put("k", "v" + n).takeDelta());
        open.add(store.get().snapshot(0));
      }
      assertThat(open.stream().map(reading -> reading.head().slot().number()))
          .containsExactly(1L, 2L, 3L, 4L, 5L);
      for (SnapshotReading reading : open) {
        InMemorySnapshotWriting writing = new InMemorySnapshotWriting(SampleHistory.TERMS);
        for (var chunk = reading.next(); chunk.isPresent(); chunk = reading.next()) {
          writing.take(chunk.get());
        }
        reading.close();
        assertThat(writing.finish()).isEqualTo(reading.head());
        assertThat(new RestoredView(writing.received().orElseThrow().load()).header().revision())
            .isEqualTo(reading.head().slot().number());
      }
    }
  }
}
