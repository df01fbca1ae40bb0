package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.D;
import static io.holdfast.quorum.core.Scene.accepts;
import static io.holdfast.quorum.core.Scene.asks;
import static io.holdfast.quorum.core.Scene.batch;
import static io.holdfast.quorum.core.Scene.prepareFor;
import static io.holdfast.quorum.core.Scene.promised;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.AcceptorReply.Rejected;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.CoordinatorEffect.AskAcceptor;
import io.holdfast.quorum.core.CoordinatorEffect.CatchUp;
import io.holdfast.quorum.core.CoordinatorEffect.CountDropped;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorEffect.Say;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepared;
import io.holdfast.quorum.core.CoordinatorMessage.Resigned;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Protocol, section 4: who leads, and what a new leader owes. */
class ElectionTest {

  private static final Ballot OLD = new Ballot(3, B);

  private final Scene scene = Scene.of(2, A, B, C);

  private static AcceptedPair pair(long slot, Ballot ballot, Batch batch) {
    return new AcceptedPair(slot(slot), ballot, batch);
  }

  // ---- Before anything is promised.

  @Test
  void asksNobodyForAPromiseBeforeAQuorumHearsNoLeader() {
    long nonce = scene.campaign();
    assertThat(scene.all).noneMatch(AskAcceptor.class::isInstance);

    assertThat(scene.grant(B, nonce)).anyMatch(AskAcceptor.class::isInstance);
  }

  @Test
  void answersOfAnotherAttemptDoNotCount() {
    long nonce = scene.campaign();

    assertThat(scene.grant(B, nonce + 1)).isEmpty();
  }

  @Test
  void doesNotPrepareWhereTheOthersHearALeader() {
    long nonce = scene.campaign();
    scene.said(B, new PrePrepared(nonce, false, Slot.ZERO, OLD));
    scene.said(C, new PrePrepared(nonce, false, Slot.ZERO, OLD));
    scene.pass(5000);

    assertThat(scene.all).noneMatch(AskAcceptor.class::isInstance);
  }

  @Test
  void needsAsManyAsCouldCommitThoughTheyWouldBeEnoughToElect() {
    Scene all = Scene.of(3, A, B, C);
    long nonce = all.campaign();

    assertThat(all.grant(B, nonce)).isEmpty();
    assertThat(all.grant(C, nonce)).anyMatch(AskAcceptor.class::isInstance);
  }

  @Test
  void asksAgainWhoeverHeardTheOldLeaderALittleLater() {
    long nonce = scene.campaign();
    scene.said(B, new PrePrepared(nonce, false, Slot.ZERO, OLD));

    assertThat(scene.pass(150)).contains(new Say(B, new PrePrepare(nonce, Slot.ZERO)));
  }

  @Test
  void deniesWhileItHearsALiveLeaderAndGrantsOnceThatIsSilent() {
    scene.heartbeat(OLD, 0);
    assertThat(scene.said(C, new PrePrepare(9, Slot.ZERO)))
        .containsExactly(new Say(C, new PrePrepared(9, false, Slot.ZERO, OLD)));
    scene.pass(600);

    assertThat(scene.said(C, new PrePrepare(10, Slot.ZERO)))
        .contains(new Say(C, new PrePrepared(10, true, Slot.ZERO, OLD)));
  }

  @Test
  void deniesWhileItLeads() {
    Ballot ballot = scene.lead(B);

    assertThat(scene.said(C, new PrePrepare(9, Slot.ZERO)))
        .containsExactly(new Say(C, new PrePrepared(9, false, Slot.ZERO, ballot)));
  }

  @Test
  void triesNothingWhileALeaderIsHeard() {
    for (int i = 0; i < 50; i++) {
      scene.heartbeat(OLD, 0);
      assertThat(scene.pass(100))
          .noneMatch(e -> e instanceof Say s && s.message() instanceof PrePrepare);
    }
  }

  @Test
  void standsBackOnlyOnceForACandidateThatIsNeverElected() {
    scene.pass(400);
    for (int i = 0; i < 100; i++) {
      scene.said(C, new PrePrepare(i, Slot.ZERO));
      scene.pass(50);
    }

    assertThat(scene.all).anyMatch(e -> e instanceof Say s && s.message() instanceof PrePrepare);
  }

  @Test
  void hearsALeaderOfALowerBallotOnceTheHigherOneIsSilent() {
    scene.heartbeat(new Ballot(9, B), 0);
    scene.heartbeat(new Ballot(4, C), 0);
    assertThat(scene.core.leader(scene.now())).contains(B);
    scene.pass(600);
    scene.heartbeat(new Ballot(4, C), 0);

    assertThat(scene.core.leader(scene.now())).contains(C);
  }

  @Test
  void isCaughtUpBeforeItPrepares() {
    long nonce = scene.campaign();

    assertThat(scene.said(B, new PrePrepared(nonce, true, slot(7), OLD)))
        .containsExactly(new CatchUp(slot(7), B));
    assertThat(scene.on(new CoordinatorInput.Learned(slot(6)))).isEmpty();
    assertThat(prepareFor(A, scene.on(new CoordinatorInput.Learned(slot(7)))).fromSlot())
        .isEqualTo(slot(8));
  }

  @Test
  void catchesUpFurtherWhereALaterAnswerHasLearnedMore() {
    long nonce = scene.campaign();
    scene.said(B, new PrePrepared(nonce, true, slot(7), OLD));

    assertThat(scene.said(C, new PrePrepared(nonce, true, slot(9), OLD)))
        .containsExactly(new CatchUp(slot(9), C));
  }

  @Test
  void catchesUpThoughItIsDenied() {
    // The leader may be a member added by a change that is not learned here: nothing else tells.
    long nonce = scene.campaign();

    assertThat(scene.said(B, new PrePrepared(nonce, false, slot(7), OLD)))
        .containsExactly(new CatchUp(slot(7), B));
  }

  // ---- Promises.

  @Test
  void localPromiseComesBeforeTheFirstRemotePrepare() {
    long nonce = scene.campaign();
    List<CoordinatorEffect> effects = scene.grant(B, nonce);
    Prepare prepare = prepareFor(A, effects);
    assertThat(asks(effects, B, Prepare.class)).isEmpty();
    assertThat(asks(scene.pass(500), B, Prepare.class)).isEmpty();

    assertThat(asks(scene.replied(A, promised(prepare, 0)), B, Prepare.class))
        .containsExactly(prepare);
  }

  @Test
  void doesNotLeadWithoutItsOwnPromise() {
    long nonce = scene.campaign();
    Prepare prepare = prepareFor(A, scene.grant(B, nonce));
    scene.replied(B, promised(prepare, 0));
    scene.replied(C, promised(prepare, 0));

    assertThat(scene.core.role()).isEqualTo(Role.PREPARING);
  }

  @Test
  void ballotIsAboveWhatWasPromisedBeforeTheRestart() {
    Scene restarted = new Scene(Configuration.of(List.of(A, B, C), 2), 64, new Ballot(41, A));

    assertThat(restarted.lead(B)).isEqualTo(new Ballot(42, A));
  }

  @Test
  void everyAttemptHasABallotOfItsOwn() {
    List<Ballot> ballots = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      long nonce = scene.campaign();
      ballots.add(prepareFor(A, scene.grant(B, nonce)).ballot());
      scene.pass(1500);
    }

    assertThat(ballots).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void ballotIsAboveEveryOneSeen() {
    long nonce = scene.campaign();
    List<CoordinatorEffect> effects =
        scene.said(B, new PrePrepared(nonce, true, Slot.ZERO, new Ballot(77, C)));

    assertThat(prepareFor(A, effects).ballot()).isEqualTo(new Ballot(78, A));
  }

  @Test
  void promiseForAnotherFirstSlotIsIgnored() {
    long nonce = scene.campaign();
    Prepare prepare = prepareFor(A, scene.grant(B, nonce));
    scene.replied(A, promised(prepare, 0));
    scene.replied(B, promised(new Prepare(prepare.ballot(), slot(2)), 0));
    assertThat(scene.core.role()).isEqualTo(Role.PREPARING);
    scene.replied(B, promised(new Prepare(new Ballot(1000, A), slot(1)), 0));
    assertThat(scene.core.role()).isEqualTo(Role.PREPARING);

    scene.replied(B, promised(prepare, 0));
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
  }

  @Test
  void promiseOfAStrangerIsDropped() {
    long nonce = scene.campaign();
    Prepare prepare = prepareFor(A, scene.grant(B, nonce));
    scene.replied(A, promised(prepare, 0));

    assertThat(scene.replied(new MemberId(B.node(), 9), promised(prepare, 0)))
        .containsExactly(new CountDropped("stranger"));
    assertThat(scene.core.role()).isEqualTo(Role.PREPARING);
  }

  @Test
  void promiseCountsOnceAllItsChunksAreThereInAnyOrder() {
    Prepare prepare = prepared();
    AcceptedPair one = pair(1, OLD, batch("one"));
    AcceptedPair two = pair(2, OLD, batch("two"));
    scene.replied(B, chunk(prepare, 1, true, 5, 0, two));
    assertThat(scene.core.role()).isEqualTo(Role.PREPARING);

    List<CoordinatorEffect> effects = scene.replied(B, chunk(prepare, 0, false, 5, 0, one));

    assertThat(accepts(effects, B)).extracting(Accept::batch).contains(batch("one"), batch("two"));
  }

  @Test
  void chunksOfTwoAnswersAreNeverPutTogether() {
    // Between the two answers B learned slot 1 to 2, so that its second chunk begins later: with
    // the first chunk of the first answer it would hide slot 3.
    Prepare prepare = prepared();
    scene.replied(
        B, chunk(prepare, 0, false, 5, 0, pair(1, OLD, batch("1")), pair(2, OLD, batch("2"))));
    scene.replied(B, chunk(prepare, 1, true, 5, 2, pair(5, OLD, batch("5"))));
    assertThat(scene.core.role()).isEqualTo(Role.PREPARING);
    scene.replied(B, chunk(prepare, 1, true, 6, 0, pair(5, OLD, batch("5"))));
    assertThat(scene.core.role()).isEqualTo(Role.PREPARING);

    scene.replied(B, chunk(prepare, 0, false, 6, 0, pair(3, OLD, batch("3"))));
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
  }

  @Test
  void higherBallotEndsTheAttempt() {
    Prepare prepare = prepared();
    scene.replied(B, new Rejected(prepare.ballot(), Slot.ZERO, new Ballot(50, C)));

    assertThat(scene.core.role()).isEqualTo(Role.FOLLOWING);
    scene.replied(C, promised(prepare, 0));
    assertThat(scene.core.role()).isEqualTo(Role.FOLLOWING);
  }

  @Test
  void unansweredPreparesAreSentAgain() {
    Prepare prepare = prepared();

    assertThat(asks(scene.pass(250), C, Prepare.class)).hasSizeGreaterThan(1).containsOnly(prepare);
  }

  @Test
  void leadsAloneInAGroupOfOne() {
    Scene alone = Scene.of(1, A);
    Prepare prepare = prepareFor(A, alone.pass(700));
    alone.replied(A, promised(prepare, 0));

    assertThat(alone.core.role()).isEqualTo(Role.LEADING);
  }

  // ---- What a new leader owes.

  @Test
  void proposesAgainTheValueOfTheHighestBallotAndNoOpsInHoles() {
    Prepare prepare = prepared(pair(1, new Ballot(1, C), batch("older")));

    List<CoordinatorEffect> effects =
        scene.replied(
            B,
            promised(
                prepare,
                0,
                pair(1, OLD, batch("newer")),
                pair(3, new Ballot(2, C), batch("three"))));

    assertThat(accepts(effects, C))
        .extracting(Accept::batch)
        .containsExactly(batch("newer"), Batch.NO_OP, batch("three"));
    assertThat(accepts(effects, C)).extracting(Accept::ballot).containsOnly(prepare.ballot());
  }

  @Test
  void fetchesWhatOthersHaveLearnedRatherThanProposingThere() {
    Prepare prepare = prepared();

    List<CoordinatorEffect> effects =
        scene.replied(B, promised(prepare, 5, pair(6, OLD, batch("six"))));

    assertThat(effects).contains(new CatchUp(slot(5), B));
    assertThat(accepts(effects, B)).extracting(Accept::slot).containsExactly(slot(6));
  }

  @Test
  void stepsDownWhereWhatOthersHadLearnedIsNotToBeHad() {
    // B had learned slot 5, crashed, and holds it only as accepted again: a new prepare finds it.
    Prepare prepare = prepared();
    scene.replied(B, promised(prepare, 5));
    for (int i = 0; i < 15; i++) {
      scene.alive(B);
      scene.pass(100);
    }

    assertThat(scene.core.role()).isNotEqualTo(Role.LEADING);
  }

  @Test
  void keepsLeadingWhileItCatchesUp() {
    Prepare prepare = prepared();
    scene.replied(B, promised(prepare, 30));
    for (int i = 1; i <= 30; i++) {
      scene.alive(B);
      scene.on(new CoordinatorInput.Learned(slot(i)));
      scene.pass(100);
    }

    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
  }

  @Test
  void latePromiseBindsSlotsThatWereNotProposedYet() {
    scene.lead(B);
    Prepare prepare = new Prepare(scene.core.view(scene.now()).highest(), slot(1));

    List<CoordinatorEffect> effects =
        scene.replied(C, promised(prepare, 0, pair(2, new Ballot(1, C), batch("found late"))));

    assertThat(accepts(effects, B))
        .extracting(Accept::batch)
        .containsExactly(Batch.NO_OP, batch("found late"));
  }

  // ---- The end of a leadership.

  @Test
  void leaderThatHearsFewerThanWStepsDownAndOneThatHearsEnoughDoesNot() {
    Scene hearing = Scene.of(2, A, B, C);
    hearing.lead(B);
    scene.lead(B);
    for (int i = 0; i < 20; i++) {
      hearing.alive(C);
      hearing.pass(100);
      scene.pass(100);
    }

    assertThat(hearing.core.role()).isEqualTo(Role.LEADING);
    assertThat(scene.core.role()).isNotEqualTo(Role.LEADING);
  }

  @Test
  void leaderThatHearsAHigherBallotStepsDown() {
    scene.lead(B);
    scene.heartbeat(new Ballot(50, C), 0);

    assertThat(scene.core.role()).isEqualTo(Role.FOLLOWING);
    assertThat(scene.core.leader(scene.now())).contains(C);
  }

  @Test
  void heartbeatUnderAnothersBallotIsDropped() {
    Ballot ballot = new Ballot(50, C);

    assertThat(
            scene.said(
                B, new CoordinatorMessage.Heartbeat(ballot, Slot.ZERO, Slot.ZERO, Scene.state(0))))
        .containsExactly(new CountDropped("stranger"));
  }

  @Test
  void successorTriesAtOnceAndTheOthersWait() {
    Scene other = Scene.of(2, A, B, C);
    for (Scene each : List.of(scene, other)) {
      each.heartbeat(OLD, 0);
    }
    scene.said(B, new Resigned(OLD, A));
    other.said(B, new Resigned(OLD, C));

    assertThat(scene.pass(20))
        .anyMatch(e -> e instanceof Say s && s.message() instanceof PrePrepare);
    assertThat(other.pass(400))
        .noneMatch(e -> e instanceof Say s && s.message() instanceof PrePrepare);
  }

  @Test
  void resignationOfSomeoneElseMeansNothing() {
    scene.heartbeat(OLD, 0);
    scene.said(C, new Resigned(OLD, A));
    scene.said(B, new Resigned(new Ballot(2, B), A));

    assertThat(scene.core.leader(scene.now())).contains(B);
  }

  @Test
  void resigningHandsLeadershipOverToWhoHasLearnedMost() {
    Ballot ballot = scene.lead(B);
    scene.said(B, new CoordinatorMessage.Alive(Scene.state(3)));
    scene.said(C, new CoordinatorMessage.Alive(Scene.state(4)));

    List<CoordinatorEffect> effects = scene.on(new CoordinatorInput.Resign());

    assertThat(effects)
        .contains(
            new Say(B, new Resigned(ballot, C)),
            new Say(C, new Resigned(ballot, C)),
            new CoordinatorEffect.ResignDone());
    assertThat(scene.core.role()).isEqualTo(Role.FOLLOWING);
    assertThat(scene.pass(5000))
        .noneMatch(e -> e instanceof Say s && s.message() instanceof PrePrepare);
  }

  @Test
  void resigningAfterTheDiskFailedIsDoneAtOnce() {
    scene.on(new CoordinatorInput.LocalWriteFailed());

    assertThat(scene.on(new CoordinatorInput.Resign()))
        .containsExactly(new CoordinatorEffect.ResignDone());
  }

  @Test
  void whoIsNoMemberNeverTries() {
    Scene outside = new Scene(Configuration.of(List.of(B, C, D), 2));

    assertThat(outside.pass(10_000))
        .noneMatch(e -> e instanceof Say s && s.message() instanceof PrePrepare);
  }

  /** This member has promised itself and asked the others; it reported {@code own} pairs. */
  private Prepare prepared(AcceptedPair... own) {
    long nonce = scene.campaign();
    Prepare prepare = prepareFor(A, scene.grant(B, nonce));
    scene.replied(A, promised(prepare, 0, own));
    return prepare;
  }

  private static Promised chunk(
      Prepare prepare, int chunk, boolean last, long builtAt, long learned, AcceptedPair... pairs) {
    return new Promised(
        prepare.ballot(), prepare.fromSlot(), slot(learned), List.of(pairs), chunk, last, builtAt);
  }
}
