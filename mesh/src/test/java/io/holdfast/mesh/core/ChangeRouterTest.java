package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.core.ChangeEffect.Answer;
import io.holdfast.mesh.core.ChangeEffect.CountDropped;
import io.holdfast.mesh.core.ChangeEffect.Propose;
import io.holdfast.mesh.core.ChangeEffect.Send;
import io.holdfast.mesh.core.Envelope.ForwardedChange;
import io.holdfast.mesh.core.Envelope.ForwardedChangeAnswer;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ChangeRouterTest {

  private static final GroupId GROUP = new GroupId("g");
  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId C = member("c");
  private static final MembershipChange ADD = new MembershipChange.AddLearner(C);
  private static final OptionalLong THREE = OptionalLong.of(3);
  private static final ChangeAnswer DONE = new ChangeAnswer.Changed(4, 70);
  private static final ChangeRefusal REFUSAL =
      new ChangeRefusal(ChangeRefusal.Code.ALREADY_MEMBER, "c takes part already");
  private static final Outcome COMMITTED =
      committed(new ChangeOutcome.Changed(4, Configuration.of(List.of(A, B), 2), new Slot(70)));

  /** The first ticket; the router counts on from here. */
  private static final long T = 1000;

  private final ChangeRouter router = new ChangeRouter(GROUP, A, Duration.ofSeconds(3), T);
  private long millis;

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name), 1);
  }

  private static Outcome committed(ChangeOutcome outcome) {
    return new Outcome.Committed(
        new Slot(6), MembershipCodec.encode(outcome), new AckReport(3, 2, 2, 0, List.of()));
  }

  private List<ChangeEffect> on(ChangeInput input) {
    return router.on(input, new Now(millis * 1_000_000, 0));
  }

  private List<ChangeEffect> ask(long token) {
    return on(new ChangeInput.Asked(token, ADD, THREE));
  }

  private void leader(MemberId leader) {
    on(new ChangeInput.LeaderIs(Optional.of(leader)));
  }

  private static Send forward(MemberId to, long ticket, int hops) {
    return new Send(to, new ForwardedChange(GROUP, ticket, hops, ADD, THREE));
  }

  private static void assertUndecided(List<ChangeEffect> effects, long token, OutcomeCode code) {
    assertThat(effects)
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.type(Answer.class))
        .satisfies(answer -> assertThat(answer.token()).isEqualTo(token))
        .extracting(Answer::answer)
        .asInstanceOf(InstanceOfAssertFactories.type(ChangeAnswer.Undecided.class))
        .satisfies(undecided -> assertThat(undecided.code()).isEqualTo(code));
  }

  @Test
  void proposesHereWhileNoOtherLeadsAndTellsWhatTheLogSays() {
    assertThat(ask(7)).containsExactly(new Propose(T, ADD, THREE));
    assertThat(on(new ChangeInput.Concluded(T, COMMITTED))).containsExactly(new Answer(7, DONE));

    assertThat(ask(8)).containsExactly(new Propose(T + 1, ADD, THREE));
    assertThat(on(new ChangeInput.Concluded(T + 1, committed(new ChangeOutcome.Refused(REFUSAL)))))
        .as("the log says the code, and no words")
        .containsExactly(
            new Answer(
                8,
                new ChangeAnswer.Refused(
                    new ChangeRefusal(REFUSAL.code(), REFUSAL.code().sentence()))));

    ask(10);
    assertThat(on(new ChangeInput.Concluded(T + 2, committed(new ChangeOutcome.Sealed()))))
        .containsExactly(new Answer(10, new ChangeAnswer.Sealed()));

    ask(9);
    assertThat(on(new ChangeInput.Concluded(T + 3, new Outcome.ChangeRefused(REFUSAL))))
        .containsExactly(new Answer(9, new ChangeAnswer.Refused(REFUSAL)));
  }

  @Test
  void forwardsToTheLeaderAndTakesTheAnswerFromNobodyElse() {
    leader(B);

    assertThat(ask(7)).containsExactly(forward(B, T, 0));
    assertThat(on(new ChangeInput.PeerAnswered(C, T, DONE)))
        .singleElement()
        .isInstanceOf(CountDropped.class);
    assertThat(on(new ChangeInput.PeerAnswered(B, T, DONE))).containsExactly(new Answer(7, DONE));
    assertThat(on(new ChangeInput.PeerAnswered(B, T, DONE)))
        .singleElement()
        .isInstanceOf(CountDropped.class);
  }

  @Test
  void forwardsToTheLeaderThatItsCoordinatorNames() {
    ask(7);

    assertThat(
            on(
                new ChangeInput.Concluded(
                    T, new Outcome.Refused(OutcomeCode.NO_LEADER, Optional.of(B)))))
        .containsExactly(forward(B, T + 1, 0));
  }

  @Test
  void takesWhatAPeerForwardedOnceAndPassesItOnNoFurtherThanAWrite() {
    leader(C);
    ForwardedChange first = new ForwardedChange(GROUP, 55, 0, ADD, THREE);

    assertThat(on(new ChangeInput.PeerAsked(B, first))).containsExactly(forward(C, T, 1));
    assertThat(on(new ChangeInput.PeerAsked(B, first)))
        .singleElement()
        .isInstanceOf(CountDropped.class);
    assertThat(on(new ChangeInput.PeerAnswered(C, T, DONE)))
        .containsExactly(new Send(B, new ForwardedChangeAnswer(GROUP, 55, DONE)));
    ForwardedChange far = new ForwardedChange(GROUP, 56, RequestRouter.MAX_HOPS - 1, ADD, THREE);
    assertThat(on(new ChangeInput.PeerAsked(B, far)))
        .containsExactly(new Propose(T + 1, ADD, THREE));
    assertThat(
            on(
                new ChangeInput.Concluded(
                    T + 1, new Outcome.Refused(OutcomeCode.NO_LEADER, Optional.of(C)))))
        .singleElement()
        .isInstanceOf(Send.class);
  }

  @Test
  void leaderThatDoesNotAnswerLeavesTheOutcomeUnknown() {
    leader(B);
    ask(7);
    millis = 3_000;
    assertThat(on(new ChangeInput.Tick())).isEmpty();
    millis = 3_001;
    assertUndecided(on(new ChangeInput.Tick()), 7, OutcomeCode.OUTCOME_UNKNOWN);
    assertThat(on(new ChangeInput.Tick())).isEmpty();
  }

  @Test
  void ownCoordinatorIsWaitedForAsItAlwaysAnswers() {
    ask(7);
    millis = 100_000;
    assertThat(on(new ChangeInput.Tick())).isEmpty();
    assertThat(on(new ChangeInput.Concluded(T, COMMITTED))).containsExactly(new Answer(7, DONE));
  }

  @Test
  void refusesBeyondItsBoundAndWhenItStops() {
    for (int i = 0; i < ChangeRouter.MAX_PENDING; i++) {
      ask(i);
    }
    assertUndecided(ask(100), 100, OutcomeCode.OVERLOADED);
    assertThat(on(new ChangeInput.Close()))
        .hasSize(ChangeRouter.MAX_PENDING)
        .allSatisfy(effect -> assertUndecidedAs(effect, OutcomeCode.OUTCOME_UNKNOWN));
    assertUndecided(ask(101), 101, OutcomeCode.NOT_READY);
  }

  private static void assertUndecidedAs(ChangeEffect effect, OutcomeCode code) {
    assertUndecided(List.of(effect), ((Answer) effect).token(), code);
  }
}
