package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prepares commands for being proposed (section 5): each gets a plan, with a value for every key
 * that it may read and that is not in the cache's current generation. What is not in memory is read
 * from the store, off the path of applying.
 *
 * <p>The plan names the generation of the very step that classified the keys, before any store is
 * read: what has changed since then is cached at apply, as long as the cache rotated once at most.
 */
final class Admission {

  /** Keys whose values one command may read. */
  static final int MAX_READ_KEYS = 1000;

  /** A plan is made anew so often when what it needs vanishes under it. */
  private static final int MAX_ATTEMPTS = 3;

  /** Rotations between admission and apply at which a plan no longer holds. */
  private static final long HORIZON = 2;

  private record Needed(ByteString key, long place) {}

  private final ReplicatedState state;
  private final ServingSettings settings;
  private final StoreDesk store;
  private final ControlGate gate;
  // Commands that were admitted here and not seen applied, with when to stop expecting them.
  private final Map<WriteId, Long> ahead = new LinkedHashMap<>();
  private long storeReads;
  private long cacheHits;

  Admission(ReplicatedState state, ServingSettings settings, StoreDesk store, ControlGate gate) {
    this.state = state;
    this.settings = settings;
    this.store = store;
    this.gate = gate;
  }

  /** Values that were read from the store so far. */
  long storeReads() {
    return storeReads;
  }

  /** Values that need not be shipped since the cache has them on every replica. */
  long cacheHits() {
    return cacheHits;
  }

  /**
   * A command wants to be proposed. Who may not ask for it is not told either what came of it
   * before.
   */
  void admit(long token, WriteCommand write, Caller caller, Now now, List<ReplicaEffect> effects) {
    ControlGate.Passage passage = gate.command(write, caller, now);
    if (passage instanceof ControlGate.Passage.Closed closed) {
      if (!closed.hidesRecord() && answersFromRecord(token, write, caller, effects)) {
        return;
      }
      refuse(token, closed.code(), closed.detail(), effects);
      return;
    }
    // Whatever pin it came with is nothing that was decided here.
    WriteCommand pinned = write.pinned(((ControlGate.Passage.Open) passage).pin());
    if (!answersFromRecord(token, pinned, caller, effects)) {
      classify(token, pinned, 1, now, effects);
    }
  }

  // ---- What needs no plan any more

  private boolean answersFromRecord(
      long token, WriteCommand write, Caller caller, List<ReplicaEffect> effects) {
    if (state.writeIds().isExpired(write.id())) {
      refuse(
          token,
          OutcomeCode.WRITE_ID_EXPIRED,
          "This write id is older than what the group remembers.",
          effects);
      return true;
    }
    long ordinal = state.writeIds().find(write.id());
    if (ordinal < 0) {
      return false;
    }
    WriteIdRecord known = state.writeIds().record(ordinal);
    CommandOutcome replay = CommandApplication.replay(known.slot(), write, known);
    if (replay.result() instanceof CommandResult.WriteIdConflict) {
      refuse(
          token,
          OutcomeCode.WRITE_ID_CONFLICT,
          "This write id was used for another request.",
          effects);
    } else {
      RecordedResults.complete(
          state,
          store,
          ordinal,
          replay,
          (outcome, out) ->
              out.add(new ReplicaEffect.AdmissionRecorded(token, told(outcome, write, caller))),
          effects);
    }
    return true;
  }

  /** Whoever sends the same command again may know what it read; who settles it need not. */
  private CommandOutcome told(CommandOutcome outcome, WriteCommand write, Caller caller) {
    return write.command() instanceof Command.Resolve
        ? gate.toldByItsId(outcome, caller.credentials())
        : outcome;
  }

  // ---- The plan

  private void classify(
      long token, WriteCommand write, int attempt, Now now, List<ReplicaEffect> effects) {
    if (state.cache().commands() + ahead.size() >= HORIZON * state.terms().rotationCommands()) {
      refuse(
          token,
          OutcomeCode.CACHE_HORIZON_EXCEEDED,
          "Too many commands are on their way already.",
          effects);
      return;
    }
    PlanDraft draft = PlanDraft.of(write.command());
    List<Plan.Shipped> shipped = new ArrayList<>();
    List<Needed> needed = new ArrayList<>();
    if (!sort(draft, shipped, needed)) {
      refuse(
          token,
          OutcomeCode.TOO_LARGE,
          ("A transaction may read the values of %d keys, and %d bytes that the cache does not hold;"
                  + " narrow its ranges.")
              .formatted(MAX_READ_KEYS, settings.maxEntryBytes()),
          effects);
      return;
    }
    long generation = state.cache().generation();
    if (needed.isEmpty()) {
      finish(token, write, draft.plan(generation, shipped), now, effects);
    } else if (store.isFull()) {
      refuse(token, OutcomeCode.OVERLOADED, "Too many reads are waiting already.", effects);
    } else {
      List<Long> places = needed.stream().map(Needed::place).toList();
      storeReads += places.size();
      store.ask(
          new StoreQuestion.Versions(places, Place.MAX_REVISION),
          (answer, then, out) -> {
            boolean whole = add(needed, (StoreAnswer.Versions) answer, shipped);
            boolean holds = state.cache().generation() - generation < HORIZON;
            if (whole && holds) {
              finish(token, write, draft.plan(generation, shipped), then, out);
            } else if (attempt < MAX_ATTEMPTS) {
              classify(token, write, attempt + 1, then, out);
            } else {
              refuse(
                  token,
                  OutcomeCode.CACHE_HORIZON_EXCEEDED,
                  "What the command reads changes faster than it can be looked up.",
                  out);
            }
          },
          effects);
    }
  }

  /** Finds what must be shipped and is in memory, and what must be read; false: too much. */
  private boolean sort(PlanDraft draft, List<Plan.Shipped> shipped, List<Needed> needed) {
    Map<ByteString, KeyEntry> keys = new LinkedHashMap<>();
    for (KeyRange range : draft.read()) {
      if (range.isSingle()) {
        state.index().alive(range.from()).ifPresent(entry -> keys.put(range.from(), entry));
      } else {
        for (Map.Entry<ByteString, KeyEntry> entry : state.index().aliveIn(range)) {
          keys.put(entry.getKey(), entry.getValue());
          if (keys.size() > MAX_READ_KEYS) {
            return false;
          }
        }
      }
    }
    long bytes = 0;
    for (Map.Entry<ByteString, KeyEntry> key : keys.entrySet()) {
      if (!state.cache().isInCurrent(key.getKey())) {
        long place = key.getValue().place();
        bytes += key.getValue().valueBytes();
        state
            .valueInMemory(key.getKey(), place)
            .ifPresentOrElse(
                found -> shipped.add(new Plan.Shipped(key.getKey(), place, found)),
                () -> needed.add(new Needed(key.getKey(), place)));
      } else {
        cacheHits++;
      }
    }
    return keys.size() <= MAX_READ_KEYS && bytes <= settings.maxEntryBytes();
  }

  /** Adds what the store holds; false when something was collected in the meantime. */
  private static boolean add(
      List<Needed> needed, StoreAnswer.Versions answer, List<Plan.Shipped> shipped) {
    for (int i = 0; i < needed.size(); i++) {
      Optional<Change> found = answer.versions().get(i);
      if (found.isEmpty() || found.get().value() == null) {
        return false;
      }
      InvariantViolation.check(
          found.get().place() == needed.get(i).place(),
          "CacheEqualsDisk",
          "the store gives place %d for place %d",
          found.get().place(),
          needed.get(i).place());
      shipped.add(
          new Plan.Shipped(needed.get(i).key(), needed.get(i).place(), found.get().value()));
    }
    return true;
  }

  private void finish(
      long token, WriteCommand write, Plan plan, Now now, List<ReplicaEffect> effects) {
    ByteString entry = CommandCodec.encode(write.with(plan));
    if (entry.size() > settings.maxEntryBytes()) {
      refuse(
          token,
          OutcomeCode.TOO_LARGE,
          ("The command takes %d bytes with the values that it reads, allowed are %d; do less of it"
                  + " at once.")
              .formatted(entry.size(), settings.maxEntryBytes()),
          effects);
      return;
    }
    ahead.remove(write.id()); // those that are expected the longest come last
    ahead.put(write.id(), now.nanosAfter(settings.maxExpectedWait()));
    effects.add(new ReplicaEffect.Admitted(token, entry));
  }

  private static void refuse(
      long token, OutcomeCode code, String detail, List<ReplicaEffect> effects) {
    effects.add(new ReplicaEffect.AdmissionRefused(token, code, detail));
  }

  // ---- What became of admitted commands

  /** These were applied. */
  void applied(List<WriteId> writes) {
    if (!ahead.isEmpty()) {
      writes.forEach(ahead::remove);
    }
  }

  /** Some may never be: those are not expected for ever. */
  void tick(Now now) {
    Iterator<Long> deadlines = ahead.values().iterator();
    while (deadlines.hasNext() && now.isAfter(deadlines.next())) {
      deadlines.remove();
    }
  }
}
