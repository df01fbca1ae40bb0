package io.holdfast.acceptor.actor;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.Signal;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Stops an actor at the first exception that its behavior lets through, and says so first: a core
 * that found a contradiction, or a port that threw though it must not, leaves a state that is not
 * to be trusted, and a node does not go on without one of its parts.
 *
 * @param <T> what the actor understands
 */
public final class FailStop<T> extends BehaviorInterceptor<T, T> {

  private final Consumer<Throwable> failed;

  private FailStop(Class<T> messages, Consumer<Throwable> failed) {
    super(messages);
    this.failed = failed;
  }

  /**
   * {@code behavior}, but failing as a whole.
   *
   * @param messages what the actor understands
   * @param failed is told of the exception, on the actor's thread, before it stops; must return at
   *     once
   * @param behavior the behavior; its start is watched too
   */
  public static <T> Behavior<T> around(
      Class<T> messages, Consumer<Throwable> failed, Behavior<T> behavior) {
    return Behaviors.intercept(() -> new FailStop<>(messages, failed), behavior);
  }

  @Override
  public Behavior<T> aroundStart(TypedActorContext<T> context, PreStartTarget<T> target) {
    return watched(() -> target.start(context));
  }

  @Override
  public Behavior<T> aroundReceive(
      TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
    return watched(() -> target.apply(context, message));
  }

  @Override
  public Behavior<T> aroundSignal(
      TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
    return watched(() -> target.apply(context, signal));
  }

  private Behavior<T> watched(Callable<Behavior<T>> step) {
    try {
      return step.call();
    } catch (Exception | AssertionError bug) {
      failed.accept(bug);
      return Behaviors.stopped();
    }
  }
}
