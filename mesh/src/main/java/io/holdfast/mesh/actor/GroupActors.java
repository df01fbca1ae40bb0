package io.holdfast.mesh.actor;

import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.actor.CoordinatorActor;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.sync.actor.CacheOwner;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How the parts of a group on one node reach each other: by asynchronous messages only, so that a
 * delay between them is nothing special. Each needs the others before all are there.
 */
final class GroupActors {

  private final LateActor<Object> acceptor = new LateActor<>();
  private final LateActor<CoordinatorActor.Command> coordinator = new LateActor<>();
  private final LateActor<CacheOwner.Command> replica = new LateActor<>();
  private final LateActor<Optional<MemberId>> leaderWatch = new LateActor<>();
  private final LateActor<Optional<Duration>> ackTimeoutWatch = new LateActor<>();

  // ---- Messages

  void tellAcceptor(AcceptorInput input) {
    acceptor.tell(new AcceptorActor.Input(input));
  }

  void tellAcceptor(AcceptorActor.ReadLog read) {
    acceptor.tell(read);
  }

  void tellAcceptor(AcceptorActor.View view) {
    acceptor.tell(view);
  }

  void tellCoordinator(CoordinatorInput input) {
    coordinator.tell(new CoordinatorActor.Input(input));
  }

  void tellCoordinator(CoordinatorActor.Command command) {
    coordinator.tell(command);
  }

  void tellReplica(CacheOwner.Command command) {
    replica.tell(command);
  }

  /** The leader that the coordinator hears has changed. */
  void tellLeader(Optional<MemberId> leader) {
    leaderWatch.tell(leader);
  }

  /** How long acknowledgements may take by the active policy. */
  void tellAckTimeout(Optional<Duration> byPolicy) {
    ackTimeoutWatch.tell(byPolicy);
  }

  // ---- Starting

  void acceptorIs(akka.actor.ActorRef started) {
    acceptor.startedAs(message -> started.tell(message, akka.actor.ActorRef.noSender()));
  }

  void coordinatorIs(akka.actor.typed.ActorRef<CoordinatorActor.Command> started) {
    coordinator.startedAs(started::tell);
  }

  void replicaIs(akka.actor.typed.ActorRef<CacheOwner.Command> started) {
    replica.startedAs(started::tell);
  }

  void ackTimeoutIsToldTo(Consumer<Optional<Duration>> listener) {
    ackTimeoutWatch.startedAs(listener);
  }

  void leaderIsToldTo(Consumer<Optional<MemberId>> listener) {
    leaderWatch.startedAs(listener);
  }
}
