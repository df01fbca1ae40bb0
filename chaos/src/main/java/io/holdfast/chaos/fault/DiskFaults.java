package io.holdfast.chaos.fault;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

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
  }

  private static final Map<Path, DiskFaults> BY_DIRECTORY = new ConcurrentHashMap<>();

  private final Map<Part, Fault> faults = new ConcurrentHashMap<>();
  private final LongAdder failed = new LongAdder();
  private final LongAdder slowed = new LongAdder();

  private DiskFaults() {}

  /** Those of the data directory {@code directory}, in this process. */
  static DiskFaults of(Path directory) {
    return BY_DIRECTORY.computeIfAbsent(
        directory.toAbsolutePath().normalize(), unused -> new DiskFaults());
  }

  void fail(Part part) {
    faults.put(part, new Fault.Fails());
  }

  void slow(Part part, Duration by) {
    faults.put(part, new Fault.Slow(by));
  }

  void heal() {
    faults.clear();
  }

  /** Writes that failed. */
  long failed() {
    return failed.sum();
  }

  /** Writes that took longer. */
  long slowed() {
    return slowed.sum();
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
