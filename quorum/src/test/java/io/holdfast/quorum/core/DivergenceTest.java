package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.D;
import static io.holdfast.quorum.core.Scene.accepts;
import static io.holdfast.quorum.core.Scene.batch;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.CoordinatorEffect.Diverged;
import io.holdfast.quorum.core.CoordinatorEffect.LeadsNoMore;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorEffect.Say;
import io.holdfast.quorum.core.CoordinatorEffect.TellWatermark;
import io.holdfast.quorum.core.CoordinatorEffect.TrimUpTo;
import io.holdfast.quorum.core.CoordinatorMessage.Alive;
import io.holdfast.quorum.core.CoordinatorMessage.AskChainHash;
import io.holdfast.quorum.core.CoordinatorMessage.ChainHashAt;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.Resigned;
import io.holdfast.quorum.core.DivergenceView.State;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Protocol, section 8: what a majority of the voters have at one slot is right. */
class DivergenceTest {

  private static final Batch X = batch("x");
  private static final Digest OURS = Digest.of(Digest.ZERO.bytes(), X.digest().bytes());
  private static final Digest THEIRS = batch("y").digest();
  private static final Digest ANOTHER = batch("z").digest();

  private final Scene scene = Scene.of(2, A, B, C);

  private List<CoordinatorEffect> reports(MemberId from, long slot, Digest hash) {
    return scene.said(from, new Alive(new MemberState(slot(slot), slot(slot), hash, slot(0), 0)));
  }

  private List<CoordinatorEffect> answers(MemberId from, long nonce, Digest hash) {
    return scene.said(from, new ChainHashAt(nonce, slot(1), Optional.of(hash)));
  }

  /** The nonce of the last question. */
  private long asked() {
    return scene.all.stream()
        .filter(Say.class::isInstance)
        .map(say -> ((Say) say).message())
        .filter(AskChainHash.class::isInstance)
        .map(ask -> ((AskChainHash) ask).nonce())
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private void keepHearing(long millis) {
    for (long passed = 0; passed < millis; passed += 100) {
      scene.alive(B);
      scene.alive(C);
      scene.pass(100);
    }
  }

  private DivergenceView view() {
    return scene.core.view(scene.now()).divergence();
  }

  private void everyoneElseDiffers() {
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    answers(B, asked(), THEIRS);
    answers(C, asked(), THEIRS);
  }

  @Test
  void asksEveryoneForTheirHashAtTheSlotWhereOneDiffers() {
    scene.executed(1, X);

    List<CoordinatorEffect> effects = reports(B, 1, THEIRS);

    AskChainHash question = new AskChainHash(asked(), slot(1));
    assertThat(effects).contains(new Say(B, question), new Say(C, question));
    assertThat(view().state()).isEqualTo(State.COMPARING);
    assertThat(reports(C, 1, OURS)).doesNotContain(new Say(B, question));
  }

  @Test
  void asksAgainWhoHasNotAnswered() {
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    long nonce = asked();
    answers(B, nonce, THEIRS);

    assertThat(scene.pass(250))
        .contains(new Say(C, new AskChainHash(nonce, slot(1))))
        .doesNotContain(new Say(B, new AskChainHash(nonce, slot(1))));
  }

  @Test
  void whoDiffersFromAMajorityIsTold() {
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    assertThat(answers(B, asked(), THEIRS)).noneMatch(Diverged.class::isInstance);

    assertThat(answers(C, asked(), THEIRS)).contains(new Diverged(slot(1), Set.of(B, C)));
    assertThat(view().state()).isEqualTo(State.MINORITY);
    assertThat(view().members()).containsExactly(B, C);
  }

  @Test
  void reportsAloneAreNoMajority() {
    scene.executed(1, X);

    assertThat(reports(B, 1, THEIRS)).noneMatch(Diverged.class::isInstance);
    assertThat(reports(C, 1, THEIRS)).noneMatch(Diverged.class::isInstance);
    assertThat(scene.pass(200)).noneMatch(Diverged.class::isInstance);
  }

  @Test
  void answersToAnotherQuestionDoNotCount() {
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    answers(B, asked(), THEIRS);

    assertThat(answers(C, asked() + 1, THEIRS)).noneMatch(Diverged.class::isInstance);
    assertThat(view().state()).isEqualTo(State.COMPARING);
  }

  @Test
  void leaderThatDiffersHandsOverAndTellsCallersThatReplicasDisagree() {
    Ballot ballot = scene.lead(B);
    Accept first = accepts(scene.propose(1, "x"), B).get(0);
    scene.accepted(A, first);
    scene.accepted(B, first);
    scene.executed(1, X);
    scene.propose(2, "open");
    reports(B, 1, THEIRS);
    answers(B, asked(), THEIRS);

    List<CoordinatorEffect> effects = answers(C, asked(), THEIRS);

    assertThat(effects).contains(new LeadsNoMore());
    assertThat(effects)
        .anyMatch(
            effect ->
                effect instanceof Say say
                    && say.message() instanceof Resigned farewell
                    && farewell.ballot().equals(ballot));
    Verdict verdict = ((Outcome.Undecided) scene.outcome(2)).verdict();
    assertThat(((Verdict.NotMet) verdict).reason()).isEqualTo(Verdict.Reason.ID_DRIFT);
    assertThat(scene.core.role()).isEqualTo(Role.FOLLOWING);
  }

  @Test
  void callersAreToldNothingOfWhatADivergedReplicaExecutes() {
    scene.lead(B);
    scene.executed(1, X);
    Accept open = accepts(scene.propose(1, "y"), B).get(0);
    reports(B, 1, THEIRS);
    answers(B, asked(), THEIRS);
    answers(C, asked(), THEIRS);

    scene.executed(2, open.batch());

    assertThat(scene.outcome(1)).isInstanceOf(Outcome.Undecided.class);
  }

  @Test
  void whoDiffersNeverTriesToLead() {
    everyoneElseDiffers();

    assertThat(scene.pass(20_000))
        .noneMatch(effect -> effect instanceof Say say && say.message() instanceof PrePrepare);
  }

  @Test
  void whoDifferedBeforeItStartedAgainNeverTriesToLeadEither() {
    scene.core.startDiverged(slot(1), Set.of(B, C));

    assertThat(scene.pass(20_000))
        .noneMatch(effect -> effect instanceof Say say && say.message() instanceof PrePrepare);
    assertThat(view().state()).isEqualTo(State.MINORITY);
  }

  @Test
  void divergedStoreIsNoCopyAndItsLogIsKept() {
    everyoneElseDiffers();
    scene.on(new CoordinatorInput.Durable(slot(1)));

    assertThat(scene.pass(300))
        .filteredOn(effect -> effect instanceof Say say && say.message() instanceof Alive)
        .isNotEmpty()
        .allMatch(say -> ((Alive) ((Say) say).message()).state().durableUpTo().equals(Slot.ZERO));
    Heartbeat heartbeat = new Heartbeat(new Ballot(3, B), slot(1), slot(1), Scene.state(1));
    assertThat(scene.said(B, heartbeat)).noneMatch(TrimUpTo.class::isInstance);
  }

  @Test
  void whoIsOfTheMajorityGoesOnAndSaysWhoIsNot() {
    scene.lead(B);
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    answers(C, asked(), OURS);

    assertThat(view()).isEqualTo(new DivergenceView(State.MAJORITY_SEEN, slot(1), of(B), 1));
    keepHearing(3_000);
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
    assertThat(accepts(scene.propose(1, "x"), C)).hasSize(1);

    reports(B, 1, OURS);
    assertThat(view().state()).isEqualTo(State.NONE);
    assertThat(view().count()).isEqualTo(1);
  }

  @Test
  void whereNobodyHasAMajorityTheLeaderStopsWritingUntilOneShows() {
    scene.lead(B);
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    answers(B, asked(), THEIRS);
    answers(C, asked(), ANOTHER);
    assertThat(accepts(scene.propose(1, "in time"), B)).hasSize(1);

    keepHearing(1_300);
    assertThat(view().state()).isEqualTo(State.NO_MAJORITY);
    assertThat(accepts(scene.propose(2, "late"), B)).isEmpty();
    Verdict.NotMet verdict = (Verdict.NotMet) ((Outcome.Undecided) scene.outcome(2)).verdict();
    assertThat(verdict.reason()).isEqualTo(Verdict.Reason.ID_DRIFT);
    assertThat(verdict.acks().needed()).isEqualTo(2);
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);

    answers(C, asked(), OURS);
    assertThat(view().state()).isEqualTo(State.MAJORITY_SEEN);
    scene.propose(3, "again");
    assertThat(scene.outcomes(3)).isEmpty();
  }

  /** It was on its way, or waited behind a slow disk, while the member executed what differs. */
  @Test
  void reportOfAnEarlierSlotTakesNothingBack() {
    scene.lead(B);
    scene.executed(1, X);
    scene.executed(2, X);
    Digest ours = Digest.of(OURS.bytes(), X.digest().bytes());
    reports(B, 2, THEIRS);
    scene.said(B, new ChainHashAt(asked(), slot(2), Optional.of(THEIRS)));
    keepHearing(1_300);
    assertThat(view().state()).isEqualTo(State.NO_MAJORITY);

    reports(B, 1, OURS);
    assertThat(view().state()).isEqualTo(State.NO_MAJORITY);
    scene.executed(3, X);
    reports(B, 2, ours);
    reports(B, 3, Digest.of(ours.bytes(), X.digest().bytes()));
    assertThat(view().state()).isEqualTo(State.NONE);
  }

  @Test
  void whoDiffersIsNotNamedToLeadNext() {
    scene.lead(B);
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    scene.said(
        B, new Alive(new MemberState(slot(9), slot(1), THEIRS, Slot.ZERO, 0))); // learned most
    answers(C, asked(), OURS);

    assertThat(scene.on(new CoordinatorInput.Resign()))
        .filteredOn(effect -> effect instanceof Say say && say.message() instanceof Resigned)
        .isNotEmpty()
        .allMatch(effect -> ((Resigned) ((Say) effect).message()).successor().equals(C));
  }

  @Test
  void whoIsNotHeardMakesNoMajority() {
    scene.lead(B);
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    answers(B, asked(), THEIRS);

    keepHearing(1_300);

    assertThat(view().state()).isEqualTo(State.NO_MAJORITY);
  }

  /** They answer one after the other, and are never both there: two of three agree all the same. */
  @Test
  void answersAboutASlotAreKeptWhereTheSameIsAskedAgain() {
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    long first = asked();
    answers(C, first, THEIRS);
    keepHearing(1_300);
    assertThat(view().state()).isEqualTo(State.NO_MAJORITY);
    assertThat(asked()).isNotEqualTo(first);

    assertThat(answers(B, asked(), THEIRS)).contains(new Diverged(slot(1), Set.of(B, C)));
  }

  @Test
  void whatIsAnsweredAnewCountsInsteadOfWhatWasAnsweredBefore() {
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    answers(C, asked(), THEIRS);
    keepHearing(1_300);
    assertThat(scene.pass(250))
        .as("asked again, though it has answered")
        .contains(new Say(C, new AskChainHash(asked(), slot(1))));

    answers(C, asked(), OURS);

    assertThat(answers(B, asked(), THEIRS)).noneMatch(Diverged.class::isInstance);
    assertThat(view()).isEqualTo(new DivergenceView(State.MAJORITY_SEEN, slot(1), of(B), 2));
  }

  @Test
  void whoDoesNotRememberAnyMoreIsNotHeldToWhatItAnswered() {
    scene.executed(1, X);
    reports(B, 1, THEIRS);
    answers(C, asked(), THEIRS);
    keepHearing(1_300);

    scene.said(C, new ChainHashAt(asked(), slot(1), Optional.empty()));

    assertThat(answers(B, asked(), THEIRS)).noneMatch(Diverged.class::isInstance);
  }

  @Test
  void learnersAreComparedAndDoNotCount() {
    TreeSet<MemberId> voters = new TreeSet<>(List.of(A, B, C));
    Scene with = new Scene(new Configuration(voters, of(D), 2, 2));
    with.executed(1, X);
    with.said(B, new Alive(new MemberState(slot(1), slot(1), THEIRS, slot(0), 0)));
    AskChainHash question =
        with.all.stream()
            .filter(effect -> effect instanceof Say say && say.to().equals(D))
            .map(say -> (AskChainHash) ((Say) say).message())
            .findFirst()
            .orElseThrow();
    with.said(B, new ChainHashAt(question.nonce(), slot(1), Optional.of(THEIRS)));

    assertThat(with.said(D, new ChainHashAt(question.nonce(), slot(1), Optional.of(THEIRS))))
        .noneMatch(Diverged.class::isInstance);
    assertThat(with.core.view(with.now()).divergence().members()).containsExactly(B, D);
  }

  @Test
  void reportOfASlotAheadIsComparedOnceItIsExecutedHere() {
    assertThat(reports(B, 1, THEIRS)).noneMatch(Say.class::isInstance);

    assertThat(scene.executed(1, X)).contains(new Say(C, new AskChainHash(asked(), slot(1))));
  }

  @Test
  void answersOnceItHasExecutedTheSlot() {
    assertThat(scene.said(B, new AskChainHash(9, slot(1)))).isEmpty();
    scene.executed(1, X);

    assertThat(scene.said(B, new AskChainHash(9, slot(1))))
        .containsExactly(new Say(B, new ChainHashAt(9, slot(1), Optional.of(OURS))));
  }

  @Test
  void whatAMemberAnsweredWhileItDifferedIsNotHeldAgainstItForEver() {
    Scene all = Scene.of(3, A, B, C);
    Ballot ballot = all.lead(B, C);
    all.executed(1, X);
    Accept accept = accepts(all.propose(1, "next"), B).get(0);
    all.accepted(A, accept);
    all.replied(C, new Accepted(ballot, accept.slot(), accept.batch().digest(), slot(1), OURS));
    all.replied(B, new Accepted(ballot, accept.slot(), accept.batch().digest(), slot(1), THEIRS));
    assertThat(accepts(all.pass(500), B)).isEmpty();

    all.said(B, new Alive(new MemberState(slot(1), slot(1), OURS, slot(0), 0)));

    assertThat(accepts(all.pass(20), B)).as("asked again at once").isNotEmpty();
    assertThat(
            all.replied(
                B, new Accepted(ballot, accept.slot(), accept.batch().digest(), slot(1), OURS)))
        .contains(new TellWatermark(ballot, accept.slot()));
  }

  private static SortedSet<MemberId> of(MemberId member) {
    return new TreeSet<>(List.of(member));
  }
}
