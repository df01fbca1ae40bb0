package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEffect;
import io.holdfast.acceptor.core.AcceptorEffect.Persist;
import io.holdfast.acceptor.core.AcceptorEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Carries out an acceptor's effects in order, each when every write before it is on disk: what Akka
 * Persistence does in production. Several writes may be synced together.
 */
final class SimJournal {

  private static final int LARGEST_GROUP = 8;

  private final SimBoot boot;
  private final Consumer<AcceptorEffect> carryOut;

  /** Effects, and actions that wait as effects do. */
  private final Deque<Object> queue = new ArrayDeque<>();

  private final Deque<Persist> unwritten = new ArrayDeque<>();
  private List<Persist> writing = List.of();
  private long writtenUpTo;
  private boolean failing;
  private boolean failed;

  SimJournal(SimBoot boot, long recoveredUpTo, Consumer<AcceptorEffect> carryOut) {
    this.boot = boot;
    this.writtenUpTo = recoveredUpTo;
    this.carryOut = carryOut;
  }

  void add(List<AcceptorEffect> effects) {
    if (failed) {
      return;
    }
    for (AcceptorEffect effect : effects) {
      if (effect instanceof Persist persist) {
        unwritten.add(persist);
        queue.add(persist);
      } else if (boot.tampering.waitsForWrites(effect, effects)) {
        queue.add(effect);
      } else {
        carryOut.accept(effect);
      }
    }
    proceed();
  }

  /** Runs {@code action} once every write issued so far is on disk. */
  void defer(Runnable action) {
    if (!failed) {
      queue.add(action);
      proceed();
    }
  }

  /** The next write fails. */
  void failNext() {
    failing = true;
  }

  private void proceed() {
    while (!queue.isEmpty() && !waits(queue.peek())) {
      Object next = queue.remove();
      if (next instanceof Persist persist && persist.event() instanceof AcceptorEvent.LogTrimmed) {
        boot.reaches(CrashStep.TRIMMED);
      }
      if (next instanceof Runnable deferred) {
        boot.beforeEffect();
        deferred.run();
      } else if (!(next instanceof Persist)) {
        boot.beforeEffect();
        carryOut.accept((AcceptorEffect) next);
      }
    }
    if (writing.isEmpty() && !unwritten.isEmpty()) {
      write();
    }
  }

  private boolean waits(Object head) {
    return head instanceof Persist persist && persist.sequenceNumber() > writtenUpTo;
  }

  private void write() {
    int most = 1 + boot.node.random.nextInt(LARGEST_GROUP);
    List<Persist> group = new ArrayList<>();
    while (group.size() < most && !unwritten.isEmpty()) {
      group.add(unwritten.remove());
    }
    writing = group;
    boot.after(boot.node.writeNanos(), this::written);
  }

  private void written() {
    if (failing) {
      failing = false;
      fail();
    } else {
      writing.forEach(this::onDisk);
    }
    if (!failed) {
      writtenUpTo = writing.get(writing.size() - 1).sequenceNumber();
      writing = List.of();
      proceed();
    }
  }

  private void fail() {
    onDiskPerhaps();
    if (!boot.tampering.survivesFailedWrites()) {
      failed = true;
      queue.clear();
      unwritten.clear();
      writing = List.of();
    }
    boot.mesh.observers().forEach(observer -> observer.journalFailed(boot.node));
    boot.storageFailed();
  }

  /** A crash or a failure in the midst of a write: nobody knows how far it came. */
  void onDiskPerhaps() {
    int some = writing.isEmpty() ? 0 : boot.node.random.nextInt(writing.size() + 1);
    writing.subList(0, some).forEach(this::onDisk);
  }

  private void onDisk(Persist persist) {
    if (boot.tampering.reachesDisk(persist.event())) {
      SimNode node = boot.node;
      AcceptorEvent stored = node.mesh.encoding.stored(persist.event());
      node.disk().journal.put(persist.sequenceNumber(), stored);
      if (stored instanceof AcceptorEvent.LogTrimmed) {
        node.mesh.coverage.count("trims");
      }
      node.mesh
          .observers()
          .forEach(observer -> observer.journaled(node, persist.sequenceNumber(), persist.event()));
    }
  }
}
