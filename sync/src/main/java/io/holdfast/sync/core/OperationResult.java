package io.holdfast.sync.core;

import java.util.List;

/** What came of one operation of a transaction. */
public sealed interface OperationResult {

  /**
   * A key was set.
   *
   * @param previousModRevision its modRevision before, 0 if it was absent
   */
  record Put(long previousModRevision) implements OperationResult {}

  /**
   * What was there.
   *
   * @param records up to the limit; empty where only the count was asked for
   * @param count how many keys there are in the range, counted up to 10,000
   * @param more whether there are more than the limit, or, where only the count was asked for, more
   *     than were counted
   */
  record Read(List<KeyRecord> records, long count, boolean more) implements OperationResult {
    public Read {
      records = List.copyOf(records);
    }
  }

  /**
   * Keys were deleted.
   *
   * @param count how many
   */
  record Deleted(long count) implements OperationResult {}

  /**
   * A transaction within was done.
   *
   * @param succeeded whether its conditions held
   * @param results what came of the operations that were done
   */
  record Nested(boolean succeeded, List<OperationResult> results) implements OperationResult {
    public Nested {
      results = List.copyOf(results);
    }
  }
}
