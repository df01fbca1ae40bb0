package io.holdfast.acceptor.core;

import io.holdfast.acceptor.core.AcceptorEffect.Answer;
import io.holdfast.acceptor.core.AcceptorEffect.DeleteEvents;
import io.holdfast.acceptor.core.AcceptorEffect.Persist;
import io.holdfast.acceptor.core.AcceptorEffect.SaveSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * An acceptor with a simulated disk. Effects are carried out one by one, in order; a crash loses
 * those that were not carried out, be it a write or an answer behind it.
 */
final class SimulatedAcceptor {

  private final AcceptorLimits limits;
  private final Deque<AcceptorEffect> pending = new ArrayDeque<>();
  private final TreeMap<Long, AcceptorEvent> journal = new TreeMap<>();
  private final List<AcceptorEvent> everWritten = new ArrayList<>();
  private Optional<AcceptorSnapshot> snapshot = Optional.empty();
  private Slot storeDurable = Slot.ZERO;
  private AcceptorCore core;

  SimulatedAcceptor(AcceptorLimits limits) {
    this.limits = limits;
    this.core = Samples.fresh(limits);
  }

  AcceptorCore core() {
    return core;
  }

  /** The events on disk, by number. */
  NavigableMap<Long, AcceptorEvent> journal() {
    return journal;
  }

  /** Every event that was ever on disk, deleted ones included. */
  List<AcceptorEvent> everWritten() {
    return everWritten;
  }

  int pending() {
    return pending.size();
  }

  void on(AcceptorInput input) {
    if (input instanceof AcceptorInput.DurableUpTo durable) {
      storeDurable = Slot.max(storeDurable, durable.slot());
    }
    pending.addAll(core.on(input));
  }

  /** Carries out up to {@code count} effects; returns the answers that left. */
  List<Answer> carryOut(int count) {
    List<Answer> left = new ArrayList<>();
    for (int i = 0; i < count && !pending.isEmpty(); i++) {
      AcceptorEffect effect = pending.remove();
      if (effect instanceof Persist persist) {
        journal.put(persist.sequenceNumber(), persist.event());
        everWritten.add(persist.event());
      } else if (effect instanceof Answer answer) {
        left.add(answer);
      } else if (effect instanceof SaveSnapshot save) {
        snapshot = Optional.of(save.snapshot());
        pending.addAll(core.on(new AcceptorInput.SnapshotSaved(save.snapshot().sequenceNumber())));
      } else if (effect instanceof DeleteEvents delete) {
        journal.headMap(delete.sequenceNumber(), true).clear();
      }
    }
    return left;
  }

  List<Answer> carryOutAll() {
    return carryOut(Integer.MAX_VALUE);
  }

  /** Loses what is not on disk and starts again. */
  void crashAndRestart() {
    pending.clear();
    core = recovered();
  }

  /** What the store holds durably. */
  Slot storeDurable() {
    return storeDurable;
  }

  /** Another acceptor made from what is on disk. */
  AcceptorCore recovered() {
    return recovered(storeDurable);
  }

  /** The same, beside a store that holds slots up to {@code store}. */
  AcceptorCore recovered(Slot store) {
    return recovered(store, replaying -> {});
  }

  /**
   * The same.
   *
   * @param watcher sees it before the first event is replayed and after each
   */
  AcceptorCore recovered(Slot store, Consumer<AcceptorCore> watcher) {
    AcceptorCore recovered = AcceptorCore.recovering(limits, snapshot, store);
    watcher.accept(recovered);
    toReplay()
        .forEach(
            (number, event) -> {
              recovered.recover(number, event);
              watcher.accept(recovered);
            });
    recovered.start(Samples.MEMBERS, Slot.ZERO);
    return recovered;
  }

  /** The events that a restart replays. */
  NavigableMap<Long, AcceptorEvent> toReplay() {
    return journal.tailMap(snapshot.map(AcceptorSnapshot::sequenceNumber).orElse(0L), false);
  }

  /** The answers among {@code effects}. */
  static List<AcceptorReply> replies(Collection<AcceptorEffect> effects) {
    List<AcceptorReply> replies = new ArrayList<>();
    for (AcceptorEffect effect : effects) {
      if (effect instanceof Answer answer) {
        replies.add(answer.reply());
      }
    }
    return replies;
  }
}
