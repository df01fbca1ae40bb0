package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A replica that comes back from its store holds what it held at that slot, keys and both
 * generations of its cache; and so does every other replica at that slot.
 */
final class CacheEqualsDisk extends Invariant {

  /** When it rotates next, and what it can be asked for. */
  private record Counters(
      long revision, long compacted, long generation, long commands, long bytes) {

    static Counters of(StateHeader header) {
      return new Counters(
          header.revision(),
          header.compacted(),
          header.generation(),
          header.generationCommands(),
          header.generationBytes());
    }
  }

  /** What a replica held. */
  private record Held(
      Counters counters,
      SortedMap<ByteString, StateInspection.Entry> keys,
      SortedMap<ByteString, Optional<ByteString>> current,
      SortedMap<ByteString, Optional<ByteString>> previous) {

    /** Where two of them differ. */
    String from(Held other) {
      if (!counters.equals(other.counters)) {
        return counters + " and " + other.counters;
      } else if (!keys.equals(other.keys)) {
        return difference(keys, other.keys);
      }
      return "current: "
          + difference(current, other.current)
          + ", previous: "
          + difference(previous, other.previous);
    }

    private static <V> String difference(
        SortedMap<ByteString, V> one, SortedMap<ByteString, V> other) {
      StringBuilder text = new StringBuilder();
      one.forEach(
          (key, value) -> {
            if (!Objects.equals(value, other.get(key))) {
              text.append(" +").append(key.toStringUtf8());
            }
          });
      other.forEach(
          (key, value) -> {
            if (!Objects.equals(value, one.get(key))) {
              text.append(" -").append(key.toStringUtf8());
            }
          });
      return text.isEmpty() ? "equal" : text.substring(1);
    }
  }

  private final Map<Slot, Held> known = new HashMap<>();

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection now) {
    Held held =
        new Held(
            Counters.of(header), now.keys(), now.currentGeneration(), now.previousGeneration());
    Held other = known.putIfAbsent(header.applied(), held);
    check(
        other == null || other.equals(held),
        "%s, slot %s: another than was held there before: %s",
        at,
        header.applied(),
        other == null ? "" : held.from(other));
  }
}
