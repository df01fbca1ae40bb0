package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.D;
import static io.holdfast.quorum.core.Scene.accepts;
import static io.holdfast.quorum.core.Scene.probes;
import static io.holdfast.quorum.core.Scene.slot;
import static io.holdfast.quorum.core.Scene.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.CoordinatorEffect.ConcludeRead;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.RefuseRead;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorEffect.Say;
import io.holdfast.quorum.core.CoordinatorInput.ConfigurationExecuted;
import io.holdfast.quorum.core.CoordinatorInput.HandOver;
import io.holdfast.quorum.core.CoordinatorMessage.Alive;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.Resigned;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Protocol, section 4: a leader lets a named voter lead and goes on as a follower. */
class HandOverTest {

  private final Scene scene = Scene.of(2, A, B, C);
  private final Ballot ballot = scene.lead(B);

  /** Time passes in which the others are heard, and have learned so much. */
  private void pass(Scene where, long millis, long learned, MemberId... alive) {
    for (long passed = 0; passed < millis; passed += 100) {
      where.pass(100);
      for (MemberId member : alive) {
        where.said(member, new Alive(state(learned)));
      }
    }
  }

  /** Long enough that this one leads stably. */
  private void leadsForLong() {
    pass(scene, 1_200, 0, B, C);
  }

  private static boolean handedOver(Scene scene) {
    return scene.core.role() == Role.FOLLOWING;
  }

  private void commit(Accept accept) {
    scene.accepted(A, accept);
    scene.accepted(B, accept);
    scene.executed(accept.slot().number(), accept.batch());
  }

  private static void assertLeavesIt(Scene scene, MemberId successor) {
    scene.on(new HandOver(successor));
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
    scene.propose(99, "goes on");
    assertThat(scene.outcomes(99)).isEmpty();
  }

  @Test
  void namesTheSuccessorAndTellsWhatIsChosen() {
    leadsForLong();
    commit(accepts(scene.propose(1, "x"), B).get(0));

    List<CoordinatorEffect> effects = scene.on(new HandOver(C));

    assertThat(effects)
        .contains(new Say(B, new Resigned(ballot, C)), new Say(C, new Resigned(ballot, C)))
        .doesNotHaveAnyElementsOfTypes(CoordinatorEffect.ResignDone.class);
    assertThat(effects)
        .filteredOn(e -> e instanceof Say say && say.message() instanceof Heartbeat)
        .extracting(e -> ((Heartbeat) ((Say) e).message()).chosenUpTo())
        .containsExactly(slot(1), slot(1));
    assertThat(handedOver(scene)).isTrue();
  }

  @Test
  void finishesWhatCallersWaitForAndTakesNoMore() {
    leadsForLong();
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    Probe probe = probes(scene.read(2), B).get(0);
    scene.on(new HandOver(C));

    scene.propose(3, "too late");
    assertThat(scene.outcome(3))
        .isEqualTo(new Outcome.Refused(OutcomeCode.NO_LEADER, Optional.of(A)));
    assertThat(scene.read(4))
        .containsExactly(new RefuseRead(4, OutcomeCode.NO_LEADER, Optional.of(A)));
    commit(accept);
    assertThat(scene.outcome(1)).isInstanceOf(Outcome.Committed.class);
    assertThat(handedOver(scene)).as("a read waits").isFalse();
    scene.confirm(A, probe);
    assertThat(scene.confirm(B, probe)).contains(new ConcludeRead(2, Slot.ZERO));
    assertThat(handedOver(scene)).isTrue();
  }

  @Test
  void goesOnAsAFollowerThatMayBeElectedAgain() {
    leadsForLong();
    scene.on(new HandOver(C));
    assertThat(scene.pass(400))
        .as("the successor tries first")
        .noneMatch(e -> e instanceof Say say && say.message() instanceof PrePrepare);

    scene.lead(B);
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
    scene.propose(1, "x");
    assertThat(scene.outcomes(1)).as("it is not handing over any more").isEmpty();
  }

  @Test
  void whoDoesNotLeadDoesNothing() {
    Scene follower = Scene.of(2, A, B, C);

    assertThat(follower.on(new HandOver(B))).isEmpty();
    Ballot led = follower.lead(C);
    assertThat(led).isNotNull();
    follower.propose(1, "x");
    assertThat(follower.outcomes(1)).as("what was asked for before is forgotten").isEmpty();
  }

  @Test
  void whoHasJustBegunToLeadDoesNothing() {
    pass(scene, 900, 0, B, C);
    assertLeavesIt(scene, B);
  }

  @Test
  void noLeadershipGoesFromOneToItself() {
    leadsForLong();
    assertLeavesIt(scene, A);
  }

  @Test
  void noLeadershipGoesToALearner() {
    Configuration learning =
        new Configuration(new TreeSet<>(List.of(A, B, C)), new TreeSet<>(List.of(D)), 2, 2);
    Scene voters = new Scene(learning);
    voters.lead(B);
    pass(voters, 1_200, 0, B, C, D);
    assertLeavesIt(voters, D);
  }

  /** An earlier leader's batch is not known to be chosen again yet. */
  @Test
  void noLeadershipGoesOverBeforeWhatAnEarlierLeaderLeftOpenIsChosen() {
    Scene open = Scene.of(2, A, B, C);
    Prepare prepare = Scene.prepareFor(A, open.grant(B, open.campaign()));
    AcceptedPair pair = new AcceptedPair(slot(1), new Ballot(1, B), Scene.batch("x"));
    open.replied(A, Scene.promised(prepare, 0));
    open.replied(B, Scene.promised(prepare, 0, pair));
    pass(open, 1_200, 0, B, C);
    open.on(new HandOver(C));
    assertThat(open.core.role()).isEqualTo(Role.LEADING);

    Accept accept = accepts(open.all, B).get(0);
    open.accepted(A, accept);
    open.accepted(B, accept);
    open.executed(1, accept.batch());
    assertThat(open.core.role()).as("it was not begun").isEqualTo(Role.LEADING);
    open.on(new HandOver(C));
    assertThat(handedOver(open)).isTrue();
  }

  @Test
  void noLeadershipGoesToOneWhoIsSilent() {
    pass(scene, 1_200, 0, B);
    assertLeavesIt(scene, C);
  }

  @Test
  void noLeadershipGoesToOneWhoIsBehind() {
    commit(accepts(scene.propose(1, "x"), B).get(0));
    pass(scene, 1_200, 0, C);
    pass(scene, 200, 1, B);
    assertLeavesIt(scene, C);
  }

  @Test
  void noLeadershipGoesOverWhileMembersChange() {
    leadsForLong();
    Configuration learning =
        new Configuration(new TreeSet<>(List.of(A, B, C)), new TreeSet<>(List.of(D)), 2, 2);
    scene.on(new ConfigurationExecuted(slot(1), learning));

    scene.on(new HandOver(B));
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
  }

  /** A change that was in flight when it was asked for is executed before it is done. */
  @Test
  void givesUpWhereMembersBeginToChange() {
    leadsForLong();
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.on(new HandOver(C));
    Configuration learning =
        new Configuration(new TreeSet<>(List.of(A, B, C)), new TreeSet<>(List.of(D)), 2, 2);
    scene.on(new ConfigurationExecuted(slot(1), learning));
    commit(accept);

    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
    scene.propose(2, "goes on");
    assertThat(scene.outcomes(2)).isEmpty();
  }

  @Test
  void givesUpWhereWhatCallersWaitForTakesTooLong() {
    leadsForLong();
    scene.propose(1, "x");
    scene.on(new HandOver(C));
    pass(scene, 400, 0, B, C);
    scene.propose(2, "too early");
    pass(scene, 200, 0, B, C);
    scene.propose(3, "goes on");

    assertThat(scene.outcome(2)).isInstanceOf(Outcome.Refused.class);
    assertThat(scene.outcomes(3)).isEmpty();
    assertThat(scene.core.role()).isEqualTo(Role.LEADING);
  }

  /** The schedule: w = n and a slow member, so somebody always waits, and each try refuses work. */
  @Test
  void isNotBegunWhileACallerHasWaitedForLong() {
    leadsForLong();
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    pass(scene, 200, 0, B, C);
    scene.passUntold(1);
    assertLeavesIt(scene, C);

    commit(accept);
    assertThat(scene.outcome(1)).isInstanceOf(Outcome.Committed.class);
    commit(accepts(scene.all, B).get(accepts(scene.all, B).size() - 1));
    scene.on(new HandOver(C));
    assertThat(handedOver(scene)).as("no caller waits").isTrue();
  }

  @Test
  void isBegunWhileCallersHaveNotWaitedForLong() {
    leadsForLong();
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    pass(scene, 200, 0, B, C);
    scene.on(new HandOver(C));

    scene.propose(2, "too late");
    assertThat(scene.outcome(2)).isInstanceOf(Outcome.Refused.class);
    commit(accept);
    assertThat(handedOver(scene)).isTrue();
  }

  /** No-ops that reach the slot of a change are in flight, and nobody waits for them. */
  @Test
  void isNotBegunWhileACallerHasWaitedForASlotForLong() {
    Configuration ab = new Configuration(new TreeSet<>(List.of(A, B)), new TreeSet<>(), 2, 2);
    Scene narrow = new Scene(Configuration.of(List.of(A, B, C), 2), 4, Ballot.BOTTOM);
    narrow.lead(B, C);
    pass(narrow, 1_200, 0, B, C);
    Accept accept = accepts(narrow.propose(1, "x"), B).get(0);
    narrow.accepted(A, accept);
    narrow.accepted(B, accept);
    narrow.on(new ConfigurationExecuted(slot(1), ab));
    narrow.executed(1, accept.batch());
    narrow.propose(2, "waits for a slot");
    pass(narrow, 210, 1, B);
    assertThat(narrow.outcomes(2)).isEmpty();
    narrow.on(new HandOver(B));
    narrow.propose(3, "goes on");
    assertThat(narrow.outcomes(3)).isEmpty();
  }

  /** Asks for a hand-over that a caller keeps from being finished, and has it given up. */
  private void takesTooLong(long token, long learned) {
    scene.propose(token, "x");
    scene.on(new HandOver(C));
    scene.propose(token + 1, "y");
    assertThat(scene.outcome(token + 1)).as("begun").isInstanceOf(Outcome.Refused.class);
    pass(scene, 600, learned, B, C);
    List<Accept> proposed = accepts(scene.all, B);
    commit(proposed.get(proposed.size() - 1));
    assertThat(scene.outcome(token)).isInstanceOf(Outcome.Committed.class);
  }

  @Test
  void waitsTwiceAsLongEachTimeAfterOneThatTookTooLong() {
    leadsForLong();
    takesTooLong(100, 0);
    pass(scene, 20 * 500 - 200, 1, B, C);
    scene.on(new HandOver(C));
    assertThat(scene.core.role()).as("too soon").isEqualTo(Role.LEADING);
    pass(scene, 200, 1, B, C);
    takesTooLong(200, 1);
    pass(scene, 40 * 500 - 200, 2, B, C);
    scene.on(new HandOver(C));
    assertThat(scene.core.role()).as("too soon").isEqualTo(Role.LEADING);
    pass(scene, 200, 2, B, C);
    scene.on(new HandOver(C));
    assertThat(handedOver(scene)).isTrue();
  }

  @Test
  void waitsForNoLongerThanALimit() {
    leadsForLong();
    int pause = 20;
    for (int time = 1; time <= 7; time++) {
      takesTooLong(100L * time, time - 1);
      pass(scene, pause * 500L - 200, time, B, C);
      scene.on(new HandOver(C));
      assertThat(scene.core.role()).as("too soon").isEqualTo(Role.LEADING);
      pass(scene, 200, time, B, C);
      pause = Math.min(640, 2 * pause);
    }
    scene.on(new HandOver(C));
    assertThat(handedOver(scene)).isTrue();
  }

  @Test
  void nextLeadershipKnowsNothingOfWhatTookTooLongBefore() {
    leadsForLong();
    takesTooLong(100, 0);
    scene.heartbeat(new Ballot(ballot.round() + 1, B), 1);
    assertThat(scene.core.role()).isEqualTo(Role.FOLLOWING);
    scene.lead(B);
    pass(scene, 1_200, 1, B, C);

    scene.on(new HandOver(C));
    assertThat(handedOver(scene)).isTrue();
  }

  @Test
  void whoIsAskedToStopStopsThoughItHandsOver() {
    leadsForLong();
    Accept accept = accepts(scene.propose(1, "x"), B).get(0);
    scene.on(new HandOver(C));
    scene.on(new CoordinatorInput.Resign());
    commit(accept);

    assertThat(scene.all).contains(new CoordinatorEffect.ResignDone());
    assertThat(scene.all)
        .filteredOn(e -> e instanceof Say say && say.message() instanceof Resigned)
        .hasSize(2);
    assertThat(handedOver(scene)).isTrue();
  }
}
