package io.holdfast.mesh.actor;

import akka.actor.typed.ActorRef;
import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.core.ChangeEffect;
import io.holdfast.mesh.core.ChangeInput;
import io.holdfast.mesh.core.ChangeRouter;
import io.holdfast.mesh.core.Envelope.ForwardedChange;
import io.holdfast.mesh.core.Envelope.ForwardedChangeAnswer;
import io.holdfast.quorum.actor.CoordinatorActor;
import io.holdfast.quorum.core.MembershipChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a {@link ChangeRouter}, as {@link GroupService} runs the router of requests: the lock covers
 * a step of the core, and effects are carried out after it.
 */
final class ChangeService {

  private final ChangeRouter router;
  private final Object step = new Object();
  private final NodeParts node;
  private final ActorRef<CoordinatorActor.Command> coordinator;
  private final GroupCounters counters;
  private final AtomicLong nextToken = new AtomicLong();
  private final Map<Long, CompletableFuture<ChangeAnswer>> callers = new ConcurrentHashMap<>();

  ChangeService(
      ChangeRouter router,
      NodeParts node,
      ActorRef<CoordinatorActor.Command> coordinator,
      GroupCounters counters) {
    this.router = router;
    this.node = node;
    this.coordinator = coordinator;
    this.counters = counters;
  }

  /**
   * Has a change made.
   *
   * @param expected the number of the configuration that it shall be a change of, if that matters
   */
  CompletableFuture<ChangeAnswer> change(MembershipChange change, OptionalLong expected) {
    long token = nextToken.getAndIncrement();
    CompletableFuture<ChangeAnswer> answer = new CompletableFuture<>();
    callers.put(token, answer);
    take(new ChangeInput.Asked(token, change, expected));
    return answer;
  }

  void leaderIs(Optional<MemberId> heard) {
    take(new ChangeInput.LeaderIs(heard));
  }

  void forwarded(MemberId from, ForwardedChange forward) {
    take(new ChangeInput.PeerAsked(from, forward));
  }

  void answered(MemberId from, ForwardedChangeAnswer answer) {
    take(new ChangeInput.PeerAnswered(from, answer.token(), answer.answer()));
  }

  void tick() {
    take(new ChangeInput.Tick());
  }

  void close() {
    take(new ChangeInput.Close());
  }

  private void take(ChangeInput input) {
    List<ChangeEffect> effects;
    try {
      synchronized (step) {
        effects = router.on(input, node.clock().get());
      }
    } catch (RuntimeException bug) {
      // The core's state is not to be trusted any more.
      node.failure().bug(bug);
      return;
    }
    effects.forEach(this::carryOut);
  }

  private void carryOut(ChangeEffect effect) {
    if (effect instanceof ChangeEffect.Propose propose) {
      coordinator.tell(
          new CoordinatorActor.Change(
              propose.change(),
              propose.expected(),
              outcome -> take(new ChangeInput.Concluded(propose.ticket(), outcome))));
    } else if (effect instanceof ChangeEffect.Send send) {
      node.links().send(send.to().node(), send.message());
    } else if (effect instanceof ChangeEffect.Answer answer) {
      CompletableFuture<ChangeAnswer> caller = callers.remove(answer.token());
      if (caller == null) {
        node.failure().bug(new IllegalStateException("a caller was answered twice: " + answer));
      } else {
        caller.complete(answer.answer());
      }
    } else if (effect instanceof ChangeEffect.CountDropped) {
      counters.countDropped();
    }
  }
}
