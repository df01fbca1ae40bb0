package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandLimits;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Lease;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.VersionedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One step on a copy of all records: it is kept whole or thrown away whole. What it writes bears
 * the revision that it will take if it changes anything.
 */
final class ReferenceTransaction {

  /** Counts within a transaction stop here. */
  static final long MOST_COUNTED = 10_000;

  private final NavigableMap<ByteString, VersionedValue> before;
  private final NavigableMap<ByteString, VersionedValue> records;
  private final Set<ByteString> touched = new TreeSet<>(KeyRange.ORDER);
  private final Map<Long, Lease> leases;
  private final Predicate<Lease> mayAttach;
  private final long revision;

  /**
   * @param before the records, which stay as they are
   * @param leases the leases there are
   * @param mayAttach whether whoever asks may attach keys to a lease
   * @param revision the one that it will take
   */
  ReferenceTransaction(
      NavigableMap<ByteString, VersionedValue> before,
      Map<Long, Lease> leases,
      Predicate<Lease> mayAttach,
      long revision) {
    this.before = before;
    this.records = new TreeMap<>(before);
    this.leases = leases;
    this.mayAttach = mayAttach;
    this.revision = revision;
  }

  /** A put names a lease that it cannot have: nothing of the command may stay. */
  static final class NoSuchLease extends Exception {

    private static final long serialVersionUID = 1;

    /** What becomes of the command. */
    final transient CommandResult result;

    NoSuchLease(long lease, CommandResult result) {
      super("lease " + lease + ": " + result);
      this.result = result;
    }
  }

  // ---- What it does

  OperationResult.Nested run(Command.Transaction transaction) throws NoSuchLease {
    // A transaction within decides when its turn comes, by what those before it left.
    boolean succeeded = transaction.conditions().stream().allMatch(this::holds);
    List<OperationResult> results = new ArrayList<>();
    for (Operation operation : succeeded ? transaction.then() : transaction.otherwise()) {
      results.add(run(operation));
    }
    return new OperationResult.Nested(succeeded, results);
  }

  private OperationResult run(Operation operation) throws NoSuchLease {
    if (operation instanceof Operation.Put put) {
      return new OperationResult.Put(put(put.key(), put.value(), put.lease()));
    } else if (operation instanceof Operation.Delete delete) {
      return new OperationResult.Deleted(delete(delete.keys()));
    } else if (operation instanceof Operation.Read read) {
      ReferenceReading reading = ReferenceReading.of(records, read.keys());
      return new OperationResult.Read(
          reading.records(read.limit(), read.detail()),
          Math.min(reading.count(), MOST_COUNTED),
          reading.more(read.limit(), read.detail()));
    } else if (operation instanceof Operation.Nested nested) {
      return run(nested.transaction());
    }
    throw new IllegalArgumentException("an operation without a meaning: " + operation);
  }

  /** Gives the key's modRevision before, 0 if it was absent. */
  long put(ByteString key, ByteString value, long lease) throws NoSuchLease {
    if (lease != 0 && !leases.containsKey(lease)) {
      throw new NoSuchLease(lease, new CommandResult.LeaseNotFound(lease));
    } else if (lease != 0 && !mayAttach.test(leases.get(lease))) {
      throw new NoSuchLease(lease, new CommandResult.Denied());
    }
    VersionedValue old = records.get(key);
    long createRevision = old == null ? revision : old.createRevision();
    long version = old == null ? 1 : old.version() + 1;
    records.put(key, new VersionedValue(value, createRevision, revision, version, lease));
    touched.add(key);
    return old == null ? 0 : old.modRevision();
  }

  /** Gives how many keys it deleted. */
  long delete(KeyRange keys) {
    List<ByteString> there = records.keySet().stream().filter(keys::contains).toList();
    there.forEach(this::delete);
    return there.size();
  }

  /** Gives how many keys it deleted. */
  long deleteAttachedTo(long lease) {
    List<ByteString> attached =
        records.entrySet().stream()
            .filter(entry -> entry.getValue().lease() == lease)
            .map(Map.Entry::getKey)
            .toList();
    attached.forEach(this::delete);
    return attached.size();
  }

  private void delete(ByteString key) {
    records.remove(key);
    touched.add(key);
  }

  // ---- What it asks

  private boolean holds(Comparison condition) {
    KeyRange keys = condition.keys();
    List<VersionedValue> there =
        records.entrySet().stream()
            .filter(entry -> keys.contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    if (condition.field() == Comparison.Field.PRESENCE) {
      return there.isEmpty() == (condition.number() == 0);
    }
    if (keys.isSingle() && there.isEmpty()) {
      return holdsOf(null, condition);
    }
    return there.stream().allMatch(record -> holdsOf(record, condition));
  }

  private static boolean holdsOf(@Nullable VersionedValue record, Comparison condition) {
    int sign;
    if (condition.field() == Comparison.Field.VALUE) {
      if (record == null) {
        return false;
      }
      sign = KeyRange.ORDER.compare(record.value(), condition.value());
    } else {
      sign = Long.compare(numberOf(record, condition.field()), condition.number());
    }
    return switch (condition.relation()) {
      case EQUAL -> sign == 0;
      case NOT_EQUAL -> sign != 0;
      case LESS -> sign < 0;
      case GREATER -> sign > 0;
    };
  }

  private static long numberOf(@Nullable VersionedValue record, Comparison.Field field) {
    if (record == null) {
      return 0;
    }
    return switch (field) {
      case VERSION -> record.version();
      case CREATE_REVISION -> record.createRevision();
      case MOD_REVISION -> record.modRevision();
      case VALUE, PRESENCE -> throw new IllegalArgumentException(field + " is not a number");
    };
  }

  // ---- What came of it

  /** The keys that it changed: a key absent before and after is none, whatever happened between. */
  private long changedKeys() {
    return touched.stream()
        .filter(key -> before.containsKey(key) || records.containsKey(key))
        .count();
  }

  boolean changed() {
    return changedKeys() > 0;
  }

  boolean changesTooMuch() {
    return changedKeys() > CommandLimits.MAX_CHANGED_KEYS;
  }

  NavigableMap<ByteString, VersionedValue> records() {
    return records;
  }
}
