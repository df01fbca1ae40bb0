package io.holdfast.chaos.power.core;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * A file on a {@link Disk}: what a running process reads, and beneath it what is on the medium,
 * with the changes between the two in their order.
 *
 * <p>A change that was synced is on the medium though an earlier one may not be. An earlier one of
 * the same bytes must not come up again, so the changes are kept in order until all before them are
 * synced.
 */
public final class StoredFile implements Node {

  /** What a drive writes whole or not at all, in bytes. */
  public static final int SECTOR = 512;

  private final String name;
  private final Contents medium;
  private final Contents current;
  private final Deque<Change> changes = new ArrayDeque<>();

  /**
   * @param name under which it was made
   */
  StoredFile(String name) {
    this(name, new Contents());
  }

  private StoredFile(String name, Contents medium) {
    this.name = name;
    this.medium = medium;
    this.current = medium.copy();
  }

  /** A change of a file that may not be on the medium yet. */
  public static final class Change {

    private final long order;
    private final long position;
    private final byte[] bytes;
    private final boolean truncates;
    private final boolean extend;
    private boolean synced;

    private Change(long order, long position, byte[] bytes, boolean truncates, boolean extend) {
      this.order = order;
      this.position = position;
      this.bytes = bytes;
      this.truncates = truncates;
      this.extend = extend;
    }

    private int firstSector() {
      return (int) (position / SECTOR);
    }

    private int sectors() {
      return bytes.length == 0
          ? 0
          : (int) ((position + bytes.length - 1) / SECTOR) - firstSector() + 1;
    }

    private void applyTo(Contents contents) {
      if (truncates) {
        contents.truncate(position);
      } else {
        contents.write(position, bytes, 0, bytes.length);
      }
    }

    private void applyTo(Contents contents, BitSet surviving) {
      for (int n = surviving.nextSetBit(0); n >= 0; n = surviving.nextSetBit(n + 1)) {
        long start = (long) (firstSector() + n) * SECTOR;
        int from = (int) Math.max(0, start - position);
        int to = (int) Math.min(bytes.length, start + SECTOR - position);
        contents.write(position + from, bytes, from, to - from);
      }
    }
  }

  /** Its length in bytes, as a process sees it. */
  public int size() {
    return current.size();
  }

  /** Copies up to {@code length} bytes, as a process sees them; how many there were. */
  public int read(long position, byte[] target, int offset, int length) {
    return current.read(position, target, offset, length);
  }

  Change write(long order, long position, byte[] bytes) {
    boolean extend = position + bytes.length > current.size();
    return add(new Change(order, position, bytes, false, extend));
  }

  Change truncate(long order, long size) {
    return add(new Change(order, size, new byte[0], true, false));
  }

  private Change add(Change change) {
    changes.add(change);
    change.applyTo(current);
    return change;
  }

  /**
   * A write is on the medium. Where it made the file longer, the length had to be written with it,
   * and so no truncation before it can be undone.
   */
  void sync(Change change) {
    change.synced = true;
    if (change.extend) {
      changes.stream()
          .filter(earlier -> earlier.truncates && earlier.order < change.order)
          .forEach(earlier -> earlier.synced = true);
    }
    settle();
  }

  /** All changes up to this one, which is one of the disk's, are on the medium. */
  void syncUpTo(long order) {
    changes.stream()
        .filter(change -> change.order <= order)
        .forEach(change -> change.synced = true);
    settle();
  }

  private void settle() {
    for (Change first = changes.peek(); first != null && first.synced; first = changes.peek()) {
      first.applyTo(medium);
      changes.remove();
    }
  }

  StoredFile copyOfMedium() {
    return new StoredFile(name, medium.copy());
  }

  /** What a process finds after the power has failed. */
  StoredFile afterCut(Fates fates, CutCounts.Tally tally) {
    Contents left = medium.copy();
    for (Change change : changes) {
      if (change.synced) {
        change.applyTo(left);
      } else if (change.truncates) {
        boolean survives = fates.survives();
        tally.truncation(change.order, survives);
        if (survives) {
          change.applyTo(left);
        }
      } else if (change.sectors() > 0) {
        write(change, fates, tally, left);
      }
    }
    return new StoredFile(name, left);
  }

  private static void write(Change change, Fates fates, CutCounts.Tally tally, Contents left) {
    BitSet surviving = fates.sectors(change.sectors());
    tally.write(change.order, surviving.cardinality(), change.sectors());
    change.applyTo(left, surviving);
    // The file's length is written apart from its bytes, and may come alone.
    if (change.extend && fates.survives()) {
      left.grow(Math.toIntExact(change.position + change.bytes.length));
    }
  }

  /** The name under which it was made. */
  @Override
  public String toString() {
    return name;
  }
}
