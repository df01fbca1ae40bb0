package io.holdfast.chaos.power;

import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.StateMachine;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.ReplicaStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * A replica that no power cut reaches: it executes the same batches, and has a store in memory.
 * What a store holds after a cut must be what this one holds at the same slot.
 */
final class ReferenceReplica {

  private static final int MANY = 1 << 20;

  private final InMemoryReplicaStore store = new InMemoryReplicaStore(MachineSettings.TERMS);
  private final StateMachine machine = StateMachine.restore(store.load());

  /**
   * Executes everything up to a slot.
   *
   * @param chosen the chosen batch of each
   * @return the first slot without one; empty if it came through
   */
  Optional<Long> advanceTo(Slot slot, LongFunction<Optional<Batch>> chosen) {
    while (slot.isAfter(machine.applied())) {
      Slot next = machine.applied().next();
      Optional<Batch> batch = chosen.apply(next.number());
      if (batch.isEmpty()) {
        return Optional.of(next.number());
      }
      machine.apply(next, batch.get());
    }
    ReplicaDelta delta = machine.takeDelta();
    store.flush(delta);
    machine.flushed(delta);
    return Optional.empty();
  }

  Slot applied() {
    return machine.applied();
  }

  Digest chainHash() {
    return machine.chainHash();
  }

  /** The revision below which history is forgotten. */
  long compacted() {
    return machine.header().compacted();
  }

  /**
   * In what another store at the same slot differs.
   *
   * @param loaded what it holds; used up by this
   * @param other the store itself, for values and history
   */
  List<String> differences(RestoredState loaded, ReplicaStore other) {
    List<String> found = new ArrayList<>();
    StateHeader header = loaded.header();
    compare("header", machine.header(), header, found);
    StateInspection expected = inspection(store.load());
    StateInspection actual = inspection(loaded);
    compare("keys", expected.keys(), actual.keys(), found);
    compare("leases", expected.leases(), actual.leases(), found);
    compare("current generation", expected.currentGeneration(), actual.currentGeneration(), found);
    compare(
        "previous generation", expected.previousGeneration(), actual.previousGeneration(), found);
    List<Long> places =
        expected.keys().values().stream().map(StateInspection.Entry::place).toList();
    compare("values", store.read(places), other.read(places), found);
    long from = Place.first(header.compacted() + 1);
    compare("history", changes(store, from), changes(other, from), found);
    return found;
  }

  private static StateInspection inspection(RestoredState state) {
    return ReplicaCore.restore(
            MachineSettings.SELF, MachineSettings.MEMBERS, MachineSettings.REPLICA, state)
        .inspection();
  }

  private static List<Change> changes(ReplicaStore of, long from) {
    return of.changes(from, Place.last(Place.MAX_REVISION), MANY, Long.MAX_VALUE);
  }

  private static void compare(String what, Object expected, Object actual, List<String> found) {
    if (!expected.equals(actual)) {
      found.add("%s: %s".formatted(what, difference(expected, actual)));
    }
  }

  /** Short: both sides may be long. */
  private static String difference(Object expected, Object actual) {
    String one = String.valueOf(expected);
    String other = String.valueOf(actual);
    int at = 0;
    while (at < Math.min(one.length(), other.length()) && one.charAt(at) == other.charAt(at)) {
      at++;
    }
    return "expected ...%s, found ...%s".formatted(excerpt(one, at), excerpt(other, at));
  }

  private static String excerpt(String text, int at) {
    int from = Math.max(0, at - 40);
    return text.substring(from, Math.min(text.length(), at + 80)).replace('\n', ' ');
  }
}
