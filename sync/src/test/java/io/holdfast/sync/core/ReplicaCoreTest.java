package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicaCoreTest {

  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 2);
  private static final MemberId C = new MemberId(new NodeId("c"), 3);
  private static final Ballot OLD = new Ballot(1, A);
  private static final Ballot NEW = new Ballot(2, B);

  private static final ReplicaSettings SETTINGS =
      new ReplicaSettings(
          Duration.ofMillis(100),
          Duration.ofMillis(1000),
          Duration.ofMillis(10),
          Duration.ofMillis(40),
          1000,
          100_000,
          100_000,
          2,
          5_000,
          Duration.ofMillis(200),
          10_000,
          2,
          Duration.ofMillis(5000),
          ServingSettings.DEFAULTS);

  private final InMemoryReplicaStore store = new InMemoryReplicaStore(Commands.terms(100));
  private ReplicaCore core = restore(SETTINGS);
  private long nowMillis = 1_000_000;
  private List<ReplicaEffect> effects = new ArrayList<>();

  private ReplicaCore restore(ReplicaSettings settings) {
    return ReplicaCore.restore(A, List.of(A, B, C), settings, store.load());
  }

  private void on(ReplicaInput input) {
    effects = core.on(input, new Now(nowMillis * 1_000_000, 0));
  }

  private void tickAfter(long millis) {
    nowMillis += millis;
    on(new ReplicaInput.Tick());
  }

  private <E> List<E> seen(Class<E> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static Batch batch(long n) {
    return Commands.batch(Commands.put(n, "k" + n, "v"));
  }

  private static AcceptedPair pair(long slot, Ballot ballot) {
    return new AcceptedPair(new Slot(slot), ballot, batch(slot));
  }

  private void accepted(long slot, Ballot ballot) {
    on(new ReplicaInput.LocallyAccepted(new Slot(slot), ballot, batch(slot)));
  }

  private void watermark(Ballot ballot, long chosenUpTo) {
    on(new ReplicaInput.Watermark(ballot, new Slot(chosenUpTo), ballot.proposer()));
  }

  private void fetched(MemberId from, long fromSlot, long learnedUpTo, AcceptedPair... pairs) {
    on(
        new ReplicaInput.Fetched(
            from, new Slot(fromSlot), List.of(pairs), new Slot(learnedUpTo), false));
  }

  private List<Long> appliedSlots() {
    return seen(ReplicaEffect.Applied.class).stream().map(a -> a.slot().number()).toList();
  }

  private List<ReplicaEffect.Send> sent() {
    return seen(ReplicaEffect.Send.class);
  }

  private static ReplicaEffect.Send fetch(MemberId to, long from) {
    return new ReplicaEffect.Send(to, new SyncMessage.Fetch(new Slot(from), 1000));
  }

  // ---- ChosenIsNotAccepted

  @Test
  void learnsAnAcceptedPairWhenTheLeaderOfItsBallotSaysChosen() {
    accepted(1, NEW);
    assertThat(effects).isEmpty();
    watermark(NEW, 1);

    assertThat(effects.get(0)).isEqualTo(new ReplicaEffect.LearnedUpTo(new Slot(1)));
    assertThat(appliedSlots()).containsExactly(1L);
  }

  @Test
  void learnsAPairThatArrivesAfterItsWatermark() {
    watermark(NEW, 2);
    accepted(2, NEW);
    assertThat(appliedSlots()).isEmpty();
    accepted(1, NEW);

    assertThat(appliedSlots()).containsExactly(1L, 2L);
    assertThat(seen(ReplicaEffect.LearnedUpTo.class))
        .containsExactly(new ReplicaEffect.LearnedUpTo(new Slot(2)));
  }

  @Test
  void doesNotLearnAPairAcceptedUnderAnotherBallot() {
    accepted(1, OLD);
    watermark(NEW, 1);
    tickAfter(1);

    assertThat(core.learned()).isEqualTo(Slot.ZERO);
    assertThat(core.state().applied()).isEqualTo(Slot.ZERO);
  }

  @Test
  void doesNotLearnAPairOfAHigherBallotThanTheWatermarks() {
    accepted(1, NEW);
    watermark(OLD, 1);

    assertThat(core.learned()).isEqualTo(Slot.ZERO);
  }

  @Test
  void ignoresAnOldLeadersWatermarkAfterANewOne() {
    accepted(1, OLD);
    watermark(NEW, 0);
    watermark(OLD, 1);

    assertThat(core.learned()).isEqualTo(Slot.ZERO);
  }

  @Test
  void learnsNothingBeyondTheWatermark() {
    accepted(1, NEW);
    accepted(2, NEW);
    watermark(NEW, 1);

    assertThat(core.learned()).isEqualTo(new Slot(1));
  }

  @Test
  void learnsNothingAboveTheStoreAfterARestartUntilALeaderSaysSo() {
    accepted(1, NEW);
    watermark(NEW, 1);
    tickAfter(200);
    store.flush(seen(ReplicaEffect.Flush.class).get(0).delta());

    core = restore(SETTINGS);
    assertThat(core.start())
        .containsExactly(
            new ReplicaEffect.Resumed(new Slot(1), core.state().chainHash()),
            new ReplicaEffect.AckTimeoutIs(Optional.empty()));
    accepted(2, NEW);
    assertThat(core.learned()).isEqualTo(new Slot(1));
    watermark(NEW, 2);
    assertThat(core.learned()).isEqualTo(new Slot(2));
  }

  @Test
  void refusesTwoValuesUnderOneBallot() {
    accepted(1, NEW);

    assertThatExceptionOfType(InvariantViolation.class)
        .isThrownBy(() -> on(new ReplicaInput.LocallyAccepted(new Slot(1), NEW, batch(9))))
        .satisfies(e -> assertThat(e.invariant()).isEqualTo("OneValuePerBallot"));
  }

  // ---- Fetching

  @Test
  void fetchesFromTheLeaderOnceTheGapHasLasted() {
    watermark(NEW, 3);
    assertThat(sent()).isEmpty();
    tickAfter(99);
    assertThat(sent()).isEmpty();
    tickAfter(1);

    assertThat(sent()).containsExactly(fetch(B, 1));
    tickAfter(500);
    assertThat(sent()).isEmpty();
  }

  @Test
  void fetchesNothingWhenTheGapClosesInTime() {
    watermark(NEW, 1);
    tickAfter(99);
    accepted(1, NEW);
    tickAfter(1000);

    assertThat(sent()).isEmpty();
  }

  @Test
  void learnsWhatItFetchedAndRecordsIt() {
    watermark(NEW, 2);
    tickAfter(100);
    fetched(B, 1, 2, pair(1, NEW), pair(2, NEW));

    assertThat(effects.subList(0, 3))
        .containsExactly(
            new ReplicaEffect.RecordChosen(pair(1, NEW)),
            new ReplicaEffect.RecordChosen(pair(2, NEW)),
            new ReplicaEffect.LearnedUpTo(new Slot(2)));
    assertThat(appliedSlots()).containsExactly(1L, 2L);
  }

  @Test
  void asksForTheNextChunkAtOnceOfWhoHelped() {
    watermark(NEW, 3);
    tickAfter(100);
    fetched(B, 1, 3, pair(1, NEW));

    assertThat(sent()).containsExactly(fetch(B, 2));
  }

  @Test
  void waitsAgainOnceItHasAllThatTheHelperHad() {
    watermark(NEW, 3);
    tickAfter(100);
    fetched(B, 1, 1, pair(1, NEW));
    assertThat(sent()).isEmpty();
    tickAfter(99);
    assertThat(sent()).isEmpty();
    tickAfter(1);

    assertThat(sent()).containsExactly(fetch(B, 2));
  }

  @Test
  void replacesAPairThatWasNeverChosen() {
    on(new ReplicaInput.LocallyAccepted(new Slot(1), OLD, batch(77)));
    watermark(NEW, 1);
    tickAfter(100);
    fetched(B, 1, 1, pair(1, NEW));

    assertThat(seen(ReplicaEffect.RecordChosen.class)).hasSize(1);
    assertThat(core.inspection().keys()).containsKey(Commands.bytes("k1"));
    assertThat(core.inspection().keys()).doesNotContainKey(Commands.bytes("k77"));
  }

  @Test
  void asksOthersInTurnWithGrowingWaitsWhenThereIsNoAnswer() {
    watermark(NEW, 1);
    tickAfter(100);
    assertThat(sent()).containsExactly(fetch(B, 1));
    tickAfter(1001);
    assertThat(sent()).isEmpty();
    tickAfter(10);
    assertThat(sent()).containsExactly(fetch(C, 1));
    fetched(C, 1, 0);
    assertThat(sent()).isEmpty();
    tickAfter(19);
    assertThat(sent()).isEmpty();
    tickAfter(1);
    assertThat(sent()).containsExactly(fetch(B, 1));
  }

  @Test
  void ignoresAnswersThatItDidNotAskFor() {
    fetched(B, 1, 1, pair(1, NEW));
    assertThat(core.learned()).isEqualTo(Slot.ZERO);
    watermark(NEW, 2);
    tickAfter(100);
    fetched(C, 1, 2, pair(1, NEW));
    fetched(B, 2, 2, pair(2, NEW));

    assertThat(core.learned()).isEqualTo(Slot.ZERO);
  }

  @Test
  void takesNothingFromAnAnswerWithAHole() {
    watermark(NEW, 3);
    tickAfter(100);
    fetched(B, 1, 3, pair(1, NEW), pair(3, NEW));

    assertThat(core.learned()).isEqualTo(Slot.ZERO);
    tickAfter(10);
    assertThat(sent()).containsExactly(fetch(C, 1));
  }

  @Test
  void takesNothingFromAnAnswerBeyondWhatTheSenderHasLearned() {
    watermark(NEW, 2);
    tickAfter(100);
    fetched(B, 1, 1, pair(1, NEW), pair(2, NEW));

    assertThat(core.learned()).isEqualTo(Slot.ZERO);
  }

  @Test
  void catchesACandidateUpAtOnce() {
    on(new ReplicaInput.CatchUp(new Slot(2), C));
    assertThat(sent()).containsExactly(fetch(C, 1));
    fetched(C, 1, 2, pair(1, OLD), pair(2, OLD));

    assertThat(core.learned()).isEqualTo(new Slot(2));
    assertThat(sent()).isEmpty();
  }

  @Test
  void saysThatItIsStuckAndGoesOnAsking() {
    watermark(NEW, 1);
    tickAfter(100);
    on(new ReplicaInput.Fetched(B, new Slot(1), List.of(), new Slot(9), true));
    assertThat(seen(ReplicaEffect.Stuck.class)).hasSize(1);
    assertThat(core.stuck()).isPresent();
    tickAfter(10);
    assertThat(sent()).containsExactly(fetch(C, 1));
    fetched(C, 1, 1, pair(1, NEW));

    assertThat(seen(ReplicaEffect.Unstuck.class)).hasSize(1);
    assertThat(core.stuck()).isEmpty();
  }

  @Test
  void readsItsOwnJournalForWhatHadNoRoomInMemory() {
    core =
        restore(
            new ReplicaSettings(
                Duration.ofMillis(100),
                Duration.ofMillis(1000),
                Duration.ofMillis(10),
                Duration.ofMillis(40),
                1000,
                300,
                0,
                2,
                5_000,
                Duration.ofMillis(200),
                10_000,
                2,
                Duration.ofMillis(5000),
                ServingSettings.DEFAULTS));
    accepted(1, NEW);
    accepted(2, NEW);
    accepted(3, NEW);
    watermark(NEW, 3);
    assertThat(appliedSlots()).containsExactly(1L);
    tickAfter(100);

    ReplicaEffect.ReadLog read = seen(ReplicaEffect.ReadLog.class).get(0);
    assertThat(read.fromSlot()).isEqualTo(new Slot(2));
    on(new ReplicaInput.LogRead(read.token(), List.of(pair(2, OLD))));
    assertThat(core.learned()).isEqualTo(new Slot(1));
    tickAfter(10);
    assertThat(sent()).isNotEmpty();
  }

  // ---- Serving

  @Test
  void servesOnlyWhatItHasLearned() {
    accepted(1, NEW);
    accepted(2, NEW);
    watermark(NEW, 1);
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1000));
    assertThat(sent())
        .containsExactly(
            new ReplicaEffect.Send(
                C,
                new SyncMessage.Fetched(new Slot(1), List.of(pair(1, NEW)), new Slot(1), false)));
    on(new ReplicaInput.FetchRequested(C, new Slot(2), 1000));
    assertThat(sent())
        .containsExactly(
            new ReplicaEffect.Send(
                C, new SyncMessage.Fetched(new Slot(2), List.of(), new Slot(1), false)));
  }

  @Test
  void servesInBoundedChunksButAlwaysOneBatch() {
    accepted(1, NEW);
    accepted(2, NEW);
    watermark(NEW, 2);
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1));

    assertThat(((SyncMessage.Fetched) sent().get(0).message()).pairs())
        .containsExactly(pair(1, NEW));
  }

  private void restartAtSlot2() {
    accepted(1, NEW);
    accepted(2, NEW);
    watermark(NEW, 2);
    tickAfter(200);
    store.flush(seen(ReplicaEffect.Flush.class).get(0).delta());
    core = restore(SETTINGS);
  }

  @Test
  void servesOlderBatchesFromTheJournalAndNoneAboveTheLearned() {
    restartAtSlot2();
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1000));
    ReplicaEffect.ReadLog read = seen(ReplicaEffect.ReadLog.class).get(0);
    on(new ReplicaInput.LogRead(read.token(), List.of(pair(1, NEW), pair(2, NEW), pair(3, NEW))));

    assertThat(sent())
        .containsExactly(
            new ReplicaEffect.Send(
                C,
                new SyncMessage.Fetched(
                    new Slot(1), List.of(pair(1, NEW), pair(2, NEW)), new Slot(2), false)));
  }

  /** The journal may still hold the pair that was never chosen. */
  @Test
  void servesNothingFromTheJournalThatIsNotRecordedThere() {
    core =
        restore(
            new ReplicaSettings(
                Duration.ofMillis(100),
                Duration.ofMillis(1000),
                Duration.ofMillis(10),
                Duration.ofMillis(40),
                1000,
                100_000,
                0,
                2,
                5_000,
                Duration.ofMillis(200),
                10_000,
                2,
                Duration.ofMillis(5000),
                ServingSettings.DEFAULTS));
    on(new ReplicaInput.LocallyAccepted(new Slot(1), OLD, batch(77)));
    watermark(NEW, 1);
    tickAfter(100);
    fetched(B, 1, 1, pair(1, NEW));
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1000));
    assertThat(effects).isEmpty();
    on(new ReplicaInput.ChosenRecorded(new Slot(1)));
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1000));

    assertThat(seen(ReplicaEffect.ReadLog.class)).hasSize(1);
  }

  @Test
  void saysThatItsJournalIsTrimmed() {
    restartAtSlot2();
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1000));
    long token = seen(ReplicaEffect.ReadLog.class).get(0).token();
    on(new ReplicaInput.LogRead(token, List.of(pair(2, NEW))));

    assertThat(sent())
        .containsExactly(
            new ReplicaEffect.Send(
                C, new SyncMessage.Fetched(new Slot(1), List.of(), new Slot(2), true)));
  }

  @Test
  void readsTheJournalForABoundedNumberOfPeersAndGivesUpOnLostReads() {
    restartAtSlot2();
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1000));
    on(new ReplicaInput.FetchRequested(B, new Slot(1), 1000));
    on(new ReplicaInput.FetchRequested(B, new Slot(2), 1000));
    assertThat(effects).isEmpty();
    tickAfter(1001);
    on(new ReplicaInput.FetchRequested(B, new Slot(2), 1000));

    assertThat(seen(ReplicaEffect.ReadLog.class)).hasSize(1);
  }

  // ---- Flushing

  @Test
  void flushesOnceTheOldestChangeIsOldEnough() {
    accepted(1, NEW);
    watermark(NEW, 1);
    tickAfter(199);
    assertThat(seen(ReplicaEffect.Flush.class)).isEmpty();
    tickAfter(1);
    assertThat(seen(ReplicaEffect.Flush.class)).hasSize(1);
  }

  @Test
  void hasOneFlushInFlightAndSaysWhatIsDurable() {
    accepted(1, NEW);
    watermark(NEW, 1);
    tickAfter(200);
    accepted(2, NEW);
    watermark(NEW, 2);
    tickAfter(1000);
    assertThat(seen(ReplicaEffect.Flush.class)).isEmpty();
    on(new ReplicaInput.Flushed(new Slot(1)));

    assertThat(effects.get(0)).isEqualTo(new ReplicaEffect.DurableUpTo(new Slot(1)));
    assertThat(seen(ReplicaEffect.Flush.class))
        .extracting(f -> f.delta().after().applied())
        .containsExactly(new Slot(2));
  }

  @Test
  void doesNotFlushBeforeFetchedBatchesAreInTheJournal() {
    on(new ReplicaInput.LocallyAccepted(new Slot(1), OLD, batch(77)));
    watermark(NEW, 1);
    tickAfter(100);
    fetched(B, 1, 1, pair(1, NEW));
    tickAfter(5000);
    assertThat(seen(ReplicaEffect.Flush.class)).isEmpty();
    on(new ReplicaInput.ChosenRecorded(new Slot(1)));

    assertThat(seen(ReplicaEffect.Flush.class)).hasSize(1);
  }

  @Test
  void waitsForAFlushWhenTooMuchIsUnflushed() {
    String large = "x".repeat(6000);
    watermark(NEW, 9);
    for (long n = 1; n <= 9; n++) {
      Batch batch = Commands.batch(Commands.put(n, "k" + n, large));
      on(new ReplicaInput.LocallyAccepted(new Slot(n), NEW, batch));
    }
    assertThat(core.learned()).isEqualTo(new Slot(9));
    assertThat(core.state().applied()).isEqualTo(new Slot(2));
    on(new ReplicaInput.Flushed(new Slot(1)));

    assertThat(appliedSlots()).containsExactly(3L);
    assertThat(seen(ReplicaEffect.Flush.class)).hasSize(1);
  }

  @Test
  void refusesAFlushThatItDidNotOrder() {
    assertThatExceptionOfType(InvariantViolation.class)
        .isThrownBy(() -> on(new ReplicaInput.Flushed(new Slot(1))))
        .satisfies(e -> assertThat(e.invariant()).isEqualTo("FlushInOrder"));
  }

  // ---- Reads

  private void read(long token, long readIndex) {
    on(new ReplicaInput.Query(token, new Slot(readIndex), ReadQuery.of(Commands.bytes("k1"))));
  }

  private static ReadResult found(long revision, KeyRecord... records) {
    return new ReadResult.Records(List.of(records), records.length, false, false, revision);
  }

  @Test
  void readsAtOnceWhatIsApplied() {
    read(7, 0);

    assertThat(effects).containsExactly(new ReplicaEffect.QueryAnswer(7, found(0), Slot.ZERO));
  }

  @Test
  void answersAReadOnceItsIndexIsApplied() {
    watermark(NEW, 1);
    read(7, 1);
    on(new ReplicaInput.LookupWrite(8, new Slot(1), Commands.id(1)));
    assertThat(effects).isEmpty();
    accepted(1, NEW);

    KeyRecord record =
        new KeyRecord(Commands.bytes("k1"), new VersionedValue(Commands.bytes("v"), 1, 1, 1));
    assertThat(seen(ReplicaEffect.QueryAnswer.class))
        .containsExactly(new ReplicaEffect.QueryAnswer(7, found(1, record), new Slot(1)));
    assertThat(seen(ReplicaEffect.LookupAnswer.class))
        .extracting(ReplicaEffect.LookupAnswer::lookup)
        .hasOnlyElementsOfType(WriteLookup.Recorded.class)
        .hasSize(1);
  }

  @Test
  void refusesReadsBeyondTheBoundAndThoseThatWaitTooLong() {
    read(1, 1);
    nowMillis += 10;
    read(2, 5);
    read(3, 1);
    assertThat(effects).containsExactly(new ReplicaEffect.ReadRefused(3, Refusal.OVERLOADED));
    tickAfter(4991);
    assertThat(effects).containsExactly(new ReplicaEffect.ReadRefused(1, Refusal.TIMED_OUT));
    read(4, 1);
    assertThat(effects).isEmpty();
  }
}
