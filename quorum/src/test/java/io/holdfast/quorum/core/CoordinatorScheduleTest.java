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
import static io.holdfast.quorum.core.Scene.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorReply.AlreadyChosen;
import io.holdfast.acceptor.core.AcceptorReply.ProbeConfirmed;
import io.holdfast.acceptor.core.AcceptorReply.Rejected;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.CoordinatorEffect.CatchUp;
import io.holdfast.quorum.core.CoordinatorEffect.CountDropped;
import io.holdfast.quorum.core.CoordinatorEffect.NoteRole;
import io.holdfast.quorum.core.CoordinatorEffect.NoteSkew;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorEffect.Say;
import io.holdfast.quorum.core.CoordinatorEffect.TellWatermark;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepared;
import io.holdfast.quorum.core.CoordinatorMessage.Resigned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** When a coordinator says what, to whom, and what it makes of what others say. */
class CoordinatorScheduleTest {

  private final Scene scene = Scene.of(2, A, B, C);

  // ---- Following and trying.

  @Test
  void standsBackForACandidateThatAsksBeforeItsOwnTurn() {
    scene.pass(510);
    scene.said(C, new PrePrepare(1, Slot.ZERO));
    assertThat(scene.pass(190)).noneMatch(CoordinatorScheduleTest::isPrePrepare);
    assertThat(scene.pass(20)).anyMatch(CoordinatorScheduleTest::isPrePrepare);
  }

  @Test
  void attemptsBecomeRarerWhileTheyFailAndEachFailureIsNoted() {
    List<Integer> times = timesOf(30_000, CoordinatorScheduleTest::isTrying);
    // One attempt takes 1 s: without growing waits there would be 29.
    assertThat(times).hasSizeBetween(15, 25);
    assertThat(scene.all)
        .filteredOn(effect -> effect instanceof NoteRole note && note.why().contains("failed"))
        .hasSizeGreaterThanOrEqualTo(times.size() - 1)
        .allMatch(effect -> ((NoteRole) effect).role() == Role.FOLLOWING);
  }

  @Test
  void firstAttemptAfterLeadingComesAtOnceThoughEarlierOnesFailed() {
    scene.pass(8_000);
    Ballot ballot = scene.lead(B);
    scene.replied(C, new Rejected(ballot, Slot.ZERO, new Ballot(ballot.round() + 1, C)));
    assertThat(scene.core.role()).isEqualTo(Role.FOLLOWING);
    assertThat(timesOf(2_000, CoordinatorScheduleTest::isTrying)).startsWith(520);
  }

  @Test
  void prePreparesAreSentAgainAtTheirInterval() {
    scene.campaign();
    assertThat(timesOf(350, CoordinatorScheduleTest::isPrePrepareToB))
        .containsExactly(110, 220, 330);
  }

  @Test
  void newLeaderIsNotedOnce() {
    Ballot ballot = new Ballot(3, B);
    assertThat(scene.heartbeat(ballot, 0)).anyMatch(NoteRole.class::isInstance);
    assertThat(scene.heartbeat(ballot, 0)).noneMatch(NoteRole.class::isInstance);
    assertThat(scene.heartbeat(new Ballot(4, C), 0)).anyMatch(NoteRole.class::isInstance);
  }

  @Test
  void resignationOfTheLeaderIsNotedAndThatOfAnotherIsNot() {
    Ballot ballot = new Ballot(3, B);
    scene.heartbeat(ballot, 0);
    assertThat(scene.said(C, new Resigned(ballot, C))).isEmpty();
    assertThat(scene.said(B, new Resigned(ballot, C)))
        .containsExactly(new NoteRole(Role.FOLLOWING, Optional.empty(), "the leader has resigned"));
  }

  @Test
  void heartbeatOfAStrangerIsDroppedAndLeadsNobody() {
    Ballot ballot = new Ballot(9, D);
    assertThat(scene.heartbeat(ballot, 0)).containsExactly(new CountDropped("stranger"));
    assertThat(scene.core.leader(scene.now())).isEmpty();
    assertThat(scene.core.view(scene.now()).highest()).isEqualTo(Ballot.BOTTOM);
  }

  @Test
  void heartbeatShowsTheSkewOfItsSendersClock() {
    assertThat(scene.heartbeat(new Ballot(3, B), 0))
        .contains(new NoteSkew(B, -scene.now().wallMillis()));
  }

  @Test
  void leaderThatStepsDownLetsOthersTryFirst() {
    Ballot ballot = scene.lead(B);
    scene.replied(C, new Rejected(ballot, Slot.ZERO, new Ballot(50, C)));
    assertThat(scene.pass(500)).noneMatch(CoordinatorScheduleTest::isPrePrepare);
    assertThat(scene.pass(50)).anyMatch(CoordinatorScheduleTest::isPrePrepare);
  }

  // ---- Leading.

  @Test
  void heartbeatsComeAtTheirInterval() {
    scene.lead(B);
    assertThat(
            timesOf(
                450,
                effect ->
                    effect instanceof Say say
                        && say.to().equals(C)
                        && say.message() instanceof Heartbeat))
        .containsExactly(100, 200, 300, 400);
  }

  @Test
  void membersThatHaveNotPromisedAreAskedEverMoreRarelyWhileItLeads() {
    scene.lead(B);
    List<Integer> times = new ArrayList<>();
    for (int at = 10; at <= 1_600; at += 10) {
      scene.alive(B);
      List<CoordinatorEffect> effects = scene.pass(10);
      assertThat(asks(effects, B, Prepare.class)).isEmpty();
      if (!asks(effects, C, Prepare.class).isEmpty()) {
        times.add(at);
      }
    }
    assertThat(times).containsExactly(110, 320, 730, 1140, 1550);
  }

  @Test
  void probesAreSentAgainAtTheirInterval() {
    scene.lead(B);
    scene.read(1);
    assertThat(timesOf(350, effect -> !probes(List.of(effect), C).isEmpty()))
        .containsExactly(110, 220, 330);
  }

  @Test
  void answersOfAcceptorsAreSignsOfLife() {
    Ballot ballot = scene.lead(B);
    for (int i = 0; i < 30; i++) {
      scene.pass(100);
      scene.replied(B, new ProbeConfirmed(ballot, i));
    }
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
    assertThat(scene.core.view(scene.now()).peers().get(0).sinceHeard()).contains(Duration.ZERO);
    scene.pass(1_100);
    assertThat(scene.core.role()).isEqualTo(Role.FOLLOWING);
  }

  @Test
  void largeCommandsDoNotGatherBehindASlotInFlight() {
    scene.lead(B);
    scene.propose(1, "one");
    assertThat(accepts(scene.propose(2, "x".repeat(49)), B)).isEmpty();
    Scene other = Scene.of(2, A, B, C);
    other.lead(B);
    other.propose(1, "one");
    assertThat(accepts(other.propose(2, "x".repeat(50)), B)).hasSize(1);
  }

  @Test
  void queueIsBoundedInBytesButTakesOneCommandHoweverLarge() {
    scene.lead(B);
    for (int token = 1; token <= 4; token++) {
      scene.propose(token, "x".repeat(90));
    }
    // The window is full from here on. Of 1000 bytes that may wait:
    scene.propose(5, "x".repeat(700));
    assertThat(scene.outcomes(5)).isEmpty();
    Scene other = Scene.of(2, A, B, C);
    other.lead(B);
    for (int token = 1; token <= 3; token++) {
      other.propose(token, "x".repeat(90));
    }
    other.propose(4, "x".repeat(5_000));
    assertThat(other.outcomes(4)).isEmpty();
  }

  @Test
  void commandThatWouldExceedTheBytesThatMayWaitIsRefused() {
    Scene wide = waiting(400);
    wide.propose(6, "x".repeat(600));
    assertThat(wide.outcomes(6)).isEmpty();
    Scene narrow = waiting(400);
    narrow.propose(6, "x".repeat(601));
    assertThat(narrow.outcome(6))
        .isEqualTo(new Outcome.Refused(OutcomeCode.OVERLOADED, Optional.of(A)));
  }

  /** A leader of three slots in flight, the window of a lone command each, and one that waits. */
  private static Scene waiting(int bytes) {
    Scene scene = new Scene(Configuration.of(List.of(A, B, C), 2), 3, Ballot.BOTTOM);
    scene.lead(B);
    for (int token = 1; token <= 3; token++) {
      scene.propose(token, "x".repeat(90));
    }
    scene.propose(4, "x".repeat(bytes));
    return scene;
  }

  @Test
  void slotThatWasChosenElsewhereIsNotProposedAgainAndTheNextOneFollows() {
    Ballot ballot = scene.lead(B);
    scene.propose(1, "one");
    scene.propose(2, "two");
    List<CoordinatorEffect> effects = scene.replied(B, new AlreadyChosen(ballot, slot(1), slot(1)));
    assertThat(accepts(effects, B)).extracting(Accept::batch).containsExactly(batch("two"));
    assertThat(accepts(scene.pass(500), C)).isNotEmpty().noneMatch(a -> a.slot().equals(slot(1)));
  }

  @Test
  void acceptorThatHasForgottenTheSlotHasAnswered() {
    Ballot ballot = scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    scene.replied(B, new AlreadyChosen(ballot, slot(1), slot(1)));
    scene.pass(2_100);
    Outcome.Undecided undecided = (Outcome.Undecided) scene.outcome(1);
    assertThat(((Verdict.NotMet) undecided.verdict()).reason()).isEqualTo(Verdict.Reason.TIMEOUT);
  }

  @Test
  void acknowledgementAfterTheDeadlineStillChooses() {
    Ballot ballot = scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    for (int i = 0; i < 21; i++) {
      scene.alive(C);
      scene.pass(100);
    }
    assertThat(scene.outcome(1)).isInstanceOf(Outcome.Undecided.class);
    assertThat(scene.accepted(B, accept)).contains(new TellWatermark(ballot, slot(1)));
  }

  @Test
  void latePromiseOfAMemberThatHasLearnedMoreIsFetchedFrom() {
    Ballot ballot = scene.lead(B);
    assertThat(scene.replied(C, promised(new Prepare(ballot, slot(1)), 5)))
        .contains(new CatchUp(slot(5), C));
  }

  @Test
  void changeThatIsExecutedIsFilledUpToAtOnce() {
    Scene changing = new Scene(Configuration.of(List.of(A, B, C), 2), 3, Ballot.BOTTOM);
    changing.lead(B, C);
    Accept first = accepts(changing.propose(1, "1"), B).get(0);
    changing.accepted(A, first);
    changing.accepted(B, first);
    changing.executed(1, first.batch());
    List<CoordinatorEffect> effects =
        changing.on(
            new CoordinatorInput.ConfigurationExecuted(
                slot(1), Configuration.of(List.of(A, B), 2)));
    assertThat(accepts(effects, B))
        .extracting(Accept::slot)
        .containsExactly(slot(2), slot(3), slot(4));
  }

  @Test
  void anotherBatchInTheLocalAcceptorUnderTheLeadersBallotIsABug() {
    Ballot ballot = scene.lead(B);
    scene.propose(1, "x");
    Accepted other = new Accepted(ballot, slot(1), batch("y").digest(), Slot.ZERO, Digest.ZERO);
    assertThatExceptionOfType(InvariantViolation.class)
        .isThrownBy(() -> scene.replied(A, other))
        .satisfies(e -> assertThat(e.invariant()).isEqualTo("OneValuePerBallot"));
  }

  @Test
  void memberOfAnotherChainHashHasDriftedInTheVerdict() {
    Ballot ballot = scene.lead(B);
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, accept);
    scene.replied(
        B, new Accepted(ballot, slot(1), accept.batch().digest(), Slot.ZERO, batch("z").digest()));
    for (int i = 0; i < 21; i++) {
      scene.alive(C);
      scene.pass(100);
    }
    Verdict.NotMet verdict = (Verdict.NotMet) ((Outcome.Undecided) scene.outcome(1)).verdict();
    assertThat(verdict.reason()).isEqualTo(Verdict.Reason.ID_DRIFT);
  }

  @Test
  void viewShowsRoleQueueAndPeers() {
    scene.on(new CoordinatorInput.Learned(slot(2)));
    assertThat(scene.core.view(scene.now()))
        .returns(Role.FOLLOWING, CoordinatorView::role)
        .returns(slot(2), CoordinatorView::chosenUpTo)
        .returns(0, CoordinatorView::callersInFlight);
    long nonce = scene.campaign();
    Prepare prepare =
        prepareFor(A, scene.said(B, new PrePrepared(nonce, true, Slot.ZERO, Ballot.BOTTOM)));
    scene.replied(A, promised(prepare, 2));
    scene.replied(B, promised(prepare, 2));
    Accept accept = accepts(scene.propose(1, "one"), B).get(0);
    scene.propose(2, "two");
    scene.accepted(A, accept);
    assertThat(scene.core.view(scene.now()))
        .returns(Role.LEADING, CoordinatorView::role)
        .returns(Optional.of(A), CoordinatorView::leader)
        .returns(prepare.ballot(), CoordinatorView::highest)
        .returns(slot(2), CoordinatorView::chosenUpTo)
        .returns(1, CoordinatorView::callersInFlight)
        .returns(1, CoordinatorView::queued);
    scene.said(C, new CoordinatorMessage.Alive(state(1)));
    scene.pass(30);
    scene.accepted(B, accept);
    CoordinatorView view = scene.core.view(scene.now());
    assertThat(view.chosenUpTo()).isEqualTo(slot(3));
    assertThat(view.peers())
        .containsExactly(
            new CoordinatorView.PeerView(B, Optional.of(Duration.ZERO), MemberState.UNKNOWN),
            new CoordinatorView.PeerView(C, Optional.of(Duration.ofMillis(30)), state(1)));
  }

  /** When an effect of the kind is seen, in milliseconds from now on, by ticks of 10 ms. */
  private List<Integer> timesOf(int millis, Predicate<CoordinatorEffect> kind) {
    List<Integer> times = new ArrayList<>();
    for (int at = 10; at <= millis; at += 10) {
      if (scene.pass(10).stream().anyMatch(kind)) {
        times.add(at);
      }
    }
    return times;
  }

  private static boolean isPrePrepare(CoordinatorEffect effect) {
    return effect instanceof Say say && say.message() instanceof PrePrepare;
  }

  private static boolean isPrePrepareToB(CoordinatorEffect effect) {
    return isPrePrepare(effect) && ((Say) effect).to().equals(B);
  }

  private static boolean isTrying(CoordinatorEffect effect) {
    return effect instanceof NoteRole note && note.role() == Role.PREPARING;
  }
}
