package io.holdfast.acceptor.core;

import static io.holdfast.acceptor.core.Samples.A;
import static io.holdfast.acceptor.core.Samples.B;
import static io.holdfast.acceptor.core.Samples.C;
import static io.holdfast.acceptor.core.Samples.MEMBERS;
import static io.holdfast.acceptor.core.Samples.WIDE;
import static io.holdfast.acceptor.core.Samples.accept;
import static io.holdfast.acceptor.core.Samples.ask;
import static io.holdfast.acceptor.core.Samples.ballot;
import static io.holdfast.acceptor.core.Samples.batch;
import static io.holdfast.acceptor.core.Samples.durable;
import static io.holdfast.acceptor.core.Samples.fresh;
import static io.holdfast.acceptor.core.Samples.learned;
import static io.holdfast.acceptor.core.Samples.member;
import static io.holdfast.acceptor.core.Samples.pair;
import static io.holdfast.acceptor.core.Samples.prepare;
import static io.holdfast.acceptor.core.Samples.slot;
import static io.holdfast.acceptor.core.Samples.trim;
import static io.holdfast.acceptor.core.SimulatedAcceptor.replies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.acceptor.core.AcceptorEffect.Answer;
import io.holdfast.acceptor.core.AcceptorEffect.CountDropped;
import io.holdfast.acceptor.core.AcceptorEffect.Persist;
import io.holdfast.acceptor.core.AcceptorEffect.ReportViolation;
import io.holdfast.acceptor.core.AcceptorEffect.TellAccepted;
import io.holdfast.acceptor.core.AcceptorEffect.TellRecorded;
import io.holdfast.acceptor.core.AcceptorEffect.TellWatermark;
import io.holdfast.acceptor.core.AcceptorEvent.ChosenRecorded;
import io.holdfast.acceptor.core.AcceptorEvent.LogTrimmed;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.AcceptorEvent.PromiseMade;
import io.holdfast.acceptor.core.AcceptorInput.Asked;
import io.holdfast.acceptor.core.AcceptorInput.ChosenFetched;
import io.holdfast.acceptor.core.AcceptorInput.MembersAre;
import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorReply.AlreadyChosen;
import io.holdfast.acceptor.core.AcceptorReply.ProbeConfirmed;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.AcceptorReply.Rejected;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Protocol, section 1: the table's rows and the rules below it. */
class AcceptorCoreTest {

  private static final Ballot A1 = ballot(1, A);
  private static final Ballot B1 = ballot(1, B);
  private static final Ballot A2 = ballot(2, A);

  private final AcceptorCore core = fresh(WIDE);

  // ---- The table, row by row.

  @Test
  void rejectsPrepareBelowPromise() {
    core.on(prepare(A2, 1));

    assertThat(core.on(prepare(B1, 1)))
        .containsExactly(new Answer(B, new Rejected(B1, Slot.ZERO, A2)));
  }

  @Test
  void rejectsAcceptBelowPromiseWithItsSlot() {
    core.on(prepare(A2, 1));

    assertThat(core.on(accept(B1, 5, "x")))
        .containsExactly(
            new TellWatermark(B1, Slot.ZERO), new Answer(B, new Rejected(B1, slot(5), A2)));
  }

  @Test
  void rejectsAcceptBelowPromiseEvenWhereTheSlotIsTrimmed() {
    learnAndTrim(200);
    core.on(prepare(A2, 201));

    assertThat(replies(core.on(accept(B1, 5, "x")))).containsExactly(new Rejected(B1, slot(5), A2));
  }

  @Test
  void answersAcceptOfTrimmedSlotAsAlreadyChosenAndPersistsNothing() {
    learnAndTrim(200);
    Ballot before = core.promised();

    List<AcceptorEffect> effects = core.on(accept(ballot(9, B), 7, "other"));

    assertThat(effects).noneMatch(Persist.class::isInstance);
    assertThat(replies(effects))
        .containsExactly(new AlreadyChosen(ballot(9, B), slot(7), slot(200)));
    assertThat(core.promised()).isEqualTo(before);
  }

  @Test
  void answersAcceptOfForgottenSlotAsAlreadyChosen() {
    AcceptorCore tight = fresh(new AcceptorLimits(1_000_000, 0, 1 << 20, 1 << 20));
    tight.on(accept(A1, 1, "x"));
    tight.on(learned(1));
    tight.on(durable(1));

    List<AcceptorEffect> effects = tight.on(accept(A2, 1, "x"));

    assertThat(effects).noneMatch(Persist.class::isInstance);
    assertThat(replies(effects)).containsExactly(new AlreadyChosen(A2, slot(1), slot(1)));
  }

  @Test
  void persistsThePromiseBeforeItAnswersPrepare() {
    assertThat(core.on(prepare(A1, 1)))
        .containsExactly(
            new Persist(1, new PromiseMade(A1)),
            new Answer(A, new Promised(A1, slot(1), Slot.ZERO, List.of(), 0, true, 1)));
  }

  @Test
  void persistsNothingForAPrepareThatItHasPromised() {
    core.on(prepare(A1, 1));

    assertThat(core.on(prepare(A1, 1)))
        .containsExactly(
            new Answer(A, new Promised(A1, slot(1), Slot.ZERO, List.of(), 0, true, 1)));
  }

  @Test
  void reportsAcceptedPairsAboveWhatItHasLearned() {
    core.on(accept(A1, 1, "one"));
    core.on(accept(A1, 2, "two"));
    core.on(accept(A1, 3, "three"));
    core.on(learned(1));

    Promised promised = (Promised) replies(core.on(prepare(B1, 1))).get(0);

    assertThat(promised.learnedUpTo()).isEqualTo(slot(1));
    assertThat(promised.accepted()).containsExactly(pair(2, A1, "two"), pair(3, A1, "three"));
  }

  @Test
  void reportsAcceptedPairsFromTheAskedSlotOnOnly() {
    core.on(accept(A1, 1, "one"));
    core.on(accept(A1, 2, "two"));

    Promised promised = (Promised) replies(core.on(prepare(B1, 2))).get(0);

    assertThat(promised.accepted()).containsExactly(pair(2, A1, "two"));
  }

  @Test
  void persistsPromiseAndPairAsOneEventBeforeItAnswersAccept() {
    core.on(new AcceptorInput.AppliedUpTo(slot(4), batch("chain").digest()));

    assertThat(core.on(accept(A1, 5, "x")))
        .containsExactly(
            new TellWatermark(A1, Slot.ZERO),
            new Persist(1, new PairAccepted(slot(5), A1, batch("x"))),
            new TellAccepted(pair(5, A1, "x")),
            new Answer(
                A,
                new Accepted(A1, slot(5), batch("x").digest(), slot(4), batch("chain").digest())));
    assertThat(core.promised()).isEqualTo(A1);
  }

  // ---- Named rules.

  @Test
  void acceptRaisesThePromise() {
    core.on(accept(A2, 1, "x"));

    assertThat(replies(core.on(prepare(B1, 1)))).containsExactly(new Rejected(B1, Slot.ZERO, A2));
  }

  @Test
  void latePrepareForAnOldSlotDoesNotEraseANewerPromise() {
    core.on(prepare(A2, 100));

    assertThat(replies(core.on(prepare(B1, 1)))).containsExactly(new Rejected(B1, Slot.ZERO, A2));
    assertThat(core.promised()).isEqualTo(A2);
  }

  @Test
  void answersFromWhatTheStepWroteThoughARivalFollowsBeforeTheWriteIsDone() {
    SimulatedAcceptor disk = new SimulatedAcceptor(WIDE);
    disk.on(prepare(A1, 1));
    disk.on(prepare(B1, 1));

    assertThat(disk.carryOutAll())
        .extracting(Answer::reply)
        .containsExactly(
            new Promised(A1, slot(1), Slot.ZERO, List.of(), 0, true, 1),
            new Promised(B1, slot(1), Slot.ZERO, List.of(), 0, true, 2));
  }

  @Test
  void answerOfADuplicateWaitsForTheWriteInFlight() {
    SimulatedAcceptor disk = new SimulatedAcceptor(WIDE);
    disk.on(accept(A1, 1, "x"));
    disk.on(accept(A1, 1, "x"));
    disk.on(prepare(A1, 1));

    // Watermark, then the write: nothing has been answered before it.
    assertThat(disk.carryOut(1)).isEmpty();
    disk.crashAndRestart();
    assertThat(disk.core().promised()).isEqualTo(Ballot.BOTTOM);
    assertThat(disk.carryOutAll()).isEmpty();
  }

  @Test
  void crashBetweenWriteAndAnswerKeepsThePromise() {
    SimulatedAcceptor disk = new SimulatedAcceptor(WIDE);
    disk.on(prepare(A2, 1));
    assertThat(disk.carryOut(1)).isEmpty();

    disk.crashAndRestart();
    disk.on(prepare(B1, 1));

    assertThat(disk.carryOutAll()).containsExactly(new Answer(B, new Rejected(B1, Slot.ZERO, A2)));
  }

  @Test
  void duplicateAcceptPersistsNothingAndAnswersTheSame() {
    List<AcceptorReply> first = replies(core.on(accept(A1, 1, "x")));

    List<AcceptorEffect> again = core.on(accept(A1, 1, "x"));

    assertThat(again).noneMatch(Persist.class::isInstance);
    assertThat(replies(again)).isEqualTo(first);
  }

  @Test
  void answersTheStoredDigestWhereOneBallotBringsTwoValues() {
    core.on(accept(A1, 1, "first"));

    List<AcceptorEffect> effects = core.on(accept(A1, 1, "second"));

    assertThat(effects).noneMatch(Persist.class::isInstance);
    assertThat(effects)
        .filteredOn(ReportViolation.class::isInstance)
        .singleElement()
        .satisfies(
            effect ->
                assertThat(((ReportViolation) effect).invariant()).isEqualTo("OneValuePerBallot"));
    assertThat(replies(effects))
        .singleElement()
        .satisfies(
            reply -> assertThat(((Accepted) reply).digest()).isEqualTo(batch("first").digest()));
  }

  @Test
  void higherBallotReplacesThePair() {
    core.on(accept(A1, 1, "old"));
    core.on(accept(A2, 1, "new"));

    Promised promised = (Promised) replies(core.on(prepare(ballot(3, B), 1))).get(0);

    assertThat(promised.accepted()).containsExactly(pair(1, A2, "new"));
  }

  @Test
  void refusesAJournalInWhichThePromiseRegresses() {
    AcceptorCore recovering = AcceptorCore.recovering(WIDE, Optional.empty(), Slot.ZERO);
    recovering.recover(1, new PromiseMade(A2));

    assertThatThrownBy(() -> recovering.recover(2, new PromiseMade(B1)))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageStartingWith("PromiseNeverRegresses");
  }

  @Test
  void refusesAJournalWithAPairBelowThePromise() {
    AcceptorCore recovering = AcceptorCore.recovering(WIDE, Optional.empty(), Slot.ZERO);
    recovering.recover(1, new PromiseMade(A2));

    assertThatThrownBy(() -> recovering.recover(2, new PairAccepted(slot(1), B1, batch("x"))))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageStartingWith("AcceptedWithinPromise");
  }

  @Test
  void refusesAJournalWithAHole() {
    AcceptorCore recovering = AcceptorCore.recovering(WIDE, Optional.empty(), Slot.ZERO);
    recovering.recover(1, new PromiseMade(A1));

    assertThatThrownBy(() -> recovering.recover(3, new PromiseMade(A2)))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageContaining("missing");
  }

  @Test
  void refusesToStartWhereTheStoreHoldsLessThanWasTrimmed() {
    AcceptorCore recovering = AcceptorCore.recovering(WIDE, Optional.empty(), slot(9));
    recovering.recover(1, new LogTrimmed(slot(10)));

    assertThatThrownBy(() -> recovering.start(MEMBERS, Slot.ZERO))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageStartingWith("StoreNotBehindJournal");
  }

  /**
   * Slots 1 and 2 are chosen with this member's vote and in its store, a snapshot leaves them to
   * the store, and the store is restored from a copy that ends at slot 1. If the acceptor started,
   * its promise would not name slot 2, and a candidate could have something else chosen there.
   */
  @Test
  void refusesToStartWhereTheStoreHoldsLessThanASnapshotLeftToIt() {
    AcceptorCore before = fresh(new AcceptorLimits(2, 0, 1 << 20, 1 << 20));
    before.on(accept(A1, 1, "one"));
    before.on(accept(A1, 2, "two"));
    before.on(learned(2));
    AcceptorSnapshot snapshot =
        ((AcceptorEffect.SaveSnapshot) before.on(durable(2)).get(0)).snapshot();

    assertThat(snapshot.durableUpTo()).isEqualTo(slot(2));
    AcceptorCore behind = AcceptorCore.recovering(WIDE, Optional.of(snapshot), slot(1));
    assertThatThrownBy(() -> behind.start(MEMBERS, Slot.ZERO))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageStartingWith("StoreNotBehindJournal")
        .hasMessageContaining("up to 2")
        .hasMessageContaining("up to 1");
    AcceptorCore restored = AcceptorCore.recovering(WIDE, Optional.of(snapshot), slot(2));
    restored.start(MEMBERS, Slot.ZERO);
    assertThat(restored.learnedUpTo()).isEqualTo(slot(2));
  }

  @Test
  void startsBesideAnEmptyStoreWhereTheJournalHoldsEverything() {
    AcceptorCore recovering = AcceptorCore.recovering(WIDE, Optional.empty(), Slot.ZERO);
    recovering.recover(1, new PairAccepted(slot(1), A1, batch("one")));
    recovering.start(MEMBERS, Slot.ZERO);

    Promised promised = (Promised) replies(recovering.on(prepare(A2, 1))).get(0);
    assertThat(promised.accepted()).containsExactly(pair(1, A1, "one"));
  }

  // ---- Members only.

  @Test
  void dropsStrangers() {
    MemberId stranger = member("z");

    assertThat(core.on(prepare(ballot(9, stranger), 1)))
        .containsExactly(new CountDropped("stranger"));
    assertThat(core.promised()).isEqualTo(Ballot.BOTTOM);
  }

  @Test
  void dropsAnotherIncarnationOfAMember() {
    MemberId reborn = new MemberId(new NodeId("a"), 8);

    assertThat(core.on(prepare(ballot(9, reborn), 1)))
        .containsExactly(new CountDropped("stranger"));
  }

  @Test
  void dropsABallotThatItsSenderDoesNotOwn() {
    assertThat(core.on(new Asked(B, new Prepare(A1, slot(1)))))
        .containsExactly(new CountDropped("stranger"));
  }

  @Test
  void answersNewMembersAndNoLongerThoseRemoved() {
    MemberId added = member("d");
    core.on(new MembersAre(Set.of(A, added)));

    assertThat(replies(core.on(prepare(ballot(1, added), 1)))).hasSize(1);
    assertThat(core.on(prepare(ballot(9, C), 1))).containsExactly(new CountDropped("stranger"));
  }

  // ---- Probes.

  @Test
  void confirmsAProbeOnlyWhileThePromiseIsExactlyItsBallot() {
    core.on(prepare(A1, 1));

    assertThat(core.on(ask(new Probe(A1, 42))))
        .containsExactly(new Answer(A, new ProbeConfirmed(A1, 42)));
    assertThat(core.on(ask(new Probe(A2, 43)))).isEmpty();
    core.on(prepare(B1, 1));
    assertThat(core.on(ask(new Probe(A1, 44))))
        .containsExactly(new Answer(A, new Rejected(A1, Slot.ZERO, B1)));
  }

  @Test
  void probePersistsNothing() {
    assertThat(core.on(ask(new Probe(A1, 1)))).isEmpty();
    assertThat(core.promised()).isEqualTo(Ballot.BOTTOM);
  }

  // ---- Fetched batches that are known to be chosen.

  @Test
  void recordsAFetchedBatchBelowThePromiseWithoutLoweringIt() {
    core.on(prepare(A2, 1));

    assertThat(core.on(new ChosenFetched(pair(1, B1, "chosen"))))
        .containsExactly(
            new Persist(2, new ChosenRecorded(slot(1), B1, batch("chosen"))),
            new TellRecorded(slot(1)));
    assertThat(core.promised()).isEqualTo(A2);
    core.on(learned(1));
    assertThat(core.learnedFrom(slot(1), 1 << 20)).containsExactly(pair(1, B1, "chosen"));
  }

  @Test
  void fetchedBatchReplacesAPairOfALowerBallot() {
    core.on(accept(A1, 1, "mine"));
    core.on(new ChosenFetched(pair(1, B1, "chosen")));
    core.on(learned(1));

    assertThat(core.learnedFrom(slot(1), 1 << 20)).containsExactly(pair(1, B1, "chosen"));
    assertThat(core.promised()).isEqualTo(B1);
  }

  /** The replica flushes nothing from that slot on before it is told. */
  @Test
  void saysThatAFetchedBatchIsRecordedWhereAPairOfAnEqualOrHigherBallotHoldsIt() {
    core.on(accept(B1, 1, "same"));

    assertThat(core.on(new ChosenFetched(pair(1, B1, "same"))))
        .containsExactly(new TellRecorded(slot(1)));
    assertThat(core.on(new ChosenFetched(pair(1, A1, "same"))))
        .containsExactly(new TellRecorded(slot(1)));
  }

  @Test
  void saysThatAFetchedBatchIsRecordedWhereTheStoreHoldsIt() {
    core.on(learned(3));
    core.on(durable(3));

    assertThat(core.on(new ChosenFetched(pair(3, A1, "x"))))
        .containsExactly(new TellRecorded(slot(3)));
  }

  @Test
  void saysThatAFetchedBatchIsRecordedWhereItsSlotIsTrimmed() {
    AcceptorCore trimmed = AcceptorCore.recovering(WIDE, Optional.empty(), slot(50));
    trimmed.start(MEMBERS, slot(50));

    assertThat(trimmed.on(new ChosenFetched(pair(50, A1, "x"))))
        .containsExactly(new TellRecorded(slot(50)));
  }

  @Test
  void reportsAFetchedBatchThatContradictsTheStoredOneAndDoesNotTakeItForRecorded() {
    core.on(accept(B1, 1, "mine"));

    assertThat(core.on(new ChosenFetched(pair(1, B1, "theirs"))))
        .singleElement()
        .satisfies(
            effect ->
                assertThat(((ReportViolation) effect).invariant()).isEqualTo("OneValuePerBallot"));
    assertThat(core.on(new ChosenFetched(pair(1, A1, "theirs"))))
        .singleElement()
        .satisfies(
            effect ->
                assertThat(((ReportViolation) effect).invariant()).isEqualTo("ChosenStaysChosen"));
  }

  // ---- Learning, serving, trimming.

  @Test
  void servesLearnedPairsOnlyAndWithoutHoles() {
    core.on(accept(A1, 1, "one"));
    core.on(accept(A1, 2, "two"));
    core.on(accept(A1, 4, "four"));
    core.on(learned(1));

    assertThat(core.learnedFrom(slot(1), 1 << 20)).containsExactly(pair(1, A1, "one"));
    core.on(learned(4));
    assertThat(core.learnedFrom(slot(1), 1 << 20)).hasSize(2);
    assertThat(core.learnedFrom(slot(3), 1 << 20)).isEmpty();
    assertThat(core.learnedFrom(slot(1), 1)).hasSize(1);
  }

  /** What its replica had no room for, it can have again; no peer is served from it. */
  @Test
  void givesItsReplicaAcceptedPairsThatAreNotLearned() {
    core.on(accept(A1, 1, "one"));
    core.on(accept(A1, 2, "two"));
    core.on(accept(A1, 3, "three"));
    core.on(accept(A1, 5, "five"));
    core.on(learned(1));

    assertThat(core.acceptedFrom(slot(2), 1 << 20))
        .containsExactly(pair(2, A1, "two"), pair(3, A1, "three"));
    assertThat(core.acceptedFrom(slot(2), 1)).containsExactly(pair(2, A1, "two"));
    assertThat(core.acceptedFrom(slot(4), 1 << 20)).isEmpty();
    assertThat(core.learnedFrom(slot(2), 1 << 20)).isEmpty();
  }

  @Test
  void servesNothingBelowAStoreThatWasInstalledFromASnapshot() {
    // Accepted and never chosen: the others chose something else, and this member missed it.
    AcceptorCore installed = AcceptorCore.recovering(WIDE, Optional.empty(), slot(50));
    installed.recover(1, new PairAccepted(slot(1), A1, batch("never chosen")));
    installed.recover(2, new PairAccepted(slot(51), A1, batch("open")));

    List<AcceptorEffect> effects = installed.start(MEMBERS, slot(50));

    assertThat(effects).containsExactly(new Persist(3, new LogTrimmed(slot(50))));
    assertThat(installed.learnedFrom(slot(1), 1 << 20)).isEmpty();
    assertThat(installed.segmentOf(slot(1))).isEmpty();
    assertThat(installed.locate(slot(1), 1 << 20))
        .isEqualTo(new LogPlace.InMemory(List.of(), false));
    assertThat(installed.acceptedFrom(slot(51), 1 << 20)).containsExactly(pair(51, A1, "open"));
    assertThat(installed.learnedUpTo()).isEqualTo(slot(50));
  }

  @Test
  void trimsToTheInstalledSlotOnce() {
    AcceptorCore again = AcceptorCore.recovering(WIDE, Optional.empty(), slot(60));
    again.recover(1, new PairAccepted(slot(1), A1, batch("never chosen")));
    again.recover(2, new LogTrimmed(slot(50)));

    assertThat(again.start(MEMBERS, slot(50))).isEmpty();
    assertThat(again.trimmedTo()).isEqualTo(slot(50));
  }

  /** The store is put in place first; a crash before the trim is on disk leaves it to be done. */
  @Test
  void trimsAtTheNextStartWhereACrashCameBeforeTheTrimWasOnDisk() {
    AcceptorCore first = AcceptorCore.recovering(WIDE, Optional.empty(), slot(50));
    first.recover(1, new PairAccepted(slot(1), A1, batch("never chosen")));
    first.start(MEMBERS, slot(50));

    AcceptorCore second = AcceptorCore.recovering(WIDE, Optional.empty(), slot(50));
    second.recover(1, new PairAccepted(slot(1), A1, batch("never chosen")));

    assertThat(second.start(MEMBERS, slot(50)))
        .containsExactly(new Persist(2, new LogTrimmed(slot(50))));
    assertThat(second.learnedFrom(slot(1), 1 << 20)).isEmpty();
  }

  @Test
  void keepsItsPromiseThoughItsStoreIsReplaced() {
    AcceptorCore installed = AcceptorCore.recovering(WIDE, Optional.empty(), slot(50));
    installed.recover(1, new PairAccepted(slot(7), B1, batch("never chosen")));
    installed.start(MEMBERS, slot(50));

    assertThat(installed.promised()).isEqualTo(B1);
    assertThat(replies(installed.on(accept(A1, 51, "late"))))
        .containsExactly(new Rejected(A1, slot(51), B1));
  }

  @Test
  void refusesAStoreThatHoldsLessThanTheSnapshotThatItWasInstalledFrom() {
    AcceptorCore behind = AcceptorCore.recovering(WIDE, Optional.empty(), slot(49));

    assertThatThrownBy(() -> behind.start(MEMBERS, slot(50)))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageStartingWith("StoreNotBehindJournal");
  }

  @Test
  void neverTrimsAboveWhatIsLearnedAndDurableHere() {
    core.on(learned(400));
    core.on(durable(300));

    assertThat(core.on(trim(1000))).containsExactly(new Persist(1, new LogTrimmed(slot(300))));
    assertThat(core.trimmedTo()).isEqualTo(slot(300));
  }

  @Test
  void trimsOnlyWhereAWholeSegmentCanGo() {
    core.on(learned(400));
    core.on(durable(400));

    assertThat(core.on(trim(127))).isEmpty();
    assertThat(core.on(trim(128))).hasSize(1);
    assertThat(core.on(trim(255))).isEmpty();
    assertThat(core.on(trim(256))).hasSize(1);
  }

  @Test
  void forgetsWhereTrimmedPairsStood() {
    core.on(accept(A1, 5, "x"));
    core.on(accept(A1, 130, "y"));
    core.on(learned(129));
    core.on(durable(129));
    core.on(trim(129));

    assertThat(core.segmentOf(slot(5))).isEmpty();
    assertThat(core.segmentOf(slot(130)).orElseThrow().firstSequenceNumber()).isEqualTo(2);
  }

  // ---- Bounds.

  @Test
  void promiseComesInBoundedChunksOfOneAnswer() {
    int pairSize = (int) AcceptedTail.sizeOf(pair(1, A1, "0123456789"));
    AcceptorCore small = fresh(new AcceptorLimits(1000, 1 << 20, 1 << 20, 2 * pairSize));
    for (int i = 1; i <= 5; i++) {
      small.on(accept(A1, i, "0123456789"));
    }

    List<AcceptorReply> replies = replies(small.on(prepare(B1, 1)));

    assertThat(replies).hasSize(3);
    List<Slot> reported = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Promised chunk = (Promised) replies.get(i);
      assertThat(chunk.chunk()).isEqualTo(i);
      assertThat(chunk.last()).isEqualTo(i == 2);
      assertThat(chunk.builtAt()).isEqualTo(6);
      assertThat(chunk.accepted()).hasSizeLessThanOrEqualTo(2);
      chunk.accepted().forEach(accepted -> reported.add(accepted.slot()));
    }
    assertThat(reported).containsExactly(slot(1), slot(2), slot(3), slot(4), slot(5));
  }

  @Test
  void pairLargerThanAChunkHasOneToItself() {
    AcceptorCore small = fresh(new AcceptorLimits(1000, 1 << 20, 1 << 20, 1));
    small.on(accept(A1, 1, "large"));
    small.on(accept(A1, 2, "large"));

    assertThat(replies(small.on(prepare(B1, 1)))).hasSize(2);
  }

  @Test
  void laterAnswerToTheSamePrepareIsToldApart() {
    core.on(prepare(A1, 1));
    Promised first = (Promised) replies(core.on(prepare(A1, 1))).get(0);
    core.on(new ChosenFetched(pair(1, Ballot.BOTTOM, "x")));
    Promised second = (Promised) replies(core.on(prepare(A1, 1))).get(0);

    assertThat(second.builtAt()).isNotEqualTo(first.builtAt());
  }

  @Test
  void keepsEveryPairThatAVoteMayNeedHoweverLittleRoomThereIs() {
    AcceptorCore tight = fresh(new AcceptorLimits(1000, 0, 1 << 20, 1 << 20));
    tight.on(accept(A1, 1, "one"));
    tight.on(accept(A1, 2, "two"));
    tight.on(durable(2));
    assertThat(tight.tailBytes()).isPositive();

    tight.on(learned(1));
    Promised promised = (Promised) replies(tight.on(prepare(B1, 1))).get(0);
    assertThat(promised.accepted()).containsExactly(pair(2, A1, "two"));
    assertThat(tight.learnedFrom(slot(1), 1 << 20)).isEmpty();

    tight.on(learned(2));
    assertThat(tight.tailBytes()).isZero();
  }

  @Test
  void dropsAcceptsOfNewSlotsBeyondItsRoomButNotTheOneTheReplicaNeeds() {
    AcceptorCore tight = fresh(new AcceptorLimits(1000, 0, 400, 1 << 20));
    tight.on(accept(A1, 2, "x"));
    tight.on(accept(A1, 3, "x"));

    assertThat(tight.on(accept(A1, 4, "x"))).contains(new CountDropped("overloaded"));
    assertThat(replies(tight.on(accept(A1, 1, "x")))).hasSize(1);
    assertThat(replies(tight.on(accept(A2, 3, "x")))).hasSize(1);
  }

  @Test
  void snapshotsOnceEnoughEventsAreWrittenAndNotTwiceAtATime() {
    AcceptorCore often = fresh(new AcceptorLimits(2, 1 << 20, 1 << 20, 1 << 20));
    often.on(accept(A1, 1, "one"));
    often.on(accept(A1, 2, "two"));
    often.on(learned(1));

    List<AcceptorEffect> due = often.on(durable(1));
    assertThat(due).hasSize(1);
    AcceptorSnapshot snapshot = ((AcceptorEffect.SaveSnapshot) due.get(0)).snapshot();
    assertThat(snapshot.tail()).containsExactly(pair(2, A1, "two"));
    often.on(accept(A1, 3, "three"));
    often.on(accept(A1, 4, "four"));
    assertThat(often.on(durable(1))).isEmpty();

    // The events of slot 1 are still what it can be served from.
    assertThat(often.on(new AcceptorInput.SnapshotSaved(2))).isEmpty();
    assertThat(often.on(durable(1))).hasSize(1);
  }

  @Test
  void snapshotsOnceEnoughBytesAreWrittenHoweverFewTheEvents() {
    long pairSize = AcceptedTail.sizeOf(pair(1, A1, "large"));
    AcceptorCore large = fresh(new AcceptorLimits(1_000_000, 0, 3 * pairSize, 1 << 20));
    for (int i = 1; i <= 2; i++) {
      large.on(accept(A1, i, "large"));
      large.on(learned(i));
      assertThat(large.on(durable(i))).isEmpty();
    }
    large.on(accept(A1, 3, "large"));
    large.on(learned(3));
    assertThat(large.on(durable(3)))
        .singleElement()
        .satisfies(
            effect ->
                assertThat(((AcceptorEffect.SaveSnapshot) effect).snapshot().sequenceNumber())
                    .isEqualTo(3));

    large.on(new AcceptorInput.SnapshotSaved(3));
    large.on(accept(A1, 4, "large"));
    large.on(learned(4));
    assertThat(large.on(durable(4))).isEmpty();
  }

  private void learnAndTrim(long slot) {
    core.on(learned(slot));
    core.on(durable(slot));
    core.on(trim(slot));
  }

  @Test
  void requestsOfSlotZeroAreRefusedByTheirType() {
    assertThatThrownBy(() -> new Accept(A1, Slot.ZERO, Batch.NO_OP, Slot.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the first slot is 1");
    assertThatThrownBy(() -> new Prepare(A1, Slot.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the first slot is 1");
  }
}
