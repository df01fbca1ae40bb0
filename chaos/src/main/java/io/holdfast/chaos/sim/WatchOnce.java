package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.VersionedValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
      var before = reference.recordsAt(known).entrySet().iterator();
      var after = reference.recordsAt(++known).entrySet().iterator();
      Map.@Nullable Entry<ByteString, VersionedValue> was = next(before);
      Map.@Nullable Entry<ByteString, VersionedValue> is = next(after);
      int ordinal = 0;
      while (was != null || is != null) {
        int order = order(was, is);
        if (was != null && order < 0) {
          history.put(Place.of(known, ordinal++), new Left(was.getKey(), Optional.empty()));
        } else if (is != null
            && (was == null || order > 0 || !is.getValue().equals(was.getValue()))) {
          history.put(
              Place.of(known, ordinal++), new Left(is.getKey(), Optional.of(is.getValue())));
        }
        was = order <= 0 ? next(before) : was;
        is = order >= 0 ? next(after) : is;
      }
    }
  }

  /** Which key comes first. */
  private static int order(
      Map.@Nullable Entry<ByteString, VersionedValue> was,
      Map.@Nullable Entry<ByteString, VersionedValue> is) {
    if (was == null || is == null) {
      return was == null ? 1 : -1;
    }
    return was.getKey().equals(is.getKey()) ? 0 : KeyRange.ORDER.compare(was.getKey(), is.getKey());
  }

  private static Map.@Nullable Entry<ByteString, VersionedValue> next(
      Iterator<Map.Entry<ByteString, VersionedValue>> entries) {
    return entries.hasNext() ? entries.next() : null;
  }
}
