package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest executed writes in log order, by id (section 6). Each has an ordinal, its place among
 * all writes ever executed; the table holds the ordinals {@code first()} to {@code next() - 1}, at
 * most {@code window} of them.
 *
 * <p>Whether an id that is not in the table is new or was dropped is decided by its own time:
 * dropping a record raises the horizon to at least the record's time, and an id at or below the
 * horizon has expired. That may expire an id that was never used, and never lets a dropped one in.
 *
 * <p>A million records are the normal case, so they lie in columns of primitives, 73 bytes each, in
 * segments of 1000 that are made and dropped whole; an open-addressing index of 4-byte cells, at
 * most two thirds full, points into them. No record is ever copied as the table grows.
 */
final class WriteIdTable {

  /** Window sizes beyond this do not fit the index's 31-bit cells. */
  static final int MAX_WINDOW = 1 << 28;

  private static final int SEGMENT = 1000;
  private static final int INITIAL_INDEX = 1 << 6;
  private static final long CELL_MASK = 0x7fff_ffffL;
  private static final byte APPLIED = 1;
  private static final byte UNCHANGED = 2;
  private static final byte COMPARE_FAILED = 3;

  private final int window;
  private final List<Segment> segments = new ArrayList<>();
  private int[] index = new int[INITIAL_INDEX];
  private long first;
  private long next;
  private long horizonMillis;

  /**
   * An empty table.
   *
   * @param window how many records it holds at most
   * @param first the ordinal of the first record to come
   * @param horizonMillis ids of this time or older have expired; -1 for none
   */
  WriteIdTable(int window, long first, long horizonMillis) {
    if (window < 1 || window > MAX_WINDOW) {
      throw new IllegalArgumentException(
          "write id window " + window + ": allowed are 1 to " + MAX_WINDOW);
    }
    this.window = window;
    this.first = first;
    this.next = first;
    this.horizonMillis = horizonMillis;
  }

  int window() {
    return window;
  }

  /** The ordinal of the oldest record held. */
  long first() {
    return first;
  }

  /** The ordinal of the next record to be added. */
  long next() {
    return next;
  }

  int size() {
    return (int) (next - first);
  }

  long horizonMillis() {
    return horizonMillis;
  }

  /** Whether this id, if it is not in the table, is too old to tell whether it ever was. */
  boolean isExpired(WriteId id) {
    return id.timeMillis() <= horizonMillis;
  }

  /** The ordinal of this id, or -1 when it is not in the table. */
  long find(WriteId id) {
    int mask = index.length - 1;
    for (int at = home(id.high(), id.low(), mask); index[at] != 0; at = (at + 1) & mask) {
      long ordinal = ordinalOf(index[at]);
      Segment segment = segmentOf(ordinal);
      int row = rowOf(ordinal);
      if (segment.high[row] == id.high() && segment.low[row] == id.low()) {
        return ordinal;
      }
    }
    return -1;
  }

  /** Remembers an execution; the oldest record makes room if the window is full. */
  void add(WriteIdRecord record) {
    if (find(record.id()) >= 0) {
      throw new IllegalArgumentException("write id " + record.id() + " is in the table already");
    }
    if (size() == window) {
      dropOldest();
    }
    if ((size() + 1) * 3L > index.length * 2L) {
      growIndex();
    }
    if (segments.isEmpty() || rowOf(next) == 0) {
      segments.add(new Segment());
    }
    long ordinal = next++;
    segmentOf(ordinal).set(rowOf(ordinal), record);
    insert(ordinal);
  }

  /** The record at this ordinal, which must be in the table. */
  WriteIdRecord record(long ordinal) {
    if (ordinal < first || ordinal >= next) {
      throw new IllegalArgumentException(
          "write ordinal " + ordinal + ": held are " + first + " to " + (next - 1));
    }
    return segmentOf(ordinal).get(rowOf(ordinal));
  }

  /** The records from this ordinal on, oldest first. */
  List<WriteIdRecord> recordsFrom(long ordinal) {
    List<WriteIdRecord> records = new ArrayList<>((int) Math.max(0, next - ordinal));
    for (long at = ordinal; at < next; at++) {
      records.add(record(at));
    }
    return records;
  }

  private void dropOldest() {
    Segment segment = segmentOf(first);
    int row = rowOf(first);
    horizonMillis = Math.max(horizonMillis, segment.high[row] >>> 16);
    unlink(first);
    first++;
    if (rowOf(first) == 0) {
      segments.remove(0);
    }
  }

  private void insert(long ordinal) {
    int mask = index.length - 1;
    int at = homeOf(ordinal, mask);
    while (index[at] != 0) {
      at = (at + 1) & mask;
    }
    index[at] = cellOf(ordinal);
  }

  /** Backward-shift deletion: leaves no tombstones, so probes stay short for good. */
  private void unlink(long ordinal) {
    int mask = index.length - 1;
    int hole = homeOf(ordinal, mask);
    int cell = cellOf(ordinal);
    while (index[hole] != cell) {
      hole = (hole + 1) & mask;
    }
    for (int at = (hole + 1) & mask; index[at] != 0; at = (at + 1) & mask) {
      int home = homeOf(ordinalOf(index[at]), mask);
      // An entry may move back into the hole only if the hole lies between its home and its place.
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        index[hole] = index[at];
        hole = at;
      }
    }
    index[hole] = 0;
  }

  private void growIndex() {
    index = new int[index.length * 2];
    for (long ordinal = first; ordinal < next; ordinal++) {
      insert(ordinal);
    }
  }

  /** The low 31 bits of the ordinal, offset so that 0 stands for an empty cell. */
  private static int cellOf(long ordinal) {
    return (int) ((ordinal & CELL_MASK) + 1);
  }

  private long ordinalOf(int cell) {
    long low = (cell - 1) & CELL_MASK;
    return first + ((low - first) & CELL_MASK);
  }

  private Segment segmentOf(long ordinal) {
    return segments.get((int) (ordinal / SEGMENT - first / SEGMENT));
  }

  private static int rowOf(long ordinal) {
    return (int) (ordinal % SEGMENT);
  }

  private int homeOf(long ordinal, int mask) {
    Segment segment = segmentOf(ordinal);
    int row = rowOf(ordinal);
    return home(segment.high[row], segment.low[row], mask);
  }

  /** Mixes all bits: clients choose ids, and good ones are random only in part. */
  private static int home(long high, long low, int mask) {
    long mixed = (high ^ Long.rotateLeft(low, 32)) * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 32) ^ low) * 0xd6e8feb86659fd93L;
    return (int) (mixed ^ (mixed >>> 32)) & mask;
  }

  /** Columns of up to 1000 records. */
  private static final class Segment {
    private final long[] high = new long[SEGMENT];
    private final long[] low = new long[SEGMENT];
    private final long[] slot = new long[SEGMENT];
    private final long[] first = new long[SEGMENT];
    private final long[] second = new long[SEGMENT];
    private final byte[] kind = new byte[SEGMENT];
    private final byte[] digest = new byte[SEGMENT * Digest.LENGTH];

    void set(int row, WriteIdRecord record) {
      high[row] = record.id().high();
      low[row] = record.id().low();
      slot[row] = record.slot().number();
      record.requestDigest().bytes().copyTo(digest, row * Digest.LENGTH);
      CommandResult.Executed result = record.result();
      if (result instanceof CommandResult.Applied applied) {
        kind[row] = APPLIED;
        first[row] = applied.revision();
        second[row] = applied.previousModRevision();
      } else if (result instanceof CommandResult.Unchanged unchanged) {
        kind[row] = UNCHANGED;
        first[row] = unchanged.currentRevision();
      } else if (result instanceof CommandResult.CompareFailed failed) {
        kind[row] = COMPARE_FAILED;
        first[row] = failed.currentModRevision();
      }
    }

    WriteIdRecord get(int row) {
      CommandResult.Executed result =
          switch (kind[row]) {
            case APPLIED -> new CommandResult.Applied(first[row], second[row]);
            case UNCHANGED -> new CommandResult.Unchanged(first[row]);
            case COMPARE_FAILED -> new CommandResult.CompareFailed(first[row]);
            default -> throw new IllegalStateException("write id row of kind " + kind[row]);
          };
      return new WriteIdRecord(
          new WriteId(high[row], low[row]),
          new Digest(ByteString.copyFrom(digest, row * Digest.LENGTH, Digest.LENGTH)),
          new Slot(slot[row]),
          result);
    }
  }
}
