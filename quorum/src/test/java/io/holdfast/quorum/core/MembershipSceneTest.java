package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.D;
import static io.holdfast.quorum.core.Scene.accepts;
import static io.holdfast.quorum.core.Scene.asks;
import static io.holdfast.quorum.core.Scene.promised;
import static io.holdfast.quorum.core.Scene.slot;
import static io.holdfast.quorum.core.Scene.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.ChangeRefusal.Code;
import io.holdfast.quorum.core.CoordinatorEffect.AskAcceptor;
import io.holdfast.quorum.core.CoordinatorEffect.CatchUp;
import io.holdfast.quorum.core.CoordinatorEffect.CountDropped;
import io.holdfast.quorum.core.CoordinatorEffect.MembersAre;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorEffect.Say;
import io.holdfast.quorum.core.CoordinatorInput.ConfigurationExecuted;
import io.holdfast.quorum.core.CoordinatorMessage.Alive;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepared;
import io.holdfast.quorum.core.CoordinatorMessage.Resigned;
import io.holdfast.quorum.core.MembershipChange.AddLearner;
import io.holdfast.quorum.core.MembershipChange.Promote;
import io.holdfast.quorum.core.MembershipChange.Remove;
import io.holdfast.quorum.core.MembershipChange.Seal;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Protocol, section 8: learners, changes of membership, and who was removed or is not known. */
class MembershipSceneTest {

  private static final Configuration LEARNING = learning(D, A, B, C);

  private static Configuration learning(MemberId learner, MemberId... voters) {
    return new Configuration(
        new TreeSet<>(List.of(voters)), new TreeSet<>(List.of(learner)), 2, voters.length - 1);
  }

  private static List<Say> said(List<CoordinatorEffect> effects, MemberId to, Class<?> kind) {
    return effects.stream()
        .filter(Say.class::isInstance)
        .map(Say.class::cast)
        .filter(say -> say.to().equals(to) && kind.isInstance(say.message()))
        .toList();
  }

  private static Outcome ask(Scene scene, long token, MembershipChange change) {
    scene.on(new CoordinatorInput.Change(token, change));
    return scene.outcome(token);
  }

  private static Code refusal(Outcome outcome) {
    return ((Outcome.ChangeRefused) outcome).refusal().code();
  }

  // ---- Learners

  @Test
  void learnerIsToldWhatIsChosenAndAskedForNothing() {
    Scene scene = new Scene(LEARNING);
    scene.lead(B);
    scene.propose(1, "1");
    scene.pass(1_000);

    assertThat(said(scene.all, D, Heartbeat.class)).isNotEmpty();
    assertThat(said(scene.all, D, PrePrepare.class)).isEmpty();
    assertThat(scene.all)
        .noneMatch(effect -> effect instanceof AskAcceptor ask && ask.to().equals(D));
  }

  @Test
  void learnerNeitherGrantsNorPromisesNorAcknowledges() {
    Scene scene = new Scene(learning(D, A, B));
    long nonce = scene.campaign();
    assertThat(scene.grant(D, nonce)).noneMatch(AskAcceptor.class::isInstance);
    Prepare prepare = Scene.prepareFor(A, scene.grant(B, nonce));
    scene.replied(A, promised(prepare, 0));
    scene.replied(D, promised(prepare, 0));
    // Prepare quorum 1: its own promise was enough.
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
    Accept accept = accepts(scene.propose(1, "1"), B).get(0);
    scene.accepted(A, accept);
    scene.accepted(D, accept);

    assertThat(scene.core.view(scene.now()).chosenUpTo()).isEqualTo(Slot.ZERO);
    scene.accepted(B, accept);
    assertThat(scene.core.view(scene.now()).chosenUpTo()).isEqualTo(slot(1));
  }

  @Test
  void learnerNeverTriesToLead() {
    Scene scene = new Scene(learning(A, B, C, D));

    List<CoordinatorEffect> effects = scene.pass(10_000);

    assertThat(effects)
        .noneMatch(e -> e instanceof Say say && say.message() instanceof PrePrepare)
        .anyMatch(e -> e instanceof Say say && say.message() instanceof Alive);
  }

  /** The schedule: A alone votes, is replaced by B, and B was down when that was decided. */
  @Test
  void whoIsToVoteLearnsOfItFromOneWhoVotesNoMore() {
    Scene gone = new Scene(Configuration.of(List.of(A), 1), 3, Ballot.BOTTOM);
    gone.on(new ConfigurationExecuted(slot(10), Configuration.of(List.of(B), 1)));
    gone.on(new CoordinatorInput.Durable(slot(13)));
    gone.on(new CoordinatorInput.Durable(slot(14)));
    assertThat(said(gone.pass(1_000), B, Alive.class)).isNotEmpty();

    Scene joining = Scene.of(1, B);
    assertThat(joining.said(B, new Alive(state(12)))).contains(new CatchUp(slot(12), B));
  }

  private static Alive holding(long slot) {
    return new Alive(new MemberState(slot(slot), Slot.ZERO, Digest.ZERO, slot(slot), 0));
  }

  @Test
  void whoVotesNoMoreKeepsSilentOnceAVoterHoldsIt() {
    Scene gone = new Scene(Configuration.of(List.of(A), 1), 3, Ballot.BOTTOM);
    gone.on(new ConfigurationExecuted(slot(10), Configuration.of(List.of(B), 1)));
    gone.on(new CoordinatorInput.Durable(slot(13)));
    gone.alive(B);
    assertThat(said(gone.pass(1_000), B, Alive.class)).isNotEmpty();

    gone.said(B, new Alive(state(12)));
    assertThat(said(gone.pass(1_000), B, Alive.class)).isNotEmpty();
    gone.said(B, holding(12));
    assertThat(gone.pass(1_000)).noneMatch(Say.class::isInstance);
  }

  /** The schedule: it was down when it was removed, so no voter counts it among those to tell. */
  @Test
  void whoWasRemovedIsToldThatVotersKnow() {
    Scene voter = Scene.of(2, A, B, C);
    voter.on(new CoordinatorInput.Learned(slot(10)));
    voter.passUntold(5_000);

    assertThat(said(voter.said(D, new Alive(state(10))), D, Alive.class)).hasSize(1);
    assertThat(said(voter.said(D, new Alive(state(10))), D, Alive.class))
        .as("two who do not know each other do not answer answers without end")
        .isEmpty();
    voter.passUntold(1_000);
    assertThat(said(voter.said(D, new Alive(state(11))), D, Alive.class)).isEmpty();
    assertThat(said(voter.said(D, new Alive(state(10))), D, Alive.class)).hasSize(1);
  }

  /**
   * The schedule: A wins before it has fetched what B had learned beyond what C promised; what is
   * fetched comes with a change, and its store holds it before A has proposed as much.
   */
  @Test
  void leaderKnowsTheConfigurationOfItsNextSlotThoughItsStoreIsAhead() {
    Scene scene = new Scene(Configuration.of(List.of(A, B, C), 2), 3, Ballot.BOTTOM);
    scene.lead(C);
    scene.on(new CoordinatorInput.Learned(slot(20)));
    scene.on(new ConfigurationExecuted(slot(10), Configuration.of(List.of(A, B, D), 2)));
    scene.on(new CoordinatorInput.Durable(slot(20)));

    scene.pass(200);
    assertThat(accepts(scene.propose(1, "1"), B)).hasSizeLessThan(2);
  }

  @Test
  void memberCatchesUpWithAnyOtherOnlyWhileItHearsNoLeader() {
    Scene scene = Scene.of(2, A, B, C);
    scene.heartbeat(new Ballot(3, B), 0);

    assertThat(scene.said(C, new Alive(state(4)))).noneMatch(CatchUp.class::isInstance);
    scene.passUntold(600);
    assertThat(scene.said(C, new Alive(state(4)))).contains(new CatchUp(slot(4), C));
  }

  @Test
  void whoTakesNoPartKeepsSilent() {
    Scene scene = Scene.of(2, B, C, D);

    assertThat(scene.pass(10_000)).noneMatch(Say.class::isInstance);
  }

  @Test
  void promotedLearnerIsToldToTheAcceptorThoughNobodyJoinsOrLeaves() {
    Scene scene = new Scene(learning(D, A, B), 2, Ballot.BOTTOM);
    Configuration three = Configuration.of(List.of(A, B, D), 2);

    assertThat(scene.on(new ConfigurationExecuted(slot(1), three)))
        .containsExactly(new MembersAre(three.members(), three.members()));
  }

  @Test
  void newVoterIsAskedForItsPromiseBeforeTheFirstSlotThatItVotesIn() {
    Scene scene = new Scene(learning(D, A, B), 2, Ballot.BOTTOM);
    Ballot ballot = scene.lead(B);
    Configuration three = new Configuration(new TreeSet<>(List.of(A, B, D)), 2, 3);
    List<CoordinatorEffect> effects = scene.on(new ConfigurationExecuted(slot(1), three));

    List<Prepare> prepares = asks(effects, D, Prepare.class);
    assertThat(prepares).hasSize(1);
    for (int i = 1; i <= 2; i++) {
      Accept accept = accepts(scene.all, B).get(i - 1);
      scene.accepted(A, accept);
      scene.accepted(B, accept);
      scene.executed(i, accept.batch());
    }
    scene.propose(1, "1");
    // ConfigurationBySlot: slot 3 needs a promise of D, and has no place before.
    assertThat(accepts(scene.all, B)).hasSize(2);
    scene.replied(D, promised(new Prepare(ballot, prepares.get(0).fromSlot()), 0));
    assertThat(accepts(scene.all, D)).extracting(Accept::slot).containsExactly(slot(3));
  }

  // ---- Changes at the leader

  @Test
  void whoDoesNotLeadTakesNoChange() {
    Scene scene = new Scene(LEARNING);

    assertThat(ask(scene, 1, new AddLearner(D)))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.NO_LEADER));
  }

  @Test
  void changeStandsInTheLogWithTheNumberOfTheConfigurationThatItWasCheckedAgainst() {
    Scene scene = Scene.of(2, A, B, C);
    scene.lead(B);
    scene.on(new CoordinatorInput.Change(1, new AddLearner(D)));

    Accept accept = accepts(scene.all, B).get(0);
    assertThat(BatchFormat.decode(accept.batch()))
        .containsExactly(
            new BatchEntry.ConfigurationEntry(
                MembershipCodec.encode(new ProposedChange(new AddLearner(D), 0))));
    scene.on(new ConfigurationExecuted(slot(1), LEARNING));
    assertThat(refusal(ask(scene, 2, new Remove(D, OptionalInt.empty()))))
        .isEqualTo(Code.CHANGE_IN_PROGRESS);
  }

  @Test
  void sealIsPlacedAndThenNoOtherChange() {
    Scene scene = Scene.of(2, A, B, C);
    scene.lead(B);
    scene.on(new CoordinatorInput.Change(1, new Seal()));

    assertThat(BatchFormat.decode(accepts(scene.all, B).get(0).batch()))
        .containsExactly(
            new BatchEntry.ConfigurationEntry(
                MembershipCodec.encode(new ProposedChange(new Seal(), 0))));
    assertThat(scene.core.membership(scene.now()).sealed()).isFalse();
    scene.on(new CoordinatorInput.SealExecuted());
    assertThat(scene.core.membership(scene.now()).sealed()).isTrue();
    assertThat(refusal(ask(scene, 2, new AddLearner(D)))).isEqualTo(Code.GROUP_SEALED);
    scene.on(new CoordinatorInput.Change(3, new Seal()));
    assertThat(scene.outcomes(3)).as("sealed again").isEmpty();
  }

  @Test
  void sealIsNotRefusedWhileAChangeIsOnItsWay() {
    Scene scene = Scene.of(2, A, B, C);
    scene.lead(B);
    scene.on(new ConfigurationExecuted(slot(1), LEARNING));

    scene.on(new CoordinatorInput.Change(1, new Seal()));
    assertThat(scene.outcomes(1)).isEmpty();
    assertThat(refusal(ask(scene, 2, new AddLearner(D)))).isEqualTo(Code.CHANGE_IN_PROGRESS);
  }

  @Test
  void learnerGetsNoVoteBeforeItHasLearnedWhatWasChosenAWhileAgo() {
    Scene scene = new Scene(LEARNING);
    scene.lead(B);
    Accept first = accepts(scene.propose(1, "1"), B).get(0);
    scene.accepted(A, first);
    scene.accepted(B, first);
    for (int i = 0; i < 20; i++) {
      scene.pass(100);
      scene.alive(B);
      scene.alive(C);
      scene.said(D, new Alive(state(0)));
    }
    MembershipChange promote = new Promote(D, OptionalInt.empty());
    assertThat(refusal(ask(scene, 2, promote))).isEqualTo(Code.NOT_CAUGHT_UP);

    scene.said(D, new Alive(state(1)));
    scene.on(new CoordinatorInput.Change(3, promote));
    assertThat(scene.outcomes(3)).isEmpty();
  }

  @Test
  void liveVoterIsNotRemovedWhileAnotherIsSilent() {
    Scene scene = Scene.of(2, A, B, C);
    scene.lead(B);
    for (int i = 0; i < 20; i++) {
      scene.pass(100);
      scene.alive(B);
    }

    assertThat(refusal(ask(scene, 1, new Remove(B, OptionalInt.empty()))))
        .isEqualTo(Code.WOULD_LOSE_QUORUM);
    scene.on(new CoordinatorInput.Change(2, new Remove(C, OptionalInt.empty())));
    assertThat(scene.outcomes(2)).isEmpty();
  }

  @Test
  void removedLeaderTellsWhatIsChosenAndWhoOfTheVotersGoesOn() {
    Scene scene = new Scene(LEARNING, 1, Ballot.BOTTOM);
    Ballot ballot = scene.lead(B);
    scene.said(D, new Alive(state(50)));
    scene.said(C, new Alive(state(7)));
    Accept accept = accepts(scene.propose(1, "1"), B).get(0);
    scene.on(new ConfigurationExecuted(slot(1), learning(D, B, C)));
    scene.accepted(A, accept);
    List<CoordinatorEffect> effects = scene.accepted(B, accept);

    assertThat(scene.core.role()).isEqualTo(Role.FOLLOWING);
    for (MemberId other : List.of(B, C, D)) {
      assertThat(said(effects, other, Heartbeat.class))
          .extracting(say -> ((Heartbeat) say.message()).chosenUpTo())
          .containsExactly(slot(1));
      assertThat(said(effects, other, Resigned.class))
          .extracting(Say::message)
          .containsExactly(new Resigned(ballot, C));
    }
  }

  // ---- Strangers

  @Test
  void whatAStrangerHasLearnedIsFetchedAndNothingElseIsBelieved() {
    Scene scene = Scene.of(2, A, B, C);
    Ballot ballot = new Ballot(9, D);

    assertThat(scene.heartbeat(ballot, 4))
        .containsExactly(new CountDropped("stranger"), new CatchUp(slot(4), D));
    // Not again for every heartbeat, but again after a while: who said it may be gone.
    assertThat(scene.heartbeat(ballot, 4)).containsExactly(new CountDropped("stranger"));
    scene.passUntold(600);
    assertThat(scene.heartbeat(ballot, 4)).contains(new CatchUp(slot(4), D));
    assertThat(scene.core.leader(scene.now())).isEmpty();
    assertThat(scene.core.view(scene.now()).highest()).isEqualTo(Ballot.BOTTOM);
  }

  @Test
  void whoWasRemovedAndIsBehindIsToldThatThereIsMoreToLearn() {
    Scene scene = Scene.of(2, A, B, C);
    scene.on(new CoordinatorInput.Learned(slot(10)));
    scene.passUntold(5_000);

    assertThat(scene.said(D, new PrePrepare(7, slot(9))))
        .containsExactly(
            new CountDropped("stranger"),
            new Say(D, new PrePrepared(7, false, slot(10), Ballot.BOTTOM)));
  }

  @Test
  void candidateOfAConfigurationThatIsNotKnownHereYetIsNotHeldUp() {
    Scene scene = Scene.of(2, A, B, C);
    scene.on(new CoordinatorInput.Learned(slot(10)));
    scene.passUntold(5_000);

    assertThat(scene.said(D, new PrePrepare(7, slot(12))))
        .containsExactly(
            new CountDropped("stranger"),
            new Say(D, new PrePrepared(7, true, slot(10), Ballot.BOTTOM)),
            new CatchUp(slot(12), D));
  }

  @Test
  void leaderIsNotDisturbedByOneThatWasRemoved() {
    Scene scene = Scene.of(2, A, B, C);
    Ballot ballot = scene.lead(B, C);

    scene.said(D, new PrePrepare(7, slot(12)));
    scene.heartbeat(new Ballot(ballot.round() + 5, D), 12);

    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
    assertThat(scene.all).noneMatch(CatchUp.class::isInstance);
  }

  @Test
  void anotherIncarnationOfAMemberNeverCounts() {
    MemberId reborn = new MemberId(B.node(), 2);
    Scene scene = new Scene(learning(reborn, A, B, C));
    Ballot ballot = scene.lead(C);
    Accept accept = accepts(scene.propose(1, "1"), C).get(0);
    scene.accepted(A, accept);

    scene.accepted(reborn, accept);
    assertThat(scene.core.view(scene.now()).chosenUpTo()).isEqualTo(Slot.ZERO);
    scene.heartbeat(new Ballot(ballot.round() + 5, reborn), 0);
    scene.accepted(B, accept);
    assertThat(scene.core.view(scene.now()).chosenUpTo()).isEqualTo(slot(1));
  }
}
