package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Executed and fenced writes in log order, by id (section 6). Each has an ordinal, its place among
 * all writes ever remembered; the table holds the ordinals {@code first()} to {@code next() - 1}.
 *
 * <p>An id dated before the horizon has expired, whether it stands in here or not; so a record may
 * be dropped at any time after that, and is as soon as all before it have expired. Whether an id
 * that is not in the table was ever used is thereby known: it was not, or it has expired.
 *
 * <p>A million records are the normal case, so they lie in columns of primitives, 73 bytes each, in
 * segments of 1000 that are made and dropped whole; an open-addressing index of 4-byte cells, at
 * most two thirds full, points into them. No record is ever copied as the table grows. What the
 * operations of a transaction gave, and which reservations a request was about, does not fit and is
 * not kept here.
 */
final class WriteIdTable {

  /** Capacities beyond this do not fit the index's 31-bit cells. */
  static final int MAX_CAPACITY = 1 << 28;

  private static final int SEGMENT = 1000;
  private static final int INITIAL_INDEX = 1 << 6;
  private static final long CELL_MASK = 0x7fff_ffffL;
  private static final byte APPLIED = 1;
  private static final byte UNCHANGED = 2;
  private static final byte COMPARE_FAILED = 3;
  private static final byte TRANSACTION = 4;
  private static final byte LEASE_ALIVE = 5;
  private static final byte LEASE_NOT_FOUND = 6;
  private static final byte COMPACTED = 7;
  private static final byte FENCED = 8;
  private static final byte AS_IT_IS = 9;
  private static final byte RESERVED = 10;
  private static final byte NOT_RESERVED = 11;

  private static final List<ReservationOutcome.Code> CODES =
      List.of(ReservationOutcome.Code.values());
  private static final long SUCCEEDED = 1;
  private static final long CHANGED = 2;

  private final int capacity;
  private final List<Segment> segments = new ArrayList<>();
  private int[] index = new int[INITIAL_INDEX];
  private long first;
  private long next;
  private long horizonMillis;

  /**
   * An empty table.
   *
   * @param capacity how many records it holds at most
   * @param first the ordinal of the first record to come
   * @param horizonMillis ids dated before this have expired; 0 for none
   */
  WriteIdTable(int capacity, long first, long horizonMillis) {
    if (capacity < 1 || capacity > MAX_CAPACITY) {
      throw new IllegalArgumentException(
          "write id capacity " + capacity + ": allowed are 1 to " + MAX_CAPACITY);
    }
    this.capacity = capacity;
    this.first = first;
    this.next = first;
    this.horizonMillis = horizonMillis;
  }

  /** Whether no record can be added before the horizon moves. */
  boolean isFull() {
    return size() == capacity;
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

  /** Whether this id is too old to tell what became of it. */
  boolean isExpired(WriteId id) {
    return id.timeMillis() < horizonMillis;
  }

  /** Expires the ids dated before this, for good; a lower horizon than before changes nothing. */
  void advanceHorizon(long millis) {
    horizonMillis = Math.max(horizonMillis, millis);
    while (size() > 0 && timeMillis(first) < horizonMillis) {
      dropOldest();
    }
  }

  /** When the id at this ordinal was made. */
  long timeMillis(long ordinal) {
    return segmentOf(ordinal).high[rowOf(ordinal)] >>> 16;
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

  /** Remembers a write; there must be room. */
  void add(WriteIdRecord record) {
    if (find(record.id()) >= 0) {
      throw new IllegalArgumentException("write id " + record.id() + " is in the table already");
    }
    if (isFull()) {
      throw new IllegalArgumentException("the table holds " + capacity + " write ids already");
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

  /**
   * Columns of up to 1000 records. The third number is rare, so its column is made on demand; and
   * what activations and approvals came to is so rare that it is kept as it is, without details.
   */
  private static final class Segment {
    private static final long[] NONE = {};
    private final long[] high = new long[SEGMENT];
    private final long[] low = new long[SEGMENT];
    private final long[] slot = new long[SEGMENT];
    private final long[] first = new long[SEGMENT];
    private final long[] second = new long[SEGMENT];
    private long[] third = NONE;
    private final Map<Integer, CommandResult.Executed> asTheyAre = new HashMap<>();
    private final byte[] kind = new byte[SEGMENT];
    private final byte[] digest = new byte[SEGMENT * Digest.LENGTH];

    void set(int row, WriteIdRecord record) {
      high[row] = record.id().high();
      low[row] = record.id().low();
      slot[row] = record.slot().number();
      record.requestDigest().bytes().copyTo(digest, row * Digest.LENGTH);
      CommandResult.Executed result = record.result();
      if (result instanceof CommandResult.Applied applied) {
        set(row, APPLIED, applied.revision(), applied.previousModRevision());
      } else if (result instanceof CommandResult.Unchanged unchanged) {
        set(row, UNCHANGED, unchanged.currentRevision(), 0);
      } else if (result instanceof CommandResult.CompareFailed failed) {
        set(row, COMPARE_FAILED, failed.currentModRevision(), 0);
      } else if (result instanceof CommandResult.TransactionDone done) {
        long flags = (done.succeeded() ? SUCCEEDED : 0) | (done.changed() ? CHANGED : 0);
        set(row, TRANSACTION, done.revision(), flags);
      } else if (result instanceof CommandResult.LeaseAlive alive) {
        set(row, LEASE_ALIVE, alive.lease(), alive.ttlMillis());
        if (third.length == 0) {
          third = new long[SEGMENT];
        }
        third[row] = alive.revision();
      } else if (result instanceof CommandResult.LeaseNotFound missing) {
        set(row, LEASE_NOT_FOUND, missing.lease(), 0);
      } else if (result instanceof CommandResult.Compacted compacted) {
        set(row, COMPACTED, compacted.revision(), 0);
      } else if (result instanceof CommandResult.Fenced) {
        set(row, FENCED, 0, 0);
      } else if (result instanceof CommandResult.ReservationsDone done) {
        set(row, RESERVED, done.revision(), (done.count() << 1) | (done.changed() ? 1 : 0));
      } else if (result instanceof CommandResult.ReservationsRefused refused) {
        set(row, NOT_RESERVED, CODES.indexOf(refused.refusal().code()), refused.refusal().ask());
      } else {
        set(row, AS_IT_IS, 0, 0);
        asTheyAre.put(row, result.inShort());
      }
    }

    private void set(int row, byte resultKind, long firstNumber, long secondNumber) {
      kind[row] = resultKind;
      first[row] = firstNumber;
      second[row] = secondNumber;
    }

    WriteIdRecord get(int row) {
      CommandResult.Executed result =
          switch (kind[row]) {
            case APPLIED -> new CommandResult.Applied(first[row], second[row]);
            case UNCHANGED -> new CommandResult.Unchanged(first[row]);
            case COMPARE_FAILED -> new CommandResult.CompareFailed(first[row]);
            case TRANSACTION ->
                new CommandResult.TransactionDone(
                    (second[row] & SUCCEEDED) != 0,
                    first[row],
                    (second[row] & CHANGED) != 0,
                    Optional.empty());
            case LEASE_ALIVE -> new CommandResult.LeaseAlive(first[row], second[row], third[row]);
            case LEASE_NOT_FOUND -> new CommandResult.LeaseNotFound(first[row]);
            case COMPACTED -> new CommandResult.Compacted(first[row]);
            case FENCED -> new CommandResult.Fenced();
            case RESERVED ->
                new CommandResult.ReservationsDone(
                    first[row], (second[row] & 1) != 0, second[row] >>> 1, Optional.empty());
            case NOT_RESERVED ->
                new CommandResult.ReservationsRefused(
                    new ReservationOutcome.Refused(
                        CODES.get((int) first[row]),
                        (int) second[row],
                        "",
                        Optional.empty(),
                        Optional.empty()));
            case AS_IT_IS -> Objects.requireNonNull(asTheyAre.get(row));
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
