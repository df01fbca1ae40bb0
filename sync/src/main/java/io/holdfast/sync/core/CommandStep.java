package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The state as one command sees it: with its own changes laid over, none of which has taken effect.
 * Either all of them do, in one revision, or none.
 */
final class CommandStep {

  /** The command cannot be done; nothing of it has taken effect. */
  static final class Impossible extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient CommandResult result;

    Impossible(CommandResult result) {
      super(result.toString(), null, false, false);
      this.result = result;
    }

    CommandResult result() {
      return result;
    }
  }

  /** A key as this command leaves it; without a value, it is deleted. */
  private record Staged(
      @Nullable ByteString value, long createRevision, long version, long lease) {}

  /** How many keys of a range are counted at most. */
  static final int MAX_COUNTED = 10_000;

  private final KeyIndex index;
  private final Leases leases;
  private final CachedValues values;
  private final Coverage coverage;
  private final ResultBudget budget;
  private final Predicate<Lease> mayAttach;
  private final long nextRevision;
  private final TreeMap<ByteString, Staged> staged = new TreeMap<>(KeyRange.ORDER);
  private final Map<Long, Set<ByteString>> attaching = new HashMap<>();

  /**
   * A step that has done nothing yet.
   *
   * @param mayAttach whether whoever asks for it may attach keys to a lease
   */
  CommandStep(
      ReplicatedState state,
      CachedValues values,
      Coverage coverage,
      ResultBudget budget,
      Predicate<Lease> mayAttach) {
    this.index = state.index();
    this.leases = state.leases();
    this.values = values;
    this.coverage = coverage;
    this.budget = budget;
    this.mayAttach = mayAttach;
    this.nextRevision = state.revision() + 1;
  }

  // ---- Reading

  /** The key's record without its value, if it is there. */
  Optional<VersionedValue> meta(ByteString key) {
    coverage.requireKey(key);
    return Optional.ofNullable(metaOf(key));
  }

  /** The same of a key that {@link #keysIn} gave: it is there, and covered. */
  VersionedValue metaOfListed(ByteString key) {
    VersionedValue meta = metaOf(key);
    if (meta == null) {
      throw new IllegalStateException("a key that was listed is not there");
    }
    return meta;
  }

  private @Nullable VersionedValue metaOf(ByteString key) {
    Staged own = staged.get(key);
    if (own != null) {
      return own.value() == null
          ? null
          : new VersionedValue(
              ByteString.EMPTY, own.createRevision(), nextRevision, own.version(), own.lease());
    }
    KeyEntry entry = index.find(key);
    return entry == null || !entry.isAlive()
        ? null
        : new VersionedValue(
            ByteString.EMPTY,
            entry.createRevision(),
            entry.modRevision(),
            entry.version(),
            entry.lease());
  }

  /** The value of a key that is there and covered. */
  ByteString value(ByteString key) {
    Staged own = staged.get(key);
    if (own != null && own.value() != null) {
      return own.value();
    }
    KeyEntry entry = index.alive(key).orElseThrow();
    return values.value(key, entry, coverage);
  }

  /** The keys of a range that are there, in order, at most so many. */
  List<ByteString> keysIn(KeyRange range, int max) {
    coverage.require(range);
    List<ByteString> keys = new ArrayList<>();
    if (range.isSingle()) {
      if (metaOf(range.from()) != null) {
        keys.add(range.from());
      }
      return keys;
    }
    TreeMap<ByteString, Staged> own = new TreeMap<>(KeyRange.ORDER);
    own.putAll(inRange(range));
    for (Map.Entry<ByteString, KeyEntry> entry : index.in(range).entrySet()) {
      budget.look();
      while (!own.isEmpty() && KeyRange.ORDER.compare(own.firstKey(), entry.getKey()) < 0) {
        addIfThere(keys, own.pollFirstEntry());
      }
      Staged changed = own.remove(entry.getKey());
      boolean there = changed == null ? entry.getValue().isAlive() : changed.value() != null;
      if (there) {
        keys.add(entry.getKey());
      }
      if (keys.size() >= max) {
        return keys.subList(0, max);
      }
    }
    while (!own.isEmpty() && keys.size() < max) {
      addIfThere(keys, own.pollFirstEntry());
    }
    return keys;
  }

  private Map<ByteString, Staged> inRange(KeyRange range) {
    return range.to().isEmpty()
        ? staged.tailMap(range.from(), true)
        : staged.subMap(range.from(), true, range.to(), false);
  }

  private static void addIfThere(List<ByteString> keys, Map.Entry<ByteString, Staged> own) {
    if (own.getValue().value() != null) {
      keys.add(own.getKey());
    }
  }

  // ---- Changing

  /**
   * Sets a key.
   *
   * @return its modRevision before, 0 if it was absent
   */
  long put(ByteString key, ByteString value, long lease) {
    coverage.requireKey(key);
    requireLease(key, lease);
    VersionedValue before = metaOf(key);
    stage(
        key,
        before == null
            ? new Staged(value, nextRevision, 1, lease)
            : new Staged(value, before.createRevision(), before.version() + 1, lease));
    return before == null ? 0 : before.modRevision();
  }

  private void requireLease(ByteString key, long lease) {
    if (lease == 0) {
      return;
    }
    Optional<Lease> known = leases.find(lease);
    if (known.isEmpty()) {
      throw new Impossible(new CommandResult.LeaseNotFound(lease));
    } else if (!mayAttach.test(known.get())) {
      throw new Impossible(new CommandResult.Denied());
    }
    var attached = leases.keysOf(lease);
    if (attached.contains(key)) {
      return;
    }
    // Whatever ends the lease deletes all its keys in one command, so those that this very command
    // attaches count too.
    Set<ByteString> joining = attaching.computeIfAbsent(lease, number -> new HashSet<>());
    joining.add(key);
    if (attached.size() + joining.size() > CommandLimits.MAX_CHANGED_KEYS) {
      throw new Impossible(new CommandResult.TooManyChanges());
    }
  }

  /** Deletes what is there; how many keys. */
  long delete(KeyRange range) {
    List<ByteString> keys = keysIn(range, CommandLimits.MAX_CHANGED_KEYS + 1);
    keys.forEach(key -> stage(key, new Staged(null, 0, 0, 0)));
    return keys.size();
  }

  /** Deletes the keys of a covered lease, and ends it; how many keys. */
  long end(Lease lease) {
    coverage.requireLease(lease.number());
    var keys = leases.keysOf(lease.number());
    keys.forEach(key -> stage(key, new Staged(null, 0, 0, 0)));
    return keys.size();
  }

  private void stage(ByteString key, Staged change) {
    staged.put(key, change);
    if (staged.size() > CommandLimits.MAX_CHANGED_KEYS) {
      throw new Impossible(new CommandResult.TooManyChanges());
    }
  }

  /** What it comes to, in key order: nothing for a key that was absent and is again. */
  List<Change> changes() {
    List<Change> changes = new ArrayList<>(staged.size());
    staged.forEach(
        (key, change) -> {
          KeyEntry before = index.find(key);
          boolean wasThere = before != null && before.isAlive();
          if (wasThere || change.value() != null) {
            changes.add(
                new Change(
                    Place.of(nextRevision, changes.size()),
                    key,
                    change.value(),
                    change.createRevision(),
                    change.version(),
                    change.lease(),
                    before == null ? 0 : before.place()));
          }
        });
    return changes;
  }
}
