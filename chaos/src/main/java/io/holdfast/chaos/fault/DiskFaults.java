package io.holdfast.chaos.fault;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the disk that the databases of one data directory lie on. For any thread.
 *
 * <p>H2 makes its file systems by reflection, so they find it by the directory of their file.
 */
final class DiskFaults {

  /** A database of a node. */
  enum Part {
    /** Promises, accepted and chosen batches. */
    JOURNAL("journal"),
    /** Records, of whichever group. */
    STORE("store");

    private final String prefix;

    Part(String prefix) {
      this.prefix = prefix;
    }

    /** As the port has it, and as its files begin. */
    String word() {
      return prefix;
    }

    static Optional<Part> ofFile(Path file) {
      String name = String.valueOf(file.getFileName());
      for (Part part : values()) {
        if (name.startsWith(part.prefix)) {
          return Optional.of(part);
        }
      }
      return Optional.empty();
    }
  }

  /** What is wrong with one part. */
  private sealed interface Fault {
    record Fails() implements Fault {}

    record Slow(Duration by) implements Fault {}

    /**
     * @param room how many bytes files may still grow by, all of them together
     */
    record Full(AtomicLong room) implements Fault {

      /** Takes room for {@code bytes}, or what there is. */
      long take(long bytes) {
        long before = room.getAndUpdate(left -> left - Math.min(left, bytes));
        return Math.min(before, bytes);
      }
    }
  }

  private static final Map<Path, DiskFaults> BY_DIRECTORY = new ConcurrentHashMap<>();

  private final Map<Part, Fault> faults = new ConcurrentHashMap<>();
  private final LongAdder failed = new LongAdder();
  private final LongAdder slowed = new LongAdder();
  private final LongAdder unfit = new LongAdder();
  private volatile @Nullable LateDisk late;

  private DiskFaults() {}

  /** Those of the data directory {@code directory}, in this process. */
  static DiskFaults of(Path directory) {
    return BY_DIRECTORY.computeIfAbsent(
        directory.toAbsolutePath().normalize(), unused -> new DiskFaults());
  }

  /**
   * Whether files that are opened from now on are written late; {@link #heal} does not change that.
   */
  void writesLate(@Nullable LateDisk through) {
    late = through;
  }

  /** A file whose writes are on the disk when they return, or are late, as it was told. */
  FileChannel open(FileChannel durable) throws IOException {
    LateDisk through = late;
    return through == null ? durable : through.open(durable);
  }

  void fail(Part part) {
    faults.put(part, new Fault.Fails());
  }

  void slow(Part part, Duration by) {
    faults.put(part, new Fault.Slow(by));
  }

  /** From now on files of that part grow by {@code room} more bytes, and by no more. */
  void fill(Part part, long room) {
    faults.put(part, new Fault.Full(new AtomicLong(room)));
  }

  /** How many bytes files may still grow by where that is limited. */
  OptionalLong left() {
    return faults.values().stream()
        .filter(Fault.Full.class::isInstance)
        .mapToLong(fault -> ((Fault.Full) fault).room().get())
        .min();
  }

  void heal(Part part) {
    var unused = faults.remove(part);
  }

  void heal() {
    faults.clear();
  }

  /** Writes that failed. */
  long failed() {
    return failed.sum();
  }

  /** Writes for which there was no room, or not enough. */
  long unfit() {
    return unfit.sum();
  }

  /** Writes that took longer. */
  long slowed() {
    return slowed.sum();
  }

  /**
   * Before a write.
   *
   * @param size the file's, now
   * @param position where the write begins
   * @param length how many bytes it is to write
   * @return how many of them may be written; fewer than asked for where the disk is about to be
   *     full, as with a real one
   * @throws IOException where the disk fails, or not one of them has room
   */
  int room(Path file, long size, long position, int length) throws IOException {
    beforeWrite(file);
    Fault fault = Part.ofFile(file).map(faults::get).orElse(null);
    long grows = Math.min(length, position + length - size);
    if (!(fault instanceof Fault.Full full) || grows <= 0) {
      return length;
    }
    long fits = length - grows + full.take(grows);
    if (fits < length) {
      unfit.increment();
    }
    if (fits == 0) {
      throw new IOException("No space left on device (injected)");
    }
    return (int) fits;
  }

  /**
   * Before a write of a file, or anything else that changes it.
   *
   * @throws IOException where the disk fails: nothing is written
   */
  void beforeWrite(Path file) throws IOException {
    Fault fault = Part.ofFile(file).map(faults::get).orElse(null);
    if (fault instanceof Fault.Fails) {
      failed.increment();
      throw new IOException("injected: the disk fails");
    }
    if (fault instanceof Fault.Slow slow) {
      slowed.increment();
      try {
        TimeUnit.NANOSECONDS.sleep(slow.by().toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
