package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.D;
import static io.holdfast.quorum.core.Scene.accepts;
import static io.holdfast.quorum.core.Scene.asks;
import static io.holdfast.quorum.core.Scene.batch;
import static io.holdfast.quorum.core.Scene.prepareFor;
import static io.holdfast.quorum.core.Scene.probes;
import static io.holdfast.quorum.core.Scene.promised;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.AlreadyChosen;
import io.holdfast.acceptor.core.AcceptorReply.Rejected;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.CoordinatorEffect.CatchUp;
import io.holdfast.quorum.core.CoordinatorEffect.ConcludeRead;
import io.holdfast.quorum.core.CoordinatorEffect.MembersAre;
import io.holdfast.quorum.core.CoordinatorEffect.NoteDrift;
import io.holdfast.quorum.core.CoordinatorEffect.NoteSkew;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.RefuseRead;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorEffect.TellWatermark;
import io.holdfast.quorum.core.CoordinatorMessage.Alive;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Protocol, section 4: what a leader does with writes, reads and changes of configuration. */
class LeadershipTest {

  private final Scene scene = Scene.of(2, A, B, C);

  // ---- Writes.

  @Test
  void writeIsCommittedOnceItIsChosenAndExecutedHere() {
    Ballot ballot = scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    assertThat(accept).isEqualTo(new Accept(ballot, slot(1), batch("x"), Slot.ZERO));

    assertThat(scene.accepted(A, accept)).isEmpty();
    assertThat(scene.accepted(B, accept)).contains(new TellWatermark(ballot, slot(1)));
    assertThat(scene.outcomes(1)).isEmpty();
    scene.executed(1, accept.batch());

    Outcome.Committed committed = (Outcome.Committed) scene.outcome(1);
    assertThat(committed.slot()).isEqualTo(slot(1));
    assertThat(committed.result()).isEqualTo(ByteString.copyFromUtf8("result 0"));
    assertThat(committed.acks().got()).isEqualTo(2);
  }

  @Test
  void acknowledgementsWithoutTheLocalOneChooseNothing() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(B, accept);

    assertThat(scene.accepted(C, accept)).noneMatch(TellWatermark.class::isInstance);
    assertThat(scene.accepted(A, accept)).anyMatch(TellWatermark.class::isInstance);
  }

  @Test
  void acknowledgementOfAnotherBallotIsIgnored() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    Accept other = new Accept(new Ballot(99, A), slot(1), accept.batch(), Slot.ZERO);

    assertThat(scene.accepted(B, other)).isEmpty();
    keepHearing(2100);
    assertThat(((Outcome.Undecided) scene.outcome(1)).verdict().acks().got()).isEqualTo(1);
  }

  @Test
  void executionOfAnotherBatchInTheSlotCommitsNobody() {
    scene.lead(B);
    scene.propose(1, "x");
    scene.executed(1, batch("someone else's"));

    assertThat(scene.outcomes(1)).isEmpty();
  }

  @Test
  void commandsGatherWhileASlotIsInFlight() {
    scene.lead(B);
    scene.propose(1, "one");
    assertThat(accepts(scene.propose(2, "two"), B)).isEmpty();

    assertThat(accepts(scene.propose(3, "three"), B))
        .extracting(Accept::batch)
        .containsExactly(batch("two", "three"));
  }

  @Test
  void waitingCommandGoesOutWhenNothingIsInFlight() {
    scene.lead(B);
    Accept first = accepts(scene.propose(1, "one"), B).get(0);
    scene.propose(2, "two");
    scene.accepted(A, first);

    assertThat(accepts(scene.accepted(B, first), B))
        .extracting(Accept::batch)
        .containsExactly(batch("two"));
  }

  @Test
  void slotWithoutProgressHoldsNoOthersBack() {
    scene.lead(B);
    scene.propose(1, "one");
    scene.propose(2, "two");
    int before = scene.all.size();
    keepHearing(1000);

    assertThat(accepts(scene.all.subList(before, scene.all.size()), B))
        .extracting(Accept::batch)
        .contains(batch("two"));
  }

  @Test
  void waitingCommandIsRefusedOnceItHasWaitedAsLongAsForAVerdict() {
    Scene wide = new Scene(Configuration.of(List.of(A, B, C), 2));
    wide.lead(B);
    for (int token = 1; token <= 5; token++) {
      wide.propose(token, "x".repeat(90));
    }
    for (int millis = 0; millis < 2100; millis += 100) {
      wide.alive(B);
      wide.alive(C);
      wide.pass(100);
    }

    assertThat(wide.outcome(5))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.OVERLOADED));
    assertThat(accepts(wide.all, B)).noneMatch(accept -> accept.slot().equals(slot(5)));
  }

  @Test
  void windowBoundsTheSlotsInFlight() {
    Scene wide = new Scene(Configuration.of(List.of(A, B, C), 2));
    wide.lead(B);
    wide.propose(1, "x".repeat(90));
    wide.propose(2, "x".repeat(90));
    wide.propose(3, "x".repeat(90));
    wide.propose(4, "x".repeat(90));
    assertThat(accepts(wide.all, B)).hasSize(4);

    assertThat(accepts(wide.propose(5, "x".repeat(90)), B)).isEmpty();
  }

  @Test
  void refusesBeyondItsBoundAndNeverDropsSilently() {
    scene.lead(B);
    for (int token = 1; token <= 7; token++) {
      scene.propose(token, "x");
    }

    assertThat(scene.outcome(7))
        .isEqualTo(new Outcome.Refused(OutcomeCode.OVERLOADED, Optional.of(A)));
    assertThat(scene.outcomes(6)).isEmpty();
  }

  @Test
  void refusesWritesWhereItDoesNotLead() {
    scene.heartbeat(new Ballot(3, B), 0);
    scene.propose(1, "x");
    scene.read(2);

    assertThat(scene.outcome(1))
        .isEqualTo(new Outcome.Refused(OutcomeCode.NO_LEADER, Optional.of(B)));
    assertThat(scene.all).contains(new RefuseRead(2, OutcomeCode.NO_LEADER, Optional.of(B)));
  }

  @Test
  void unacknowledgedAcceptsAreSentAgainEverMoreRarely() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    int[] sent = new int[3];
    for (int i = 0; i < 3; i++) {
      scene.alive(C);
      sent[i] = accepts(scene.pass(800), B).size();
    }

    assertThat(sent[0]).isGreaterThanOrEqualTo(3);
    assertThat(sent[2]).isBetween(1, 2);
    assertThat(accepts(scene.all, A)).hasSize(1);
  }

  @Test
  void undecidedAtTheDeadlineWithWhoAnswered() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    keepHearing(2100);

    Outcome.Undecided undecided = (Outcome.Undecided) scene.outcome(1);
    assertThat(((Verdict.NotMet) undecided.verdict()).reason())
        .isEqualTo(Verdict.Reason.UNREACHABLE);
    assertThat(undecided.verdict().acks().got()).isEqualTo(1);
    assertThat(undecided.preemptedBy()).isEmpty();
  }

  @Test
  void ackTimeoutOfAPolicyIsThatOfProposalsFromThenOn() {
    scene.lead(B);
    scene.on(new CoordinatorInput.AckTimeoutChanged(Optional.of(Duration.ofMillis(300))));
    scene.accepted(A, accepts(scene.propose(1, "by the policy"), B).get(0));
    keepHearing(200);
    assertThat(scene.outcomes(1)).isEmpty();
    keepHearing(200);
    assertThat(scene.outcome(1)).isInstanceOf(Outcome.Undecided.class);

    scene.on(new CoordinatorInput.AckTimeoutChanged(Optional.empty()));
    scene.propose(2, "by the settings again");
    keepHearing(1900);
    assertThat(scene.outcomes(2)).isEmpty();
    keepHearing(300);
    assertThat(scene.outcomes(2)).isNotEmpty();
  }

  @Test
  void metAtTheDeadlineWaitsForItsExecution() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    scene.accepted(B, accept);
    keepHearing(2500);
    assertThat(scene.outcomes(1)).isEmpty();
    scene.executed(1, accept.batch());

    assertThat(scene.outcome(1)).isInstanceOf(Outcome.Committed.class);
  }

  @Test
  void laterSlotsChosenOutOfOrderFollowTheOneThatWasChosenElsewhere() {
    Ballot ballot = scene.lead(B);
    scene.propose(1, "x".repeat(90));
    scene.propose(2, "x".repeat(90));
    List<Accept> sent = accepts(scene.all, B);
    scene.accepted(A, sent.get(1));
    scene.accepted(B, sent.get(1));
    scene.accepted(C, sent.get(1));

    List<CoordinatorEffect> effects = scene.replied(B, new AlreadyChosen(ballot, slot(1), slot(1)));

    assertThat(effects).contains(new CatchUp(slot(1), B), new TellWatermark(ballot, slot(2)));
  }

  // ---- Preemption, drift, failure.

  @Test
  void trackersOutliveLeadershipAndConcludeAtTheirDeadlineWithThePreemption() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    scene.propose(2, "queued");
    Ballot higher = new Ballot(50, C);
    scene.replied(C, new Rejected(accept.ballot(), slot(1), higher));
    assertThat(scene.outcome(2)).isInstanceOf(Outcome.Refused.class);
    assertThat(scene.outcomes(1)).isEmpty();
    scene.pass(2100);

    Outcome.Undecided undecided = (Outcome.Undecided) scene.outcome(1);
    assertThat(((Verdict.NotMet) undecided.verdict()).reason()).isEqualTo(Verdict.Reason.TIMEOUT);
    assertThat(undecided.preemptedBy()).contains(higher);
  }

  @Test
  void acknowledgementAfterLosingLeadershipStillCounts() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    scene.heartbeat(new Ballot(50, C), 0);
    scene.accepted(B, accept);
    scene.pass(2100);
    assertThat(scene.outcomes(1)).isEmpty();
    scene.executed(1, accept.batch());

    assertThat(((Outcome.Committed) scene.outcome(1)).acks().got()).isEqualTo(2);
  }

  /**
   * Found live: an answer said committed with got 1 of 2, where a late one came before the tick.
   */
  @Test
  void lateAcknowledgementBetweenTheDeadlineAndTheTickChangesNoVerdict() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    scene.passUntold(2005);
    scene.accepted(B, accept);
    scene.executed(1, accept.batch());

    Verdict verdict = ((Outcome.Undecided) scene.outcome(1)).verdict();
    assertThat(((Verdict.NotMet) verdict).reason()).isEqualTo(Verdict.Reason.UNREACHABLE);
    assertThat(verdict.acks().got()).isEqualTo(1);
    scene.pass(50);
    assertThat(scene.outcomes(1)).as("it is told once").hasSize(1);
  }

  @Test
  void anotherDigestIsADriftAndNoAcknowledgement() {
    Ballot ballot = scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);

    List<CoordinatorEffect> effects =
        scene.replied(
            B, new Accepted(ballot, slot(1), batch("y").digest(), Slot.ZERO, Digest.ZERO));

    assertThat(effects).hasSize(1).allMatch(NoteDrift.class::isInstance);
    keepHearing(2100);
    Verdict.NotMet verdict = (Verdict.NotMet) ((Outcome.Undecided) scene.outcome(1)).verdict();
    assertThat(verdict.reason()).isEqualTo(Verdict.Reason.ID_DRIFT);
  }

  @Test
  void anotherChainHashAtOurSlotIsADriftAndNoAcknowledgement() {
    Ballot ballot = scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);

    assertThat(
            scene.replied(
                B,
                new Accepted(ballot, slot(1), batch("x").digest(), Slot.ZERO, batch("z").digest())))
        .hasSize(1)
        .allMatch(NoteDrift.class::isInstance);
  }

  @Test
  void chainHashOfASlotThatIsNotExecutedHereSaysNothing() {
    Ballot ballot = scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);

    assertThat(
            scene.replied(
                B,
                new Accepted(ballot, slot(1), batch("x").digest(), slot(5), batch("z").digest())))
        .contains(new TellWatermark(ballot, slot(1)));
  }

  @Test
  void signsOfLifeShowDriftAndSkew() {
    MemberState ahead =
        new MemberState(Slot.ZERO, Slot.ZERO, batch("z").digest(), Slot.ZERO, 12_345);

    List<CoordinatorEffect> effects = scene.said(B, new Alive(ahead));

    assertThat(effects).contains(new NoteSkew(B, 12_345 - scene.now().wallMillis()));
    assertThat(effects).anyMatch(NoteDrift.class::isInstance);
  }

  @Test
  void nothingIsAcknowledgedAfterTheLocalWriteFailed() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.propose(2, "queued");
    scene.accepted(A, accept);
    scene.read(3);
    scene.on(new CoordinatorInput.LocalWriteFailed());

    Outcome.Undecided undecided = (Outcome.Undecided) scene.outcome(1);
    assertThat(undecided.verdict()).isInstanceOf(Verdict.LocalWriteFailed.class);
    assertThat(scene.outcome(2)).isInstanceOf(Outcome.Refused.class);
    assertThat(scene.all).anyMatch(RefuseRead.class::isInstance);
    scene.accepted(B, accept);
    scene.executed(1, accept.batch());
    scene.propose(4, "later");
    assertThat(scene.outcome(1)).isSameAs(undecided);
    assertThat(scene.outcome(4)).isInstanceOf(Outcome.Refused.class);
    assertThat(scene.pass(3000)).isEmpty();
  }

  @Test
  void resigningFinishesWhatIsUnderWayAndTakesNoMore() {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.on(new CoordinatorInput.Resign());
    scene.propose(2, "too late");
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
    scene.accepted(A, accept);
    scene.accepted(B, accept);

    assertThat(scene.executed(1, accept.batch())).contains(new CoordinatorEffect.ResignDone());
    assertThat(scene.outcome(1)).isInstanceOf(Outcome.Committed.class);
    assertThat(scene.outcome(2)).isInstanceOf(Outcome.Refused.class);
  }

  // ---- Reads.

  @Test
  void readIsAnsweredOnceWMembersConfirmTheProbe() {
    scene.lead(B);
    Probe probe = probes(scene.read(1), A).get(0);
    assertThat(scene.confirm(B, probe)).isEmpty();

    assertThat(scene.confirm(A, probe)).containsExactly(new ConcludeRead(1, Slot.ZERO));
  }

  @Test
  void readIsNotAnsweredByOthersAlone() {
    scene.lead(B);
    Probe probe = probes(scene.read(1), B).get(0);
    scene.confirm(B, probe);

    assertThat(scene.confirm(C, probe)).isEmpty();
  }

  @Test
  void confirmationOfAnEarlierProbeNeverAnswersALaterRead() {
    scene.lead(B);
    Probe first = probes(scene.read(1), A).get(0);
    scene.confirm(A, first);
    scene.confirm(B, first);
    scene.read(2);

    assertThat(scene.confirm(A, first)).isEmpty();
    assertThat(scene.confirm(C, first)).isEmpty();
  }

  @Test
  void readsThatArriveDuringAProbeShareTheNextOne() {
    scene.lead(B);
    Probe first = probes(scene.read(1), A).get(0);
    assertThat(scene.read(2)).isEmpty();
    assertThat(scene.read(3)).isEmpty();
    scene.confirm(B, first);
    List<CoordinatorEffect> effects = scene.confirm(A, first);
    assertThat(effects)
        .contains(new ConcludeRead(1, Slot.ZERO))
        .doesNotContain(new ConcludeRead(2, Slot.ZERO));
    Probe second = probes(effects, A).get(0);
    assertThat(second.nonce()).isNotEqualTo(first.nonce());
    scene.confirm(B, second);

    assertThat(scene.confirm(A, second))
        .containsExactly(new ConcludeRead(2, Slot.ZERO), new ConcludeRead(3, Slot.ZERO));
  }

  @Test
  void readsAreBounded() {
    scene.lead(B);
    for (int token = 1; token <= 4; token++) {
      scene.read(token);
    }

    assertThat(scene.all).contains(new RefuseRead(4, OutcomeCode.OVERLOADED, Optional.of(A)));
  }

  @Test
  void unansweredProbesAreSentAgain() {
    scene.lead(B);
    Probe probe = probes(scene.read(1), C).get(0);

    assertThat(probes(scene.pass(200), C)).contains(probe);
  }

  @Test
  void noReadBeforeEveryRecoveredSlotIsChosen() {
    long nonce = scene.campaign();
    Prepare prepare = prepareFor(A, scene.grant(B, nonce));
    scene.replied(A, promised(prepare, 0));
    AcceptedPair open = new AcceptedPair(slot(1), new Ballot(1, C), batch("open"));
    Accept accept = accepts(scene.replied(B, promised(prepare, 0, open)), B).get(0);
    assertThat(scene.read(1)).isEmpty();
    scene.accepted(A, accept);
    List<CoordinatorEffect> effects = scene.accepted(B, accept);
    Probe probe = probes(effects, A).get(0);
    scene.confirm(B, probe);

    assertThat(scene.confirm(A, probe)).containsExactly(new ConcludeRead(1, slot(1)));
  }

  @Test
  void noReadWhileTheVotersOfTheNextSlotAreUnknown() {
    // Elected on the old configuration while the log that it has not executed may hold a change.
    Scene behind = new Scene(Configuration.of(List.of(A, B, C), 2), 4, Ballot.BOTTOM);
    long nonce = behind.campaign();
    Prepare prepare = prepareFor(A, behind.grant(B, nonce));
    behind.replied(A, promised(prepare, 0));
    behind.replied(B, promised(prepare, 5));
    assertThat(behind.read(1)).isEmpty();
    behind.executed(1, batch("1"));

    // Slot 6 may be voted on by what slot 2 says.
    assertThat(probes(behind.all, A)).isEmpty();
    assertThat(probes(behind.executed(2, batch("2")), A)).hasSize(1);
  }

  @Test
  void noReadBeforeTheVotersOfTheNextSlotHavePromised() {
    // An earlier leader may have had slot 2 chosen by members that this one has not heard from.
    Scene growing = new Scene(Configuration.of(List.of(A, B), 2), 1, Ballot.BOTTOM);
    growing.lead(B);
    Accept first = accepts(growing.propose(1, "1"), B).get(0);
    growing.accepted(A, first);
    growing.accepted(B, first);
    Configuration four = Configuration.of(List.of(A, B, C, D), 1);
    growing.on(new CoordinatorInput.ConfigurationExecuted(slot(1), four));
    growing.executed(1, first.batch());
    assertThat(growing.read(7)).isEmpty();
    Prepare prepare = asks(growing.all, D, Prepare.class).get(0);
    growing.replied(C, promised(prepare, 0));
    assertThat(probes(growing.all, A)).isEmpty();
    AcceptedPair chosenBefore = new AcceptedPair(slot(2), new Ballot(0, D), batch("by D alone"));

    List<CoordinatorEffect> effects = growing.replied(D, promised(prepare, 0, chosenBefore));

    assertThat(probes(effects, A)).isEmpty();
    Accept again = accepts(effects, A).get(0);
    assertThat(again.batch()).isEqualTo(chosenBefore.batch());
    growing.accepted(A, again);
    Probe probe = probes(growing.executed(2, again.batch()), A).get(0);
    assertThat(growing.confirm(A, probe)).containsExactly(new ConcludeRead(7, slot(2)));
  }

  @Test
  void probeAsksTheVotersOfTheSlotAfterTheReadIndexNotThoseOfALaterOne() {
    Scene changing = new Scene(Configuration.of(List.of(A, B, C), 2), 2, Ballot.BOTTOM);
    changing.lead(B, C);
    Accept first = accepts(changing.propose(1, "1"), B).get(0);
    changing.accepted(A, first);
    changing.accepted(B, first);
    Configuration next = Configuration.of(List.of(A, D), 2);
    changing.on(new CoordinatorInput.ConfigurationExecuted(slot(1), next));
    changing.replied(D, promised(new Prepare(first.ballot(), slot(1)), 0));
    changing.executed(1, first.batch());
    // Slot 2 is in flight under the old voters, slot 3 under the new ones.
    assertThat(accepts(changing.all, D)).extracting(Accept::slot).contains(slot(3));

    List<CoordinatorEffect> effects = changing.read(1);

    assertThat(probes(effects, B)).hasSize(1);
    assertThat(probes(effects, D)).isEmpty();
  }

  @Test
  void readsAreRefusedWhenLeadershipEnds() {
    scene.lead(B);
    Probe probe = probes(scene.read(1), A).get(0);
    scene.read(2);
    scene.heartbeat(new Ballot(50, C), 0);

    assertThat(scene.all).filteredOn(RefuseRead.class::isInstance).hasSize(2);
    assertThat(scene.confirm(A, probe)).isEmpty();
    assertThat(scene.confirm(B, probe)).isEmpty();
  }

  // ---- Configurations by slot.

  @Test
  void proposesNoSlotWhoseConfigurationIsUnknown() {
    Scene narrow = new Scene(Configuration.of(List.of(A, B, C), 1), 2, Ballot.BOTTOM);
    narrow.lead(B, C);
    for (int token = 1; token <= 2; token++) {
      Accept accept = accepts(narrow.propose(token, "x" + token), A).get(0);
      narrow.accepted(A, accept);
    }
    assertThat(accepts(narrow.propose(3, "x3"), A)).isEmpty();

    assertThat(accepts(narrow.executed(1, batch("x1")), A))
        .extracting(Accept::slot)
        .containsExactly(slot(3));
  }

  @Test
  void changeOfWGovernsFromItsSlotOn() {
    Scene changing = new Scene(Configuration.of(List.of(A, B, C), 2), 1, Ballot.BOTTOM);
    Ballot ballot = changing.lead(B, C);
    Accept first = accepts(changing.propose(1, "1"), B).get(0);
    changing.accepted(A, first);
    changing.accepted(B, first);
    Configuration three = Configuration.of(List.of(A, B, C), 3);
    changing.on(new CoordinatorInput.ConfigurationExecuted(slot(1), three));
    changing.executed(1, first.batch());
    Accept second = accepts(changing.all, C).get(1);
    assertThat(second.slot()).isEqualTo(slot(2));
    changing.accepted(A, second);

    assertThat(changing.accepted(B, second)).noneMatch(TellWatermark.class::isInstance);
    assertThat(changing.accepted(C, second)).contains(new TellWatermark(ballot, slot(2)));
  }

  @Test
  void fillsWithNoOpsUpToTheSlotFromWhichAChangeGoverns() {
    Scene changing = new Scene(Configuration.of(List.of(A, B, C), 2), 3, Ballot.BOTTOM);
    changing.lead(B, C);
    Accept first = accepts(changing.propose(1, "1"), B).get(0);
    changing.accepted(A, first);
    changing.accepted(B, first);
    Configuration two = Configuration.of(List.of(A, B), 2);
    changing.on(new CoordinatorInput.ConfigurationExecuted(slot(1), two));
    changing.executed(1, first.batch());

    assertThat(accepts(changing.all, B))
        .extracting(Accept::slot)
        .containsExactly(slot(1), slot(2), slot(3), slot(4));
    assertThat(accepts(changing.all, C)).extracting(Accept::slot).doesNotContain(slot(4));
    assertThat(accepts(changing.all, B).get(3).batch()).isEqualTo(Batch.NO_OP);
  }

  @Test
  void newLeaderFillsUpToAChangeThatItExecutedBefore() {
    Scene changing = new Scene(Configuration.of(List.of(A, B, C), 2), 2, Ballot.BOTTOM);
    changing.on(new CoordinatorInput.Learned(slot(1)));
    Configuration two = Configuration.of(List.of(A, B), 2);
    changing.on(new CoordinatorInput.ConfigurationExecuted(slot(1), two));
    changing.executed(1, batch("change"));
    changing.lead(B, C);

    assertThat(accepts(changing.all, B)).extracting(Accept::slot).containsExactly(slot(2), slot(3));
  }

  @Test
  void gathersThePromisesOfNewMembersBeforeItProposesToThem() {
    Scene growing = new Scene(Configuration.of(List.of(A, B), 2), 1, Ballot.BOTTOM);
    growing.lead(B);
    Accept first = accepts(growing.propose(1, "1"), B).get(0);
    growing.accepted(A, first);
    growing.accepted(B, first);
    // With w = 1 everyone must promise.
    Configuration four = Configuration.of(List.of(A, B, C, D), 1);
    List<CoordinatorEffect> effects =
        growing.on(new CoordinatorInput.ConfigurationExecuted(slot(1), four));
    assertThat(effects).contains(new MembersAre(four.members(), four.members()));
    growing.executed(1, first.batch());
    Prepare prepare = asks(growing.all, D, Prepare.class).get(0);
    assertThat(accepts(growing.all, D)).isEmpty();
    growing.replied(C, promised(prepare, 0));
    assertThat(accepts(growing.all, D)).isEmpty();

    assertThat(accepts(growing.replied(D, promised(prepare, 0)), D))
        .extracting(Accept::slot)
        .containsExactly(slot(2));
  }

  @Test
  void removedLeaderFinishesWhatIsInFlightAndStepsDownAtTheEffectSlot() {
    Scene leaving = new Scene(Configuration.of(List.of(A, B, C), 2), 2, Ballot.BOTTOM);
    leaving.lead(B, C);
    Accept first = accepts(leaving.propose(1, "1"), B).get(0);
    leaving.accepted(A, first);
    leaving.accepted(B, first);
    Configuration without = Configuration.of(List.of(B, C), 2);
    leaving.on(new CoordinatorInput.ConfigurationExecuted(slot(1), without));
    leaving.executed(1, first.batch());
    leaving.propose(2, "2");
    Accept last = accepts(leaving.all, B).get(1);
    assertThat(last.slot()).isEqualTo(slot(2));
    assertThat(leaving.core.role()).isEqualTo(Role.LEADING);
    leaving.accepted(A, last);
    leaving.accepted(B, last);

    assertThat(leaving.core.role()).isEqualTo(Role.FOLLOWING);
    assertThat(accepts(leaving.all, B)).extracting(Accept::slot).doesNotContain(slot(3));
    assertThat(leaving.outcome(2)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void removedMemberIsForgottenOnceNoOpenSlotNeedsIt() {
    Scene shrinking = new Scene(Configuration.of(List.of(A, B, C), 2), 2, Ballot.BOTTOM);
    Configuration two = Configuration.of(List.of(A, B), 2);
    shrinking.on(new CoordinatorInput.ConfigurationExecuted(slot(1), two));
    shrinking.executed(1, batch("change"));
    assertThat(shrinking.on(new CoordinatorInput.Durable(slot(2)))).isEmpty();

    assertThat(shrinking.on(new CoordinatorInput.Durable(slot(3))))
        .containsExactly(new MembersAre(two.members(), two.members()));
  }

  @Test
  void promiseThatArrivesAfterTheOldConfigurationIsForgottenIsHarmless() {
    Scene lagging = new Scene(Configuration.of(List.of(A, B, C), 2), 2, Ballot.BOTTOM);
    long nonce = lagging.campaign();
    Prepare prepare = prepareFor(A, lagging.grant(B, nonce));
    lagging.replied(A, promised(prepare, 0));
    Configuration two = Configuration.of(List.of(A, B), 2);
    lagging.on(new CoordinatorInput.ConfigurationExecuted(slot(1), two));
    for (int i = 1; i <= 9; i++) {
      lagging.executed(i, batch("" + i));
    }
    lagging.on(new CoordinatorInput.Durable(slot(9)));

    lagging.replied(B, promised(prepare, 9));
    assertThat(lagging.core.role()).isEqualTo(Role.LEADING);
  }

  private void keepHearing(long millis) {
    for (long passed = 0; passed < millis; passed += 100) {
      scene.alive(C);
      scene.pass(100);
    }
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
  }
}
