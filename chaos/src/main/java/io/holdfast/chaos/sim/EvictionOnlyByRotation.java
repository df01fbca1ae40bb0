package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A key leaves the cache only as its generation is dropped by a rotation; and every replica rotates
 * after the same slots.
 */
final class EvictionOnlyByRotation extends Invariant {

  /** What was cached when a replica was last looked at. */
  private record Held(long generation, Set<ByteString> current, Set<ByteString> all) {}

  private final Map<Slot, Long> generations = new HashMap<>();
  private final Map<SimBoot, Held> held = new HashMap<>();

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    Long other = generations.putIfAbsent(applied.slot(), applied.generation());
    check(
        other == null || other == applied.generation(),
        "%s executes slot %s in generation %d, another replica in %d",
        at,
        applied.slot(),
        applied.generation(),
        other);
    Long before = generations.get(new Slot(applied.slot().number() - 1));
    check(
        before == null || (applied.generation() >= before && applied.generation() - before <= 1),
        "%s executes slot %s in generation %d, and the one before in %d",
        at,
        applied.slot(),
        applied.generation(),
        before);
  }

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection now) {
    SimBoot boot = at.boot();
    if (boot == null) {
      return;
    }
    Set<ByteString> current = Set.copyOf(now.currentGeneration().keySet());
    Set<ByteString> all = new HashSet<>(current);
    all.addAll(now.previousGeneration().keySet());
    Held before = held.put(boot, new Held(header.generation(), current, all));
    if (before == null) {
      return;
    }
    long rotations = header.generation() - before.generation();
    boolean keeps =
        switch ((int) Math.min(rotations, 2)) {
          case 0 -> current.containsAll(before.current()) && all.containsAll(before.all());
          case 1 -> all.containsAll(before.current());
          default -> rotations > 1;
        };
    check(
        keeps,
        "%s, slot %s: in generation %d cached are %s; in generation %d it was %s",
        at,
        header.applied(),
        header.generation(),
        texts(all),
        before.generation(),
        texts(before.all()));
  }

  private static List<String> texts(Set<ByteString> keys) {
    return keys.stream().map(ByteString::toStringUtf8).sorted().toList();
  }

  @Override
  public void ended(SimNode at) {
    held.keySet().removeIf(boot -> boot.node == at);
  }
}
