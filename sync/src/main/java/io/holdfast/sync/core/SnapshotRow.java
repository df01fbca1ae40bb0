package io.holdfast.sync.core;

import com.google.protobuf.ByteString;

/**
 * A row of a snapshot, in the form in which the store has it.
 *
 * @param kind of which table
 * @param key what it is found by there; grows within a kind
 * @param bytes the row
 */
public record SnapshotRow(Kind kind, long key, ByteString bytes) {

  /** How many rows leases are spread over, by their number. */
  public static final int LEASE_BUCKETS = 64;

  /** How large a row of any kind but {@link Kind#CHANGES} may be. */
  public static final int MAX_BYTES = 1 << 20;

  public SnapshotRow {
    if (key < 0 || bytes.isEmpty() || (kind != Kind.CHANGES && bytes.size() > MAX_BYTES)) {
      throw new IllegalArgumentException(
          "a row of %s with key %d and %d bytes".formatted(kind, key, bytes.size()));
    }
  }

  /** The kinds, in the order in which they come. */
  public enum Kind {
    /** {@link HeldPlaces}, by the last place of the stretch. */
    HELD_PLACES(1),
    /** Changes, by the place of the first. */
    CHANGES(2),
    /** Keys that entered a generation of the cache, by the row's number. */
    TOUCHED_KEYS(3),
    /** Write ids in log order, by the ordinal of the first. */
    WRITE_IDS(4),
    /** The result of a write with its details, by its ordinal. */
    ANSWER(5),
    /** Leases, by their number modulo {@link #LEASE_BUCKETS}. */
    LEASES(6),
    /** What is active in the group, and was, by {@link ControlRows}' numbers. */
    EPOCHS(7),
    /** A number that is given; numbered from 0, by pool, host and number. */
    RESERVATION(8),
    /** What is excluded from a pool in one place; numbered from 0, by pool and host. */
    EXCLUSIONS(9);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    static Kind of(int number) {
      for (Kind kind : values()) {
        if (kind.number == number) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "rows of kind " + Integer.toUnsignedString(number) + " are not known");
    }
  }
}
