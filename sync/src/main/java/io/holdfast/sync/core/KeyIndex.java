package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every key that is there, in order, with all that is known of it but its value; and every key that
 * was deleted above the compaction point, since history can still be read there. It is a function
 * of the log, and the same at every replica.
 */
final class KeyIndex {

  private static final int SLACK = 1000;

  private record Deletion(ByteString key, long place) {}

  private final TreeMap<ByteString, KeyEntry> entries = new TreeMap<>(KeyRange.ORDER);
  private final ArrayDeque<Deletion> deletions = new ArrayDeque<>();
  private int alive;

  /** The key's entry, if it is there. */
  Optional<KeyEntry> alive(ByteString key) {
    return Optional.ofNullable(entries.get(key)).filter(KeyEntry::isAlive);
  }

  /** The key's entry, that of its deletion too. */
  @Nullable KeyEntry find(ByteString key) {
    return entries.get(key);
  }

  /** The entries in a range, in order, those of deletions among them. A view. */
  NavigableMap<ByteString, KeyEntry> in(KeyRange range) {
    return range.to().isEmpty()
        ? entries.tailMap(range.from(), true)
        : entries.subMap(range.from(), true, range.to(), false);
  }

  /** Takes a change in; the later one of a key counts. */
  void add(Change change) {
    KeyEntry entry = KeyEntry.of(change);
    KeyEntry before = entries.put(change.key(), entry);
    boolean wasAlive = before != null && before.isAlive();
    alive += (entry.isAlive() ? 1 : 0) - (wasAlive ? 1 : 0);
    if (!entry.isAlive()) {
      deletions.addLast(new Deletion(change.key(), change.place()));
      if (deletions.size() > 2L * (entries.size() - alive) + SLACK) {
        deletions.removeIf(deletion -> !isNewest(deletion));
      }
    }
  }

  /** Forgets keys that were deleted at this revision or before. */
  void compact(long revision) {
    while (!deletions.isEmpty() && Place.revision(deletions.peekFirst().place()) <= revision) {
      Deletion deletion = deletions.removeFirst();
      if (isNewest(deletion)) {
        entries.remove(deletion.key());
      }
    }
  }

  /** Whether the key was not put again since. */
  private boolean isNewest(Deletion deletion) {
    KeyEntry entry = entries.get(deletion.key());
    return entry != null && entry.place() == deletion.place();
  }

  /** Deletions that wait for compaction to pass them. */
  int rememberedDeletions() {
    return deletions.size();
  }

  /** How many keys are there. */
  int alive() {
    return alive;
  }

  /** How many entries are held, those of deletions included. */
  int size() {
    return entries.size();
  }

  /** Every entry, in order; for comparison with another replica's. */
  SortedMap<ByteString, KeyEntry> all() {
    return entries;
  }

  /** The entries of one key or of a range that are there, at most so many. */
  Iterable<Map.Entry<ByteString, KeyEntry>> aliveIn(KeyRange range) {
    return () -> in(range).entrySet().stream().filter(e -> e.getValue().isAlive()).iterator();
  }
}
