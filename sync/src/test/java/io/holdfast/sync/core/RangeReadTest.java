package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Reads of keys and ranges, now and in the past, wherever the versions lie. */
class RangeReadTest {

  private static final int CHANGES = 7;
  private static final StateTerms TERMS = SteppedReplica.rotatingAfter(3);

  private final InMemoryReplicaStore memory = new InMemoryReplicaStore(TERMS);
  private final SteppedReplica replica =
      new SteppedReplica(memory, new ArrayList<>(), SteppedReplica.SETTINGS);
  private long lastId;

  private void put(String key, String value) {
    replica.run(Commands.put(++lastId, key, value));
  }

  private void delete(String key) {
    replica.run(Commands.delete(++lastId, key));
  }

  private void compact(long revision) {
    replica.run(Commands.of(++lastId, new Command.Compact(revision)));
  }

  /** Puts a thousand keys at a time, so that many are there soon. */
  private void fill(SteppedReplica of, int from, int to) {
    for (int n = from; n < to; n += 1000) {
      List<Operation> puts = new ArrayList<>();
      for (int i = n; i < Math.min(to, n + 1000); i++) {
        puts.add(Commands.set("k%06d".formatted(i), ""));
      }
      of.run(Commands.transaction(++lastId, List.of(), puts, List.of()));
    }
  }

  private static ReadQuery query(KeyRange keys, long revision, int limit, ReadDetail detail) {
    return new ReadQuery(
        keys, revision == 0 ? OptionalLong.empty() : OptionalLong.of(revision), limit, detail);
  }

  private ReadResult.Records read(KeyRange keys, long revision, int limit) {
    return (ReadResult.Records) replica.query(query(keys, revision, limit, ReadDetail.RECORDS));
  }

  private List<String> at(long revision) {
    return read(KeyRange.ALL, revision, 100).records().stream()
        .map(r -> r.key().toStringUtf8() + "=" + r.value().value().toStringUtf8())
        .toList();
  }

  private void assertHistory() {
    assertThat(at(1)).containsExactly("k=1");
    assertThat(at(2)).containsExactly("j=1", "k=1");
    assertThat(at(3)).containsExactly("j=1", "k=2");
    assertThat(at(4)).containsExactly("j=1");
    assertThat(at(5)).containsExactly("j=1", "k=3");
    assertThat(at(6)).containsExactly("j=1", "k=3", "l=1");
    assertThat(at(7)).containsExactly("k=3", "l=1");
    assertThat(at(0)).isEqualTo(at(7));
  }

  // ---- Past revisions

  @Test
  void readsEveryRevisionWhereverItsVersionsLie() {
    for (int flushed = 0; flushed <= CHANGES; flushed++) {
      RangeReadTest fresh = new RangeReadTest();
      fresh.runAll(flushed);
      fresh.assertHistory();
      fresh.replica.flush();
      fresh.assertHistory();
      fresh.replica.crashAndRestart();
      fresh.assertHistory();
    }
  }

  /** The changes of {@link #assertHistory}, of which so many are flushed. */
  private void runAll(int flushed) {
    for (int n = 0; n < CHANGES; n++) {
      if (n == flushed) {
        replica.flush();
      }
      switch (n) {
        case 0 -> put("k", "1");
        case 1 -> put("j", "1");
        case 2 -> put("k", "2");
        case 3 -> delete("k");
        case 4 -> put("k", "3");
        case 5 -> put("l", "1");
        default -> delete("j");
      }
    }
  }

  @Test
  void givesTheRecordAsItWas() {
    put("k", "1");
    put("other", "1");
    put("k", "2");
    replica.flush();
    put("k", "3");

    assertThat(read(Commands.key("k"), 3, 1).records())
        .containsExactly(
            new KeyRecord(Commands.bytes("k"), new VersionedValue(Commands.bytes("2"), 1, 3, 2)));
    assertThat(read(Commands.key("k"), 3, 1).revision()).isEqualTo(3);
    assertThat(read(Commands.key("k"), 0, 1).revision()).isEqualTo(4);
  }

  @Test
  void refusesRevisionsThatAreForgottenOrToCome() {
    put("k", "1");
    put("k", "2");
    put("k", "3");
    compact(2);

    assertThat(replica.query(query(KeyRange.ALL, 1, 1, ReadDetail.KEYS)))
        .isEqualTo(new ReadResult.Compacted(2));
    assertThat(at(2)).containsExactly("k=2");
    assertThat(replica.query(query(KeyRange.ALL, 4, 1, ReadDetail.KEYS)))
        .isEqualTo(new ReadResult.Future(3));
  }

  @Test
  void compactionPointItselfCanBeReadAfterAllIsCollected() {
    put("k", "1");
    delete("k");
    put("l", "1");
    put("k", "2");
    put("l", "2");
    compact(3);
    replica.flush();
    while (memory.collect()) {
      assertThat(memory.storedBytes()).isPositive();
    }
    assertThat(at(3)).containsExactly("l=1");
    assertThat(at(4)).containsExactly("k=2", "l=1");
    put("k", "3");

    assertThat(at(3)).containsExactly("l=1");
    assertThat(at(4)).containsExactly("k=2", "l=1");
  }

  // ---- Compaction overtakes a read

  private List<ReplicaEffect> overtakenRead(long revision) {
    put("k", "1");
    put("other", "1");
    put("other", "2");
    put("other", "3");
    put("other", "4");
    put("other", "5");
    replica.flush();
    replica.holdStore();
    assertThat(
            replica.on(
                new ReplicaInput.Query(
                    7, Slot.ZERO, query(Commands.key("k"), revision, 1, ReadDetail.RECORDS))))
        .allMatch(ReplicaEffect.AskStore.class::isInstance);
    put("k", "2");
    compact(7);
    replica.pass(SteppedReplica.SETTINGS.flushInterval());
    while (memory.collect()) {
      assertThat(memory.storedBytes()).isPositive();
    }
    return replica.releaseStore();
  }

  @Test
  void readOfTheNewestRevisionBeginsAnewWhereCompactionOvertakesIt() {
    ReplicaEffect.QueryAnswer answer = (ReplicaEffect.QueryAnswer) overtakenRead(0).get(0);

    ReadResult.Records read = (ReadResult.Records) answer.result();
    assertThat(read.records())
        .extracting(r -> r.value().value())
        .containsExactly(Commands.bytes("2"));
    assertThat(read.revision()).isEqualTo(7);
  }

  @Test
  void readOfAPastRevisionIsToldWhereCompactionOvertakesIt() {
    ReplicaEffect.QueryAnswer answer = (ReplicaEffect.QueryAnswer) overtakenRead(1).get(0);

    assertThat(answer.result()).isEqualTo(new ReadResult.Compacted(7));
  }

  @Test
  void changesMadeWhileTheStoreIsReadAreNotInTheAnswer() {
    put("j", "1");
    put("k", "1");
    put("other", "1");
    put("other", "2");
    put("other", "3");
    put("other", "4");
    replica.flush();
    replica.holdStore();
    replica.on(
        new ReplicaInput.Query(
            7, Slot.ZERO, query(Commands.range("a", "m"), 0, 9, ReadDetail.RECORDS)));
    put("j", "2");
    put("l", "2");
    delete("k");
    ReplicaEffect.QueryAnswer answer = (ReplicaEffect.QueryAnswer) replica.releaseStore().get(0);
    ReadResult.Records read = (ReadResult.Records) answer.result();

    assertThat(read.revision()).isEqualTo(6);
    assertThat(read.records())
        .extracting(r -> r.key().toStringUtf8() + "=" + r.value().value().toStringUtf8())
        .containsExactly("j=1", "k=1");
  }

  // ---- Bounds

  @Test
  void givesSoManyRecordsAndSaysWhetherThereAreMore() {
    for (String key : List.of("a", "b", "c")) {
      put(key, "1");
    }
    ReadResult.Records two = read(KeyRange.ALL, 0, 2);
    assertThat(two.records())
        .extracting(KeyRecord::key)
        .containsExactly(Commands.bytes("a"), Commands.bytes("b"));
    assertThat(two.more()).isTrue();
    assertThat(two.countIsLeast()).isTrue();
    ReadResult.Records three = read(KeyRange.ALL, 0, 3);
    assertThat(three.records()).hasSize(3);
    assertThat(three.more()).isFalse();
    assertThat(three.count()).isEqualTo(3);
    assertThat(three.countIsLeast()).isFalse();
  }

  @Test
  void keysThatAreNotThereDoNotCountTowardTheLimit() {
    for (int n = 0; n < 9; n++) {
      put("k" + n, "1");
    }
    for (int n = 0; n < 7; n++) {
      delete("k" + n);
    }

    assertThat(read(KeyRange.ALL, 0, 2).records()).hasSize(2);
    assertThat(read(KeyRange.ALL, 0, 2).more()).isFalse();
    assertThat(read(KeyRange.ALL, 9, 2).more()).isTrue();
    assertThat(read(KeyRange.ALL, 14, 2).records())
        .extracting(KeyRecord::key)
        .containsExactly(Commands.bytes("k5"), Commands.bytes("k6"));
  }

  @Test
  void givesAboutAMebibyteAndSaysThatThereIsMore() {
    for (int n = 0; n < 5; n++) {
      put("k" + n, "v".repeat(400_000));
    }
    ReadResult.Records read = read(KeyRange.ALL, 0, 100);

    assertThat(read.records()).hasSize(3);
    assertThat(read.more()).isTrue();
    ReadResult.Records rest = read(new KeyRange(Commands.bytes("k3"), ByteString.EMPTY), 0, 100);
    assertThat(rest.records()).hasSize(2);
    assertThat(rest.more()).isFalse();
  }

  @Test
  void keysAndCountsNeedNoValuesAndNoStore() {
    put("a", "1");
    put("b", "1");
    for (int n = 0; n < 6; n++) {
      put("z", "1");
    }
    replica.flush();
    long reads = replica.store().reads();
    ReadResult.Records keys =
        (ReadResult.Records) replica.query(query(KeyRange.ALL, 0, 2, ReadDetail.KEYS));
    ReadResult.Records count =
        (ReadResult.Records) replica.query(query(KeyRange.ALL, 0, 1, ReadDetail.COUNT));

    assertThat(keys.records())
        .containsExactly(
            new KeyRecord(Commands.bytes("a"), new VersionedValue(ByteString.EMPTY, 1, 1, 1)),
            new KeyRecord(Commands.bytes("b"), new VersionedValue(ByteString.EMPTY, 2, 2, 1)));
    assertThat(count.records()).isEmpty();
    assertThat(count.count()).isEqualTo(3);
    assertThat(count.countIsLeast()).isFalse();
    assertThat(count.more()).isFalse();
    assertThat(replica.store().reads()).isEqualTo(reads);
  }

  @Test
  void readsMoreThanOnePartOfARange() {
    SteppedReplica many = SteppedReplica.of(StateTerms.DEFAULTS);
    fill(many, 0, 2_500);
    many.flush();
    ReadResult.Records read =
        (ReadResult.Records) many.query(query(KeyRange.ALL, 0, 2_400, ReadDetail.RECORDS));

    assertThat(read.records()).hasSize(2_400).doesNotHaveDuplicates();
    assertThat(read.records().get(2_399).key()).isEqualTo(Commands.bytes("k002399"));
    assertThat(read.more()).isTrue();
  }

  @Test
  void countEndsAtItsBoundAndSaysSo() {
    SteppedReplica many = SteppedReplica.of(StateTerms.DEFAULTS);
    fill(many, 0, RangeRead.MAX_COUNTED);
    ReadResult.Records all =
        (ReadResult.Records) many.query(query(KeyRange.ALL, 0, 1, ReadDetail.COUNT));
    assertThat(all.count()).isEqualTo(RangeRead.MAX_COUNTED);
    assertThat(all.countIsLeast()).isFalse();
    long revision = many.core().state().revision();
    fill(many, RangeRead.MAX_COUNTED, RangeRead.MAX_COUNTED + 500);
    long more = many.core().state().revision();
    // Keys that are younger than the revision, so that parts do not end where the count does.
    many.run(Commands.put(++lastId, "a", ""));
    many.flush();

    for (long at : new long[] {0, more}) {
      ReadResult.Records least =
          (ReadResult.Records) many.query(query(KeyRange.ALL, at, 1, ReadDetail.COUNT));
      assertThat(least.count()).isEqualTo(RangeRead.MAX_COUNTED);
      assertThat(least.countIsLeast()).as("at %d", at).isTrue();
    }
    ReadResult.Records exact =
        (ReadResult.Records) many.query(query(KeyRange.ALL, revision, 1, ReadDetail.COUNT));
    assertThat(exact.countIsLeast()).isFalse();
  }

  // ---- Waiting for the store

  @Test
  void refusesWhereTheStoreIsAskedTooMuch() {
    put("k", "1");
    for (int n = 0; n < 6; n++) {
      put("z", "1");
    }
    replica.flush();
    replica.holdStore();
    ReplicaInput.Query read =
        new ReplicaInput.Query(7, Slot.ZERO, ReadQuery.of(Commands.bytes("k")));
    for (int n = 0; n < SteppedReplica.SETTINGS.serving().maxStoreQuestions(); n++) {
      replica.on(read);
    }

    assertThat(replica.on(read))
        .containsExactly(new ReplicaEffect.ReadRefused(7, ReplicaEffect.Refusal.OVERLOADED));
  }

  /** Compaction collects a delete while what came after it still counts as not flushed. */
  @Test
  void deleteThatTheStoreHasCollectedAlreadyMeansThatTheKeyWasNotThere() {
    StateMachine machine = StateMachine.restore(RestoredState.empty(TERMS));
    machine.apply(new Slot(1), Commands.batch(Commands.put(1, "k", "1"), Commands.delete(2, "k")));
    machine.flushed(machine.takeDelta());
    machine.apply(
        new Slot(2),
        Commands.batch(Commands.put(3, "k", "3"), Commands.of(4, new Command.Compact(2))));
    RangeRead past = new RangeRead(machine.parts(), query(KeyRange.ALL, 2, 10, ReadDetail.RECORDS));

    assertThat(past.advance()).contains(new StoreQuestion.Versions(List.of(Place.first(2)), 2));
    assertThat(past.answered(new StoreAnswer.Versions(List.of(Optional.empty())))).isTrue();
    assertThat(past.advance()).isEmpty();
    assertThat(((ReadResult.Records) past.result()).records()).isEmpty();
  }
}
