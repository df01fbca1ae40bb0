package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.InvariantViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One read of keys, all as of one revision. It goes through the index a part at a time; a key's
 * version comes from the cache or the overlay where they have it, else from the store. History
 * never changes, so what is found in later parts belongs to the same revision.
 */
final class RangeRead {

  /** Keys whose versions are looked up at a time. */
  private static final int PART = 1000;

  /** Entries that are looked at before other work has its turn. */
  private static final int MAX_LOOKED_AT = 20_000;

  /** What a version of the past is taken for whose size is not known before it is read. */
  private static final int UNKNOWN_BYTES = 32 * 1024;

  /** Keys that are counted at most. */
  static final int MAX_COUNTED = 100_000;

  /** Bytes of keys and values that an answer has about, at most. */
  static final long MAX_BYTES = 1L << 20;

  /**
   * A key of the part at hand.
   *
   * @param known its record, if it was in memory; absent there: no such key
   * @param head else the flushed version from which to look
   * @param isThere whether that version is known to be a record
   * @param bytes how large the value may be that the store gives
   */
  private record Wanted(
      ByteString key, Optional<VersionedValue> known, long head, boolean isThere, int bytes) {

    static Wanted known(ByteString key, Optional<VersionedValue> record) {
      return new Wanted(key, record, 0, false, 0);
    }
  }

  private final ReplicatedState state;
  private final ReadQuery query;
  private final long revision;
  private final boolean atNewest;
  private final List<KeyRecord> records = new ArrayList<>();
  private List<Wanted> part = List.of();
  private @Nullable ByteString next;
  private long count;
  private long bytes;
  private boolean full;
  private int lookedAt;

  RangeRead(ReplicatedState state, ReadQuery query) {
    this.state = state;
    this.query = query;
    this.revision = query.revision().orElse(state.revision());
    this.atNewest = query.revision().isEmpty();
    this.next = query.keys().from();
  }

  /** Why the revision cannot be read here and now, if it cannot. */
  Optional<ReadResult> refusal() {
    if (revision > state.revision()) {
      return Optional.of(new ReadResult.Future(state.revision()));
    }
    return isForgotten()
        ? Optional.of(new ReadResult.Compacted(state.compacted()))
        : Optional.empty();
  }

  /** Whether the revision lies below the compaction point by now. */
  boolean isForgotten() {
    return revision < state.compacted();
  }

  /** Whether it may be begun anew where the newest revision was meant. */
  boolean isAtNewest() {
    return atNewest;
  }

  /** Goes on; gives what the store must be asked, or nothing where the read is done. */
  Optional<StoreQuestion> advance() {
    lookedAt = 0;
    while (next != null && !full) {
      if (lookedAt >= MAX_LOOKED_AT) {
        // Nothing is asked; the answer comes after other work has had its turn.
        part = List.of();
        return Optional.of(new StoreQuestion.Versions(List.of(), revision));
      }
      part = nextPart();
      List<Long> heads =
          part.stream().filter(wanted -> wanted.head() != 0).map(Wanted::head).toList();
      if (!heads.isEmpty()) {
        return Optional.of(new StoreQuestion.Versions(heads, revision));
      }
      take(List.of());
    }
    return Optional.empty();
  }

  /** What is read, once {@link #advance} asks for no more. */
  ReadResult result() {
    boolean counting = query.detail() == ReadDetail.COUNT;
    boolean more = full && next != null;
    return new ReadResult.Records(records, count, more, !counting && more, revision);
  }

  /** The store answers; false when a version that must be there was collected. */
  boolean answered(StoreAnswer.Versions answer) {
    return take(answer.versions());
  }

  // ---- The part at hand

  private List<Wanted> nextPart() {
    ByteString from = next;
    List<Wanted> wanted = new ArrayList<>();
    if (from == null) {
      return wanted;
    }
    int most =
        query.detail() == ReadDetail.COUNT
            ? PART
            : Math.min(PART, query.limit() - records.size() + 1);
    KeyRange rest = new KeyRange(from, query.keys().to());
    next = null;
    long asked = 0;
    int looked = 0;
    for (Map.Entry<ByteString, KeyEntry> entry : state.index().in(rest).entrySet()) {
      boolean enough = wanted.size() == most || asked >= MAX_BYTES || looked >= MAX_LOOKED_AT;
      if (enough) {
        next = entry.getKey();
        break;
      }
      looked++;
      int before = wanted.size();
      want(entry.getKey(), entry.getValue(), wanted);
      asked += wanted.size() > before ? wanted.get(before).bytes() : 0;
    }
    lookedAt += looked;
    return wanted;
  }

  private void want(ByteString key, KeyEntry entry, List<Wanted> wanted) {
    if (entry.modRevision() <= revision) {
      if (entry.isAlive()) {
        wanted.add(newest(key, entry));
      }
      return;
    }
    // The version wanted is an older one: back through what is not flushed, then in the store.
    long place = entry.place();
    Optional<Change> change = state.overlay().find(place);
    while (change.isPresent() && Place.revision(place) > revision) {
      place = change.get().previous();
      change = state.overlay().find(place);
    }
    if (place != 0) {
      boolean inMemory = change.isPresent();
      Optional<VersionedValue> found = change.flatMap(Change::record);
      if (!inMemory) {
        wanted.add(new Wanted(key, Optional.empty(), place, false, UNKNOWN_BYTES));
      } else if (found.isPresent()) {
        wanted.add(Wanted.known(key, found));
      }
    }
  }

  private Wanted newest(ByteString key, KeyEntry entry) {
    boolean needsValue = query.detail() == ReadDetail.RECORDS;
    Optional<ByteString> value =
        needsValue ? state.valueInMemory(key, entry.place()) : Optional.of(ByteString.EMPTY);
    return value
        .map(
            found ->
                Wanted.known(
                    key,
                    Optional.of(
                        new VersionedValue(
                            found,
                            entry.createRevision(),
                            entry.modRevision(),
                            entry.version(),
                            entry.lease()))))
        .orElseGet(
            () -> new Wanted(key, Optional.empty(), entry.place(), true, entry.valueBytes()));
  }

  private boolean take(List<Optional<Change>> versions) {
    int answered = 0;
    for (Wanted wanted : part) {
      Optional<VersionedValue> found = wanted.known();
      if (wanted.head() != 0) {
        Optional<Change> version = versions.get(answered++);
        if (version.isEmpty() && !mayBeMissing(wanted)) {
          return false;
        }
        version.ifPresent(change -> check(wanted, change));
        found = version.flatMap(Change::record);
      }
      found.ifPresent(record -> add(wanted.key(), record));
    }
    part = List.of();
    return true;
  }

  /**
   * Whether the key may not have been there: no version is old enough, or the one that is was a
   * delete at or below the compaction point, which is collected.
   */
  private boolean mayBeMissing(Wanted wanted) {
    long at = Place.revision(wanted.head());
    return at > revision || (!wanted.isThere() && at <= state.compacted());
  }

  private void check(Wanted wanted, Change found) {
    InvariantViolation.check(
        found.key().equals(wanted.key())
            && found.modRevision() <= revision
            && (found.place() == wanted.head() || Place.revision(wanted.head()) > revision),
        "CacheEqualsDisk",
        "the store gives place %d for what lies at or before place %d and revision %d",
        found.place(),
        wanted.head(),
        revision);
  }

  private void add(ByteString key, VersionedValue record) {
    boolean counting = query.detail() == ReadDetail.COUNT;
    boolean enough =
        counting ? count == MAX_COUNTED : records.size() == query.limit() || bytes >= MAX_BYTES;
    if (full || enough) {
      if (!full) {
        full = true;
        next = key;
      }
      return;
    }
    count++;
    if (counting) {
      return;
    }
    VersionedValue shown =
        query.detail() == ReadDetail.KEYS
            ? new VersionedValue(
                ByteString.EMPTY,
                record.createRevision(),
                record.modRevision(),
                record.version(),
                record.lease())
            : record;
    records.add(new KeyRecord(key, shown));
    bytes += key.size() + shown.value().size();
  }
}
