package io.holdfast.sync.core;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import com.google.protobuf.ByteString;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at receiving a snapshot: takes its chunks in their order, and says what of them is to
 * be stored. Everything that does not fit is an {@link UnreadableBytes}; the attempt is over then.
 */
public final class SnapshotReception {

  private final SnapshotContent.Head head;
  private final ChunkHash hash = new ChunkHash();
  private long nextOrdinal = 1;
  private SnapshotCounts counts = SnapshotCounts.NONE;
  private SnapshotRow.@Nullable Kind kind;
  private long lastKey = -1;
  private long heldUpTo;
  private long lastPlace;
  private long nextTouchedRow;
  private boolean whole;

  private SnapshotReception(SnapshotContent.Head head) {
    this.head = head;
    this.lastPlace = head.afterPlace();
    this.nextTouchedRow = head.state().firstTouchedRow();
  }

  /**
   * Begins with the first chunk.
   *
   * @param terms the group's
   * @throws UnreadableBytes when it is none, or of other terms
   */
  public static SnapshotReception begin(StateTerms terms, ByteString chunk) {
    SnapshotReception begun = begin(chunk);
    StateTerms theirs = begun.head.state().header().terms();
    require(theirs.equals(terms), "made for %s, not for %s", theirs, terms);
    return begun;
  }

  /** The same for a group of any terms: to look at a snapshot that nothing is to be made of. */
  public static SnapshotReception begin(ByteString chunk) {
    if (!(SnapshotCodec.decode(0, chunk) instanceof SnapshotContent.Head head)) {
      throw refused("the first chunk does not say what it is of");
    }
    SnapshotReception begun = new SnapshotReception(head);
    begun.hash.add(chunk);
    return begun;
  }

  /** What it is of. */
  public SnapshotContent.Head head() {
    return head;
  }

  /** Whether the last chunk has come, and all before it. */
  public boolean isWhole() {
    return whole;
  }

  /**
   * The next chunk after the first.
   *
   * @return what is to be stored, in this order
   */
  public List<ReceivedRow> take(ByteString chunk) {
    require(!whole, "a chunk after the last");
    SnapshotContent content = SnapshotCodec.decode(nextOrdinal, chunk);
    if (content instanceof SnapshotContent.End end) {
      takeEnd(end);
      return List.of();
    } else if (!(content instanceof SnapshotContent.Rows rows)) {
      throw refused("a second head");
    } else {
      hash.add(chunk);
      nextOrdinal++;
      List<ReceivedRow> received = new ArrayList<>(rows.rows().size());
      for (SnapshotRow row : rows.rows()) {
        checkOrder(row);
        received.add(read(row));
      }
      return received;
    }
  }

  private void takeEnd(SnapshotContent.End end) {
    StoredProgress state = head.state();
    checkHeldWhole();
    require(end.counts().equals(counts), "%s came where %s were sent", counts, end.counts());
    require(end.hash().equals(hash.soFar()), "the SHA-256 of the chunks does not fit");
    require(
        counts.heldPlaces() + counts.changes() == state.changeCount(),
        "%s changes where the state counts %s",
        counts.heldPlaces() + counts.changes(),
        state.changeCount());
    StateHeader header = state.header();
    require(
        counts.reservations() == header.reservationCount()
            && counts.exclusions() == header.exclusionPlaceCount(),
        "%s reservations and %s places with exclusions where the state counts %s and %s",
        counts.reservations(),
        counts.exclusions(),
        header.reservationCount(),
        header.exclusionPlaceCount());
    require(
        nextTouchedRow == state.nextTouchedRow(),
        "touched keys up to row %s where the state counts %s",
        nextTouchedRow,
        state.nextTouchedRow());
    whole = true;
  }

  private void checkOrder(SnapshotRow row) {
    boolean sameKind = row.kind() == kind;
    require(
        kind == null || row.kind().compareTo(kind) >= 0, "rows of %s after %s", row.kind(), kind);
    require(
        !sameKind || row.key() > lastKey, "%s: row %s after %s", row.kind(), row.key(), lastKey);
    if (row.kind() != SnapshotRow.Kind.HELD_PLACES) {
      checkHeldWhole();
    }
    kind = row.kind();
    lastKey = row.key();
  }

  private void checkHeldWhole() {
    require(
        heldUpTo == head.afterPlace(), "held places up to %s of %s", heldUpTo, head.afterPlace());
  }

  private ReceivedRow read(SnapshotRow row) {
    return switch (row.kind()) {
      case HELD_PLACES -> held(row);
      case CHANGES -> changes(row);
      case TOUCHED_KEYS -> touched(row);
      case WRITE_IDS -> {
        List<WriteIdRecord> records = SyncCodec.decodeWriteIds(row.bytes());
        count(row, records.size());
        yield new ReceivedRow.WriteIds(row.key(), records, row.bytes());
      }
      case ANSWER -> {
        StateHeader header = head.state().header();
        require(
            row.key() >= header.firstWriteOrdinal() && row.key() < header.nextWriteOrdinal(),
            "the answer of write %s",
            row.key());
        count(row, 1);
        yield new ReceivedRow.Answer(row.key(), StoreCodec.decodeAnswer(row.bytes()), row.bytes());
      }
      case LEASES -> leases(row);
      case EPOCHS -> {
        count(row, 1);
        yield new ReceivedRow.Epochs(row.key(), row.bytes());
      }
      case RESERVATION -> {
        checkNumbered(row, counts.reservations());
        count(row, 1);
        yield new ReceivedRow.Reserved(StoreCodec.decodeReservation(row.bytes()), row.bytes());
      }
      case EXCLUSIONS -> {
        checkNumbered(row, counts.exclusions());
        count(row, 1);
        var excluded = StoreCodec.decodeExclusions(row.bytes());
        yield new ReceivedRow.Excluded(excluded.getKey(), excluded.getValue(), row.bytes());
      }
    };
  }

  private ReceivedRow held(SnapshotRow row) {
    HeldPlaces held = SnapshotCodec.decodeHeld(row.bytes());
    require(
        held.after() == heldUpTo && held.upTo() == row.key() && held.upTo() <= head.afterPlace(),
        "held places after %s up to %s, where those after %s are next",
        held.after(),
        held.upTo(),
        heldUpTo);
    heldUpTo = held.upTo();
    count(row, held.changes().size());
    return new ReceivedRow.Held(held);
  }

  private ReceivedRow changes(SnapshotRow row) {
    List<Change> changes =
        StoreCodec.decodeChanges(row.bytes()).stream().map(LinkedChange::change).toList();
    for (Change change : changes) {
      require(
          change.place() > lastPlace && change.place() <= head.state().lastPlace(),
          "a change at place %s after %s, of %s",
          change.place(),
          lastPlace,
          head.state().lastPlace());
      lastPlace = change.place();
    }
    count(row, changes.size());
    return new ReceivedRow.Changes(changes);
  }

  private ReceivedRow touched(SnapshotRow row) {
    require(
        row.key() == nextTouchedRow, "row %s of touched keys, not %s", row.key(), nextTouchedRow);
    nextTouchedRow++;
    Touched touched = StoreCodec.decodeTouched(row.bytes());
    count(row, touched.keys().size());
    return new ReceivedRow.TouchedKeys(row.key(), touched, row.bytes());
  }

  private ReceivedRow leases(SnapshotRow row) {
    require(row.key() < SnapshotRow.LEASE_BUCKETS, "leases of bucket %s", row.key());
    List<Lease> leases = StoreCodec.decodeLeases(row.bytes());
    for (Lease lease : leases) {
      require(
          Long.remainderUnsigned(lease.number(), SnapshotRow.LEASE_BUCKETS) == row.key(),
          "lease %s in bucket %s",
          lease.number(),
          row.key());
    }
    count(row, leases.size());
    return new ReceivedRow.Leases((int) row.key(), leases, row.bytes());
  }

  private static void checkNumbered(SnapshotRow row, long next) {
    require(row.key() == next, "row %s of %s, not %s", row.key(), row.kind(), next);
  }

  private void count(SnapshotRow row, long units) {
    require(units > 0 || row.kind() != SnapshotRow.Kind.CHANGES, "an empty row of changes");
    counts = counts.plus(row.kind(), units);
  }

  @FormatMethod
  private static void require(
      boolean holds, @FormatString String facts, @Nullable Object... values) {
    if (!holds) {
      throw refused(String.format(facts, values));
    }
  }

  private static UnreadableBytes refused(String reason) {
    return new UnreadableBytes("snapshot", reason);
  }
}
