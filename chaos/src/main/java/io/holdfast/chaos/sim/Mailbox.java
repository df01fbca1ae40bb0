package io.holdfast.chaos.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** An actor's mailbox: messages of its node reach it in order, one at a time, and not at once. */
final class Mailbox<T> {

  private final SimBoot boot;
  private final Consumer<T> receiver;
  private final Deque<T> waiting = new ArrayDeque<>();
  private boolean scheduled;

  Mailbox(SimBoot boot, Consumer<T> receiver) {
    this.boot = boot;
    this.receiver = receiver;
  }

  void tell(T message) {
    waiting.add(message);
    schedule();
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      boot.after(boot.hop(), this::takeSome);
    }
  }

  private void takeSome() {
    scheduled = false;
    for (int some = boot.few(); some > 0 && !waiting.isEmpty(); some--) {
      receiver.accept(waiting.remove());
    }
    if (!waiting.isEmpty()) {
      schedule();
    }
  }
}
