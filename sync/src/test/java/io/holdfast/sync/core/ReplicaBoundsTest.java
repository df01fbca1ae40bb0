package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.quorum.core.ProposedChange;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A replica with hardly any room, and whom it asks for what. */
class ReplicaBoundsTest {

  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 2);
  private static final MemberId C = new MemberId(new NodeId("c"), 3);
  private static final MemberId D = new MemberId(new NodeId("d"), 4);
  private static final Ballot OLD = new Ballot(1, A);
  private static final Ballot NEW = new Ballot(2, B);

  /** What one command of {@link #batch} is counted as until it is flushed. */
  private static final int CHANGE = 96 + 2 + 1 + 64;

  private static final int BATCH = batch(1).size();
  private static final int PLENTY = 1_000_000;

  private ReplicaCore core = core(PLENTY, PLENTY, PLENTY, 2);
  private long nowMillis = 1_000;
  private List<ReplicaEffect> effects = new ArrayList<>();

  // ---- Flushing and applying

  @Test
  void countsWhatAChangeCostsBesideItsKeyAndValue() {
    StateMachine machine =
        StateMachine.restore(new InMemoryReplicaStore(Commands.terms(100)).load());
    machine.apply(new Slot(1), batch(1));
    assertThat(machine.unflushedBytes()).isEqualTo(CHANGE);
    machine.apply(new Slot(2), Commands.batch(Commands.delete(2, "k1")));
    assertThat(machine.unflushedBytes()).isEqualTo(CHANGE + 96 + 2 + 64);
  }

  @Test
  void flushesAtOnceWhenAsMuchHasChangedAsItsBoundSays() {
    core = core(PLENTY, CHANGE + 1, PLENTY, 2);
    watermark(NEW, 2);
    accepted(1);
    assertThat(seen(ReplicaEffect.Flush.class)).isEmpty();
    core = core(PLENTY, CHANGE, PLENTY, 2);
    watermark(NEW, 2);
    accepted(1);
    assertThat(seen(ReplicaEffect.Flush.class)).hasSize(1);
  }

  @Test
  void appliesOneBatchBeyondTheUnflushedBoundAndNoMore() {
    core = core(PLENTY, CHANGE, CHANGE, 2);
    watermark(NEW, 9);
    accepted(1);
    accepted(2);
    assertThat(core.state().applied()).isEqualTo(new Slot(2));
    accepted(3);
    assertThat(core.state().applied()).isEqualTo(new Slot(2));
    assertThat(core.learned()).isEqualTo(new Slot(3));
  }

  @Test
  void learnsNoMoreThanItMayHoldUntilItIsAppliedAndGoesOnInTheStepThatMakesRoom() {
    core = core(BATCH, CHANGE, CHANGE, 2);
    watermark(NEW, 9);
    for (long slot = 1; slot <= 5; slot++) {
      accepted(slot);
    }
    assertThat(core.state().applied()).isEqualTo(new Slot(2));
    assertThat(core.learned()).isEqualTo(new Slot(4));
    on(new ReplicaInput.Flushed(new Slot(1)));
    assertThat(seen(ReplicaEffect.LearnedUpTo.class))
        .containsExactly(new ReplicaEffect.LearnedUpTo(new Slot(5)));
    assertThat(core.state().applied()).isEqualTo(new Slot(3));
  }

  @Test
  void doesNotFetchMoreWhileADueFlushWaitsForTheJournal() {
    core = core(PLENTY, CHANGE, PLENTY, 2);
    watermark(NEW, 3);
    tickAfter(100);
    fetched(B, 1, 3, pair(1, NEW));
    assertThat(sent()).isEmpty();
    assertThat(seen(ReplicaEffect.Flush.class)).isEmpty();
    on(new ReplicaInput.ChosenRecorded(new Slot(1)));
    assertThat(sent()).containsExactly(fetch(B, 2));
    assertThat(seen(ReplicaEffect.Flush.class)).hasSize(1);
  }

  @Test
  void coordinatorHearsOfAChangeBeforeTheExecutionOfItsSlot() {
    Configuration three = Configuration.of(List.of(A, B, C), 2);
    Configuration learning = new Configuration(three.members(), new TreeSet<>(List.of(D)), 2, 2);
    Batch batch =
        BatchFormat.encode(
            List.of(
                new BatchEntry.ConfigurationEntry(
                    MembershipCodec.encode(
                        new ProposedChange(new MembershipChange.AddLearner(D), 0)))));
    RestoredState founded =
        RestoredState.empty(Commands.terms(100)).foundedBy(Membership.founded(8, three));
    core = ReplicaCore.restore(A, List.of(A, B, C), ReplicaSettings.DEFAULTS, founded);
    watermark(NEW, 2);
    on(new ReplicaInput.LocallyAccepted(new Slot(1), NEW, batch));
    List<ReplicaEffect.Applied> applied = new ArrayList<>(seen(ReplicaEffect.Applied.class));
    on(new ReplicaInput.LocallyAccepted(new Slot(2), NEW, batch));
    applied.addAll(seen(ReplicaEffect.Applied.class));
    ChangeOutcome changed = new ChangeOutcome.Changed(1, learning, new Slot(9));

    assertThat(applied.get(0).changes()).containsExactly(changed);
    assertThat(applied.get(0).forCoordinator())
        .containsExactly(
            new CoordinatorInput.ConfigurationExecuted(new Slot(1), learning),
            new CoordinatorInput.Executed(
                new Slot(1),
                batch.digest(),
                applied.get(0).chainHash(),
                List.of(MembershipCodec.encode(changed))));
    // A change that is refused has a result, and nobody goes by it.
    assertThat(applied.get(1).forCoordinator())
        .singleElement()
        .isInstanceOf(CoordinatorInput.Executed.class);
  }

  @Test
  void messagesTellTheReplicaWhoSentThem() {
    assertThat(new SyncMessage.Fetch(new Slot(3), 9).from(B))
        .isEqualTo(new ReplicaInput.FetchRequested(B, new Slot(3), 9));
    assertThat(
            new SyncMessage.Fetched(new Slot(3), List.of(pair(3, NEW)), new Slot(7), true).from(B))
        .isEqualTo(
            new ReplicaInput.Fetched(B, new Slot(3), List.of(pair(3, NEW)), new Slot(7), true));
  }

  // ---- Whom it asks

  @Test
  void asksTheMemberThatLeads() {
    on(new ReplicaInput.Watermark(new Ballot(3, C), new Slot(1), C));
    tickAfter(100);
    assertThat(sent()).containsExactly(fetch(C, 1));
  }

  @Test
  void asksNewMembersAndNoLongerThoseRemoved() {
    on(new ReplicaInput.MembersChanged(List.of(A, B, D)));
    watermark(NEW, 1);
    tickAfter(100);
    assertThat(sent()).containsExactly(fetch(B, 1));
    fetched(B, 1, 0);
    tickAfter(10);
    assertThat(sent()).containsExactly(fetch(D, 1));
  }

  @Test
  void gapThatClosedByItselfLeavesNoQuestionBehind() {
    watermark(NEW, 1);
    tickAfter(100);
    assertThat(sent()).containsExactly(fetch(B, 1));
    accepted(1);
    watermark(NEW, 2);
    tickAfter(99);
    assertThat(sent()).isEmpty();
    tickAfter(1);
    assertThat(sent()).containsExactly(fetch(B, 2));
  }

  @Test
  void refusesAFetchedBatchThatContradictsTheOneAcceptedUnderItsBallot() {
    on(new ReplicaInput.LocallyAccepted(new Slot(2), NEW, batch(7)));
    watermark(NEW, 2);
    tickAfter(100);
    assertThatExceptionOfType(InvariantViolation.class)
        .isThrownBy(() -> fetched(B, 1, 2, pair(1, NEW), pair(2, NEW)))
        .satisfies(e -> assertThat(e.invariant()).isEqualTo("OneValuePerBallot"))
        .withMessageContaining("slot 2");
  }

  @Test
  void saysThatItIsNoLongerStuckOnlyWhereItWas() {
    watermark(NEW, 1);
    accepted(1);
    assertThat(seen(ReplicaEffect.LearnedUpTo.class)).hasSize(1);
    assertThat(seen(ReplicaEffect.Unstuck.class)).isEmpty();
  }

  // ---- Its own journal

  @Test
  void journalReadForItselfIsOverOnceItIsAnswered() {
    core = core(BATCH, PLENTY, PLENTY, 1);
    long token = readOwnJournal();
    on(new ReplicaInput.LogRead(token, List.of(pair(2, OLD))));
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1000));
    assertThat(seen(ReplicaEffect.ReadLog.class)).hasSize(1);
  }

  @Test
  void lateAnswerOfTheJournalDoesNotEndAQuestionToAPeer() {
    core = core(BATCH, PLENTY, PLENTY, 1);
    final long token = readOwnJournal();
    tickAfter(1001);
    tickAfter(10);
    assertThat(sent()).containsExactly(fetch(B, 2));
    on(new ReplicaInput.LogRead(token, List.of(pair(2, OLD))));
    fetched(B, 2, 3, pair(2, NEW), pair(3, NEW));
    assertThat(core.learned()).isEqualTo(new Slot(3));
  }

  @Test
  void boundsAreOneOrMoreAndWaitsNotNegative() {
    assertThat(core(1, 1, 1, 1).stuck()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> core(0, 1, 1, 1))
        .withMessageStartingWith("maxBufferedBytes 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> core(1, 0, 1, 1))
        .withMessageStartingWith("flushBytes 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> core(1, 2, 1, 1))
        .withMessage("maxUnflushedBytes 1: must be at least flushBytes, 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> core(1, 1, 1, 0))
        .withMessageStartingWith("maxLogReads 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(0, 1, 1, 1, 1, 1, Duration.ZERO))
        .withMessageStartingWith("fetchChunkBytes 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(1, 1, 1, 1, 1, 0, Duration.ZERO))
        .withMessageStartingWith("maxWaitingReads 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(1, 1, 1, 1, 1, 1, Duration.ofNanos(-1)))
        .withMessageContaining("must not be negative");
  }

  /** Slots 2 and 3 are accepted but had no room; the token of the read that looks for slot 2. */
  private long readOwnJournal() {
    accepted(1);
    accepted(2);
    accepted(3);
    watermark(NEW, 3);
    assertThat(core.learned()).isEqualTo(new Slot(1));
    tickAfter(100);
    ReplicaEffect.ReadLog read = seen(ReplicaEffect.ReadLog.class).get(0);
    assertThat(read.fromSlot()).isEqualTo(new Slot(2));
    return read.token();
  }

  private static ReplicaCore core(
      long maxBuffered, long flushBytes, long maxUnflushed, int maxLogReads) {
    ReplicaSettings settings =
        settings(1000, maxBuffered, flushBytes, maxUnflushed, maxLogReads, 2, Duration.ZERO);
    return ReplicaCore.restore(
        A, List.of(A, B, C), settings, new InMemoryReplicaStore(Commands.terms(100)).load());
  }

  private static ReplicaSettings settings(
      int fetchChunk,
      long maxBuffered,
      long flushBytes,
      long maxUnflushed,
      int maxLogReads,
      int maxReads,
      Duration maxReadWait) {
    return new ReplicaSettings(
        Duration.ofMillis(100),
        Duration.ofMillis(1000),
        Duration.ofMillis(10),
        Duration.ofMillis(40),
        fetchChunk,
        maxBuffered,
        0,
        maxLogReads,
        flushBytes,
        Duration.ofDays(1),
        maxUnflushed,
        maxReads,
        maxReadWait,
        ServingSettings.DEFAULTS);
  }

  private void on(ReplicaInput input) {
    effects = core.on(input, new Now(nowMillis * 1_000_000, 0));
  }

  private void tickAfter(long millis) {
    nowMillis += millis;
    on(new ReplicaInput.Tick());
  }

  private void accepted(long slot) {
    on(new ReplicaInput.LocallyAccepted(new Slot(slot), NEW, batch(slot)));
  }

  private void watermark(Ballot ballot, long chosenUpTo) {
    on(new ReplicaInput.Watermark(ballot, new Slot(chosenUpTo), ballot.proposer()));
  }

  private void fetched(MemberId from, long fromSlot, long learnedUpTo, AcceptedPair... pairs) {
    on(
        new ReplicaInput.Fetched(
            from, new Slot(fromSlot), List.of(pairs), new Slot(learnedUpTo), false));
  }

  private <E> List<E> seen(Class<E> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private List<ReplicaEffect.Send> sent() {
    return seen(ReplicaEffect.Send.class);
  }

  private static ReplicaEffect.Send fetch(MemberId to, long from) {
    return new ReplicaEffect.Send(to, new SyncMessage.Fetch(new Slot(from), 1000));
  }

  private static AcceptedPair pair(long slot, Ballot ballot) {
    return new AcceptedPair(new Slot(slot), ballot, batch(slot));
  }

  private static Batch batch(long n) {
    return Commands.batch(Commands.put(n, "k" + n, "v"));
  }
}
