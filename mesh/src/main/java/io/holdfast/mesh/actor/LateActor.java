package io.holdfast.mesh.actor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way to an actor that is started after some of those who talk to it. What is said before it is
 * there is kept, and told first and in order. Safe for use by several threads.
 *
 * <p>Kept is what the other parts of a group say while it starts: a handful of messages, since no
 * peer and no client is let in before.
 *
 * @param <M> what the actor understands
 */
final class LateActor<M> {

  private final List<M> early = new ArrayList<>();
  private volatile @Nullable Consumer<M> actor;

  void tell(M message) {
    Consumer<M> started = actor;
    if (started == null) {
      tellEarly(message);
    } else {
      started.accept(message);
    }
  }

  private synchronized void tellEarly(M message) {
    Consumer<M> started = actor;
    if (started == null) {
      early.add(message);
    } else {
      started.accept(message);
    }
  }

  /** The actor is there: {@code to} takes a message to it and returns at once. */
  synchronized void startedAs(Consumer<M> to) {
    early.forEach(to);
    early.clear();
    actor = to;
  }
}
