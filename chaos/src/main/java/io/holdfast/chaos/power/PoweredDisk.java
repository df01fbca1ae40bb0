package io.holdfast.chaos.power;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.chaos.power.core.Disk;
import io.holdfast.chaos.power.core.StoredFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Disk} as the processes of one boot have it: until the power goes, at a chosen operation
 * or when told. From then on every operation fails. For any thread.
 *
 * <p>An operation that is to be durable when it returns is two steps, the change and its sync, so
 * that the power may go between them: the change is in progress then, was not acknowledged, and has
 * the fate of whatever is not synced. So it is with the operation at which the power goes.
 */
final class PoweredDisk {

  /** Never: the power stays until it is told to go. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int TRAIL = 400;

  private final Object lock = new Object();
  private final SplittableRandom random;
  private final boolean syncsDirectories;
  private final CompletableFuture<Void> off = new CompletableFuture<>();

  @GuardedBy("lock")
  private Disk disk;

  @GuardedBy("lock")
  private long cutAt;

  @GuardedBy("lock")
  private long operations;

  /** The last operations, in words, the oldest first. */
  @GuardedBy("lock")
  private final Deque<String> trail = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean isOff;

  @GuardedBy("lock")
  private Disk.@Nullable Survivors survivors;

  /**
   * @param disk as it was left
   * @param random what survives is drawn from it
   * @param cutAt the operation at which the power goes, from 1
   * @param syncsDirectories whether syncing a directory does anything, as it must
   */
  PoweredDisk(Disk disk, SplittableRandom random, long cutAt, boolean syncsDirectories) {
    this.disk = disk;
    this.random = random;
    this.cutAt = cutAt;
    this.syncsDirectories = syncsDirectories;
  }

  /** A step on the disk. */
  private interface Step<T> {
    T run(Disk disk) throws IOException;
  }

  private <T> T look(Step<T> step) throws IOException {
    synchronized (lock) {
      requirePower();
      return step.run(disk);
    }
  }

  /** A change, which is lost, torn or kept if it is the one at which the power goes. */
  private <T> T change(String what, Step<T> step) throws IOException {
    synchronized (lock) {
      requirePower();
      T result = step.run(disk);
      operations++;
      trail.add(operations + " " + what);
      if (trail.size() > TRAIL) {
        trail.remove();
      }
      if (operations >= cutAt) {
        goOff();
        throw new PowerCut();
      }
      return result;
    }
  }

  @GuardedBy("lock")
  private void requirePower() throws PowerCut {
    if (isOff) {
      throw new PowerCut();
    }
  }

  @GuardedBy("lock")
  private void goOff() {
    isOff = true;
    survivors = disk.cut(random);
    // What the dead process still refers to need not hold the disk in memory.
    disk = new Disk();
    off.complete(null);
  }

  // ---- The power

  /**
   * Turns the power off, unless it went before.
   *
   * @return what is left; given away once
   */
  Disk.Survivors cut() {
    synchronized (lock) {
      if (!isOff) {
        goOff();
      }
      Disk.Survivors left = survivors;
      survivors = null;
      if (left == null) {
        throw new IllegalStateException("what is left was given away");
      }
      return left;
    }
  }

  /** The power goes after so many more operations, 1 or more, unless it goes before. */
  void cutAfter(int more) {
    synchronized (lock) {
      cutAt = Math.min(cutAt, operations + more);
    }
  }

  /** Completes when the power has gone. */
  CompletionStage<Void> off() {
    return off;
  }

  boolean isOff() {
    return off.isDone();
  }

  /** Changes and syncs so far. */
  long operations() {
    synchronized (lock) {
      return operations;
    }
  }

  /** The last operations, in words, the oldest first. */
  List<String> trail() {
    synchronized (lock) {
      return List.copyOf(trail);
    }
  }

  // ---- Looking

  Optional<StoredFile> file(String name) throws IOException {
    return look(disk -> disk.file(name));
  }

  boolean isDirectory(String name) throws IOException {
    return look(disk -> disk.isDirectory(name));
  }

  boolean exists(String name) throws IOException {
    return look(disk -> disk.exists(name));
  }

  List<String> list(String directory) throws IOException {
    return look(disk -> disk.list(directory));
  }

  int size(StoredFile file) throws IOException {
    return look(disk -> file.size());
  }

  int read(StoredFile file, long position, byte[] target) throws IOException {
    return look(disk -> file.read(position, target, 0, target.length));
  }

  // ---- Changing

  StoredFile create(String name) throws IOException {
    return change("create " + name, disk -> disk.create(name));
  }

  void makeDirectory(String name) throws IOException {
    change(
        "make directory " + name,
        disk -> {
          disk.makeDirectory(name);
          return true;
        });
  }

  void delete(String name) throws IOException {
    change(
        "delete " + name,
        disk -> {
          disk.delete(name);
          return true;
        });
  }

  void rename(String from, String to) throws IOException {
    change(
        "rename " + from + " to " + to,
        disk -> {
          disk.rename(from, to);
          return true;
        });
  }

  void truncate(StoredFile file, long size) throws IOException {
    change(
        "truncate " + file + " to " + size,
        disk -> {
          disk.truncate(file, size);
          return true;
        });
  }

  /**
   * Writes at a position.
   *
   * @param synced whether it is on the medium when this returns
   */
  void write(StoredFile file, long position, byte[] bytes, boolean synced) throws IOException {
    String what =
        "write %s %d+%d%s".formatted(file, position, bytes.length, synced ? " synced" : "");
    StoredFile.Change written = change(what, disk -> disk.write(file, position, bytes));
    if (synced) {
      look(
          disk -> {
            disk.sync(file, written);
            return true;
          });
    }
  }

  /** What was done to a file before is on the medium when this returns. */
  void sync(StoredFile file) throws IOException {
    long upTo = change("sync " + file, Disk::order);
    look(
        disk -> {
          disk.sync(file, upTo);
          return true;
        });
  }

  /** What was done to the names in a directory before is on the medium when this returns. */
  void syncDirectory(String name) throws IOException {
    long upTo = change("sync directory " + name, Disk::order);
    look(
        disk -> {
          if (syncsDirectories) {
            disk.syncDirectory(name, upTo);
          }
          return true;
        });
  }
}
