package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sync.store.InMemoryReplicaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Every change once and in order, from any revision above the compaction point. */
class WatchesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final StateTerms TERMS = new StateTerms(10_000, 100, 64L << 20);

  private final InMemoryReplicaStore memory = new InMemoryReplicaStore(TERMS);
  private final SteppedReplica replica =
      new SteppedReplica(memory, new ArrayList<>(), SteppedReplica.SETTINGS);
  private long lastId;
  private long lastToken;

  private List<ReplicaEffect> put(String key, String value) {
    replica.run(Commands.put(++lastId, key, value));
    return replica.lastEffects();
  }

  private List<ReplicaEffect> next(long place, KeyRange keys) {
    return replica.on(new ReplicaInput.NextChanges(++lastToken, place, keys, PATIENCE));
  }

  private static List<ReplicaEffect.ChangesAnswer> answers(List<ReplicaEffect> effects) {
    return effects.stream()
        .filter(ReplicaEffect.ChangesAnswer.class::isInstance)
        .map(ReplicaEffect.ChangesAnswer.class::cast)
        .toList();
  }

  private static ReplicaEffect.ChangesAnswer answer(List<ReplicaEffect> effects) {
    assertThat(answers(effects)).hasSize(1);
    return answers(effects).get(0);
  }

  private static List<Long> revisions(ReplicaEffect.ChangesAnswer answer) {
    return answer.changes().stream().map(Change::modRevision).toList();
  }

  // ---- What came before

  @Test
  void followsFromTheStoreIntoWhatIsNotFlushed() {
    put("a", "1");
    put("b", "1");
    replica.flush();
    put("a", "2");
    put("b", "2");
    ReplicaEffect.ChangesAnswer stored = answer(next(0, KeyRange.ALL));
    assertThat(revisions(stored)).containsExactly(1L, 2L);
    assertThat(stored.revision()).isEqualTo(4);
    ReplicaEffect.ChangesAnswer unflushed = answer(next(stored.nextPlace(), KeyRange.ALL));

    assertThat(revisions(unflushed)).containsExactly(3L, 4L);
    assertThat(answers(next(unflushed.nextPlace(), KeyRange.ALL))).isEmpty();
  }

  @Test
  void filteredWatchPassesFromTheStoreIntoMemoryInOneAnswer() {
    put("other", "1");
    replica.flush();
    put("other", "2");
    put("k", "1");

    ReplicaEffect.ChangesAnswer found = answer(next(0, Commands.key("k")));
    assertThat(revisions(found)).containsExactly(3L);
    assertThat(found.nextPlace()).isEqualTo(Place.first(3) + 1);
  }

  @Test
  void changesOfOneRevisionCanBeFollowedFromWithin() {
    replica.run(
        Commands.transaction(
            ++lastId,
            List.of(),
            List.of(Commands.set("c", "1"), Commands.set("a", "1"), Commands.set("b", "1")),
            List.of()));

    assertThat(answer(next(Place.of(1, 1), KeyRange.ALL)).changes())
        .extracting(Change::key)
        .containsExactly(Commands.bytes("b"), Commands.bytes("c"));
  }

  @Test
  void answerHasABoundedNumberOfChangesFromTheStoreAndFromMemory() {
    for (int n = 0; n < Watches.MAX_CHANGES + 10; n++) {
      put("k", "v" + n);
    }
    for (boolean flushed : new boolean[] {false, true}) {
      ReplicaEffect.ChangesAnswer first = answer(next(0, KeyRange.ALL));
      assertThat(first.changes()).as("flushed %s", flushed).hasSize(Watches.MAX_CHANGES);
      ReplicaEffect.ChangesAnswer rest = answer(next(first.nextPlace(), KeyRange.ALL));
      assertThat(rest.changes()).hasSize(10);
      assertThat(rest.changes().get(0).modRevision()).isEqualTo(Watches.MAX_CHANGES + 1);
      replica.flush();
    }
  }

  @Test
  void answerHasABoundedNumberOfBytesFromTheStoreAndFromMemory() {
    for (int n = 0; n < 5; n++) {
      put("k", "v".repeat(400_000));
    }
    for (boolean flushed : new boolean[] {false, true}) {
      ReplicaEffect.ChangesAnswer first = answer(next(0, KeyRange.ALL));
      assertThat(first.changes()).as("flushed %s", flushed).hasSizeBetween(2, 3);
      assertThat(answer(next(first.nextPlace(), KeyRange.ALL)).changes().get(0).modRevision())
          .isEqualTo(first.changes().size() + 1L);
      replica.flush();
    }
  }

  /** A watcher of what never changes does not have the whole history read at one go. */
  @Test
  void longHistoryOfOtherKeysIsAnsweredInParts() {
    int inOneAnswer = Watches.MAX_CHANGES * 16;
    for (int n = 0; n < inOneAnswer + 10; n++) {
      put("other", "");
    }
    put("k", "1");
    replica.flush();
    ReplicaEffect.ChangesAnswer first = answer(next(0, Commands.key("k")));
    assertThat(first.changes()).isEmpty();
    assertThat(Place.revision(first.nextPlace())).isEqualTo(inOneAnswer);

    assertThat(revisions(answer(next(first.nextPlace(), Commands.key("k")))))
        .containsExactly(inOneAnswer + 11L);
  }

  // ---- What is to come

  @Test
  void waitsForTheNextChangeOfItsKeys() {
    put("k", "1");
    assertThat(next(Place.first(2), Commands.key("k"))).isEmpty();
    assertThat(answers(put("other", "1"))).isEmpty();
    ReplicaEffect.ChangesAnswer woken = answer(put("k", "2"));

    assertThat(revisions(woken)).containsExactly(3L);
    assertThat(woken.token()).isEqualTo(lastToken);
    assertThat(answers(put("k", "3"))).as("a question is answered once").isEmpty();
  }

  @Test
  void eachOfThoseWhoWaitIsAnswered() {
    next(0, Commands.key("a"));
    next(0, Commands.range("a", "c"));
    next(0, Commands.key("b"));

    assertThat(answers(put("a", "1")))
        .extracting(ReplicaEffect.ChangesAnswer::token)
        .containsExactly(1L, 2L);
    assertThat(answers(put("b", "1")))
        .extracting(ReplicaEffect.ChangesAnswer::token)
        .containsExactly(3L);
  }

  @Test
  void waitsForARevisionThatIsYetToCome() {
    next(Place.first(3), KeyRange.ALL);
    assertThat(answers(put("k", "1"))).isEmpty();
    assertThat(answers(put("k", "2"))).isEmpty();

    assertThat(revisions(answer(put("k", "3")))).containsExactly(3L);
  }

  @Test
  void isToldAfterItsPatienceThatThereIsNothingAndWhereToGoOn() {
    put("other", "1");
    next(0, Commands.key("k"));
    put("other", "2");
    assertThat(answers(replica.pass(PATIENCE))).isEmpty();
    ReplicaEffect.ChangesAnswer over = answer(replica.pass(MOMENT));

    assertThat(over.changes()).isEmpty();
    assertThat(over.nextPlace()).isEqualTo(Place.first(3));
    assertThat(over.revision()).isEqualTo(2);
    assertThat(answers(put("k", "1"))).isEmpty();
    assertThat(revisions(answer(next(over.nextPlace(), Commands.key("k"))))).containsExactly(3L);
  }

  @Test
  void patienceOfAFutureRevisionGivesThatBack() {
    next(Place.first(9), KeyRange.ALL);

    assertThat(answer(replica.pass(PATIENCE.plus(MOMENT))).nextPlace()).isEqualTo(Place.first(9));
  }

  @Test
  void whoWaitsAcrossAFlushMissesNothing() {
    put("k", "1");
    next(Place.first(2), Commands.key("k"));
    put("other", "1");
    replica.flush();

    assertThat(revisions(answer(put("k", "2")))).containsExactly(3L);
  }

  @Test
  void refusesMoreWatchersThanMayWait() {
    for (int n = 0; n < SteppedReplica.SETTINGS.serving().maxWatches(); n++) {
      assertThat(next(Place.first(1), KeyRange.ALL)).isEmpty();
    }

    assertThat(next(Place.first(1), KeyRange.ALL))
        .containsExactly(
            new ReplicaEffect.ReadRefused(lastToken, ReplicaEffect.Refusal.OVERLOADED));
  }

  @Test
  void refusesWhereTheStoreIsAskedTooMuch() {
    put("k", "1");
    replica.flush();
    replica.holdStore();
    for (int n = 0; n < SteppedReplica.SETTINGS.serving().maxStoreQuestions(); n++) {
      next(0, KeyRange.ALL);
    }

    assertThat(next(0, KeyRange.ALL))
        .containsExactly(
            new ReplicaEffect.ReadRefused(lastToken, ReplicaEffect.Refusal.OVERLOADED));
  }

  // ---- Compaction

  @Test
  void isToldTheOldestRevisionThatCanBeFollowed() {
    put("k", "1");
    put("k", "2");
    put("k", "3");
    replica.run(Commands.of(++lastId, new Command.Compact(2)));
    for (boolean flushed : new boolean[] {false, true}) {
      for (long forgotten : new long[] {0, Place.first(1), Place.last(2)}) {
        assertThat(next(forgotten, KeyRange.ALL))
            .as("flushed %s", flushed)
            .containsExactly(new ReplicaEffect.ChangesCompacted(lastToken, 3));
      }
      assertThat(revisions(answer(next(Place.first(3), KeyRange.ALL)))).containsExactly(3L);
      replica.flush();
    }
  }

  @Test
  void isToldWhereCompactionPassesItWhileTheStoreIsRead() {
    put("k", "1");
    put("k", "2");
    replica.flush();
    replica.holdStore();
    next(0, KeyRange.ALL);
    replica.run(Commands.of(++lastId, new Command.Compact(2)));

    assertThat(replica.releaseStore())
        .containsExactly(new ReplicaEffect.ChangesCompacted(lastToken, 3));
  }

  /** Nothing that it wants was in what is forgotten. */
  @Test
  void whoWaitsIsNotCutOffByCompactionOfWhatItHasNotMissed() {
    put("k", "1");
    next(Place.first(2), Commands.key("k"));
    put("other", "1");
    put("other", "2");
    replica.run(Commands.of(++lastId, new Command.Compact(3)));

    assertThat(revisions(answer(put("k", "2")))).containsExactly(4L);
  }

  // ---- All together

  @Property(tries = 200)
  void everyChangeOfItsKeysComesOnceAndInOrder(@ForAll long seed) {
    Random random = new Random(seed);
    WatchesTest fresh = new WatchesTest();
    KeyRange keys = random.nextBoolean() ? KeyRange.ALL : Commands.range("k1", "k3");
    List<Change> seen = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    long from = 0;
    boolean waits = false;
    for (int step = 0; step < 60; step++) {
      List<ReplicaEffect> effects = List.of();
      switch (random.nextInt(6)) {
        case 0 -> effects = fresh.replica.pass(Duration.ofMillis(100));
        case 1 -> effects = fresh.replica.pass(PATIENCE.plus(MOMENT));
        case 2, 3 -> {
          String key = "k" + random.nextInt(4);
          effects = fresh.put(key, "v" + step);
          if (keys.contains(Commands.bytes(key))) {
            expected.add(key + "=v" + step);
          }
        }
        default -> {
          if (!waits) {
            waits = true;
            effects = fresh.next(from, keys);
          }
        }
      }
      Optional<ReplicaEffect.ChangesAnswer> answer = answers(effects).stream().findFirst();
      if (answer.isPresent()) {
        waits = false;
        seen.addAll(answer.get().changes());
        from = answer.get().nextPlace();
      }
    }
    while (seen.size() < expected.size() && !waits) {
      ReplicaEffect.ChangesAnswer answer = answer(fresh.next(from, keys));
      seen.addAll(answer.changes());
      from = answer.nextPlace();
    }
    assertThat(seen)
        .extracting(
            c -> c.key().toStringUtf8() + "=" + c.record().orElseThrow().value().toStringUtf8())
        .containsExactlyElementsOf(expected);
  }
}
