package io.holdfast.sync.core;

import io.holdfast.config.core.Now;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hands the history on to whoever follows it, a part at a time and only when asked: a watcher holds
 * nothing here but its question. Each change comes once, in order: first from the store, then from
 * what is not flushed yet, then as it is applied.
 */
final class Watches {

  /** Changes and bytes in an answer, about. */
  static final int MAX_CHANGES = 256;

  static final long MAX_BYTES = 1L << 20;

  /** Parts of the history without a change that is wanted, after which an answer says so. */
  private static final int MAX_EMPTY_PARTS = 16;

  private record Waiting(ReplicaInput.NextChanges question, long deadlineNanos) {}

  private final ReplicatedState state;
  private final ServingSettings settings;
  private final StoreDesk store;
  private final ControlGate gate;
  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();

  Watches(ReplicatedState state, ServingSettings settings, StoreDesk store, ControlGate gate) {
    this.state = state;
    this.settings = settings;
    this.store = store;
    this.gate = gate;
  }

  /** Somebody asks what comes next. */
  void on(ReplicaInput.NextChanges question, Now now, List<ReplicaEffect> effects) {
    if (!isKeptFrom(question, effects)) {
      follow(question, question.fromPlace(), 0, now, effects);
    }
  }

  private boolean isKeptFrom(ReplicaInput.NextChanges question, List<ReplicaEffect> effects) {
    Optional<ReplicaEffect.Refusal> refusal =
        gate.read(AccessNeeds.read(question.keys()), question.shown());
    refusal.ifPresent(
        reason -> effects.add(new ReplicaEffect.ReadRefused(question.token(), reason)));
    return refusal.isPresent();
  }

  /** Something else is active: those end who may not follow what they follow any more. */
  void activated(List<ReplicaEffect> effects) {
    waiting.values().removeIf(each -> isKeptFrom(each.question(), effects));
  }

  private void follow(
      ReplicaInput.NextChanges question,
      long from,
      int emptyParts,
      Now now,
      List<ReplicaEffect> effects) {
    if (isForgotten(from)) {
      compacted(question, effects);
    } else if (emptyParts == MAX_EMPTY_PARTS) {
      answer(question, List.of(), from, effects);
    } else if (state.overlay().isFlushed(from)) {
      readStore(question, from, emptyParts, effects);
    } else {
      readMemory(question, from, now, effects);
    }
  }

  /** What was deleted at the compaction point itself is forgotten already. */
  private boolean isForgotten(long from) {
    return state.compacted() > 0 && Place.revision(from) <= state.compacted();
  }

  private void compacted(ReplicaInput.NextChanges question, List<ReplicaEffect> effects) {
    effects.add(new ReplicaEffect.ChangesCompacted(question.token(), state.compacted() + 1));
  }

  private void readStore(
      ReplicaInput.NextChanges question, long from, int emptyParts, List<ReplicaEffect> effects) {
    if (store.isFull()) {
      effects.add(
          new ReplicaEffect.ReadRefused(question.token(), ReplicaEffect.Refusal.OVERLOADED));
      return;
    }
    long to = state.overlay().flushedPlace();
    store.ask(
        new StoreQuestion.Changes(from, to, MAX_CHANGES, MAX_BYTES),
        (answer, now, out) -> {
          if (isKeptFrom(question, out)) {
            return;
          }
          List<Change> read = ((StoreAnswer.Changes) answer).changes();
          long next = read.isEmpty() ? to + 1 : read.get(read.size() - 1).place() + 1;
          List<Change> wanted = wanted(read, question.keys());
          if (isForgotten(from)) {
            compacted(question, out);
          } else if (wanted.isEmpty()) {
            follow(question, next, emptyParts + 1, now, out);
          } else {
            answer(question, wanted, next, out);
          }
        },
        effects);
  }

  private void readMemory(
      ReplicaInput.NextChanges question, long from, Now now, List<ReplicaEffect> effects) {
    List<Change> part = new ArrayList<>();
    long bytes = 0;
    long next = from;
    for (Change change : state.overlay().from(from)) {
      if (part.size() == MAX_CHANGES || bytes >= MAX_BYTES) {
        break;
      }
      next = change.place() + 1;
      if (question.keys().contains(change.key())) {
        part.add(change);
        bytes += change.bytes();
      }
    }
    if (!part.isEmpty()) {
      answer(question, part, next, effects);
    } else if (waiting.size() >= settings.maxWatches()) {
      effects.add(
          new ReplicaEffect.ReadRefused(question.token(), ReplicaEffect.Refusal.OVERLOADED));
    } else {
      waiting.put(
          question.token(), new Waiting(question.from(next), now.nanosAfter(question.patience())));
    }
  }

  /**
   * Changes were applied: those who wait for one of these keys are answered. They have missed
   * nothing that lies before.
   */
  void applied(List<Change> changes, Now now, List<ReplicaEffect> effects) {
    if (waiting.isEmpty() || changes.isEmpty()) {
      return;
    }
    List<ReplicaInput.NextChanges> woken = new ArrayList<>();
    Iterator<Waiting> each = waiting.values().iterator();
    while (each.hasNext()) {
      ReplicaInput.NextChanges question = each.next().question();
      if (changes.stream().anyMatch(change -> question.keys().contains(change.key()))) {
        woken.add(question);
        each.remove();
      }
    }
    long from = changes.get(0).place();
    for (ReplicaInput.NextChanges question : woken) {
      follow(question, Math.max(question.fromPlace(), from), 0, now, effects);
    }
  }

  /** Those who have waited long enough are told that there is nothing yet. */
  void tick(Now now, List<ReplicaEffect> effects) {
    List<Waiting> over = new ArrayList<>();
    waiting.values().removeIf(one -> now.isAfter(one.deadlineNanos()) && over.add(one));
    for (Waiting one : over) {
      // Nothing that it wants came since: it need not go through that again.
      long from = Math.max(one.question().fromPlace(), Place.last(state.revision()) + 1);
      answer(one.question(), List.of(), from, effects);
    }
  }

  /** None of those that wait will be answered here. */
  void refuseAll(ReplicaEffect.Refusal reason, List<ReplicaEffect> effects) {
    waiting.keySet().forEach(token -> effects.add(new ReplicaEffect.ReadRefused(token, reason)));
    waiting.clear();
  }

  private void answer(
      ReplicaInput.NextChanges question,
      List<Change> changes,
      long next,
      List<ReplicaEffect> effects) {
    effects.add(new ReplicaEffect.ChangesAnswer(question.token(), changes, next, state.revision()));
  }

  private static List<Change> wanted(List<Change> changes, KeyRange keys) {
    return changes.stream().filter(change -> keys.contains(change.key())).toList();
  }
}
