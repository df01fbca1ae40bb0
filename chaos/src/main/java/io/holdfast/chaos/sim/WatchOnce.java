package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.VersionedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A watcher is told each change of its keys once, in the order of the log, whatever node it asks:
 * what it is told of a stretch of the history is all that the log changes there.
 */
final class WatchOnce extends Invariant {

  /** What a change leaves of a key. */
  private record Left(ByteString key, Optional<VersionedValue> record) {}

  private final ReferenceModel reference;
  private final NavigableMap<Long, Left> history = new TreeMap<>();
  private long known;

  WatchOnce(ReferenceModel reference) {
    this.reference = reference;
  }

  @Override
  public void watched(String process, KeyRange keys, long from, List<Change> changes, long next) {
    learn();
    check(
        next >= from && next <= Place.last(known) + 1,
        "watcher %s is sent from place %d to %d; the last revision is %d",
        process,
        from,
        next,
        known);
    Map<Long, Left> told = new TreeMap<>();
    List<Long> order = new ArrayList<>();
    for (Change change : changes) {
      told.put(change.place(), new Left(change.key(), change.record()));
      order.add(change.place());
    }
    Map<Long, Left> meant = new TreeMap<>();
    history
        .subMap(from, true, next, false)
        .forEach(
            (place, left) -> {
              if (keys.contains(left.key())) {
                meant.put(place, left);
              }
            });
    check(
        told.equals(meant) && order.equals(List.copyOf(meant.keySet())),
        "watcher %s is told %s of places %d to %d; the log means %s",
        process,
        texts(told),
        from,
        next,
        texts(meant));
  }

  private static List<String> texts(Map<Long, Left> changes) {
    return changes.entrySet().stream()
        .map(
            change ->
                "%d: %s=%s"
                    .formatted(
                        change.getKey(),
                        change.getValue().key().toStringUtf8(),
                        Words.of(change.getValue().record())))
        .toList();
  }

  @Override
  public void watchedTooLate(String process, long from, long oldest) {
    check(
        Place.revision(from) < oldest && oldest <= reference.compacted() + 1,
        "watcher %s is told at place %d that history begins with revision %d; it was compacted to"
            + " %d",
        process,
        from,
        oldest,
        reference.compacted());
  }

  /** Goes through the revisions that are new: what differs from the one before was changed. */
  private void learn() {
    long newest = reference.revisionAt(reference.executed());
    while (known < newest) {
      Map<ByteString, VersionedValue> before = reference.recordsAt(known);
      Map<ByteString, VersionedValue> after = reference.recordsAt(++known);
      TreeSet<ByteString> keys = new TreeSet<>(KeyRange.ORDER);
      keys.addAll(before.keySet());
      keys.addAll(after.keySet());
      int ordinal = 0;
      for (ByteString key : keys) {
        Optional<VersionedValue> left = Optional.ofNullable(after.get(key));
        if (!left.equals(Optional.ofNullable(before.get(key)))) {
          history.put(Place.of(known, ordinal++), new Left(key, left));
        }
      }
    }
  }
}
