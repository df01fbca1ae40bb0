package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.StorageFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Puts a store that was received in the place of the one in use, by names of files alone. Whenever
 * the process or the machine dies meanwhile, the next open finds the old store or the new one,
 * whole:
 *
 * <ol>
 *   <li>the old file gets the name of a replaced one, durably;
 *   <li>the new one gets its name, durably;
 *   <li>whoever opens the new one next takes the replaced one away.
 * </ol>
 *
 * <p>Where there is a replaced file and none with the store's own name, a crash came in between:
 * the new one is put in place then. To be used while nobody has either store open.
 */
public final class StoreInstallation {

  /** What becomes of the store that was in use. */
  public enum Replaced {
    /** It goes once the new one has been opened. */
    DELETED,
    /** It stays beside it, for whoever wants to know what was wrong with it. */
    KEPT
  }

  /** What has just been done: a crash may follow each of these. */
  public enum Step {
    STAMPED,
    CONTENT_SYNCED,
    OLD_RENAMED,
    OLD_NAME_SYNCED,
    NEW_RENAMED,
    NEW_NAME_SYNCED,
    REPLACED_GONE
  }

  private static final String RECEIVING = ".receiving";
  private static final String REPLACED = ".replaced-";
  private static final String KEPT = "kept-";
  private static final String ASIDE = ".aside-";

  private final Path fileBase;
  private final DurableFilePath fileSystem;
  private final Consumer<Step> done;
  private final Pattern replacedName;

  /**
   * Of the store at {@code fileBase}.
   *
   * @param fileBase the database file without its suffix
   * @param fileSystem what it is opened on
   */
  public StoreInstallation(Path fileBase, DurableFilePath fileSystem) {
    this(fileBase, fileSystem, step -> {});
  }

  /** The same, and {@code done} is told of each step when it is done: for tests, which end there. */
  public StoreInstallation(Path fileBase, DurableFilePath fileSystem, Consumer<Step> done) {
    this.fileBase = fileBase.toAbsolutePath().normalize();
    this.fileSystem = fileSystem;
    this.done = done;
    this.replacedName =
        Pattern.compile(
            Pattern.quote(nameOf(DurableDatabase.fileOf(sibling(REPLACED))))
                .replace(".mv.db", "\\E(" + KEPT + ")?(\\d+)\\Q.mv.db"));
  }

  /** Where the store of {@code fileBase} is received: the database file without its suffix. */
  static Path receiving(Path fileBase) {
    Path base = fileBase.toAbsolutePath().normalize();
    return base.resolveSibling(nameOf(base) + RECEIVING);
  }

  private Path sibling(String suffix) {
    return fileBase.resolveSibling(nameOf(fileBase) + suffix);
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  /**
   * Puts the received store, which must be finished, in place. When this returns, every later open
   * finds it.
   *
   * @param slot what it is a snapshot of
   * @param replaced what becomes of the store in use
   * @param stamp the boot by which the data directory knows its databases, if it does
   * @throws StorageFailure when the medium fails: the old or the new store is in place then
   */
  public void install(Slot slot, Replaced replaced, Optional<BootStamp> stamp) {
    Path receiving = receiving(fileBase);
    Path received = DurableDatabase.fileOf(receiving);
    if (!Files.exists(received)) {
      throw new IllegalArgumentException("no store was received at " + received);
    }
    stamp.ifPresent(boot -> stamp(receiving, boot));
    try {
      try (FileChannel channel = FileChannel.open(received, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      done.accept(Step.CONTENT_SYNCED);
      Path inUse = DurableDatabase.fileOf(fileBase);
      if (!Files.notExists(inUse)) {
        String kind = replaced == Replaced.KEPT ? REPLACED + KEPT : REPLACED;
        move(inUse, DurableDatabase.fileOf(sibling(kind + slot.number())));
        done.accept(Step.OLD_RENAMED);
        DurableFilePath.syncDirectory(inUse);
        done.accept(Step.OLD_NAME_SYNCED);
      }
      putInPlace(received, inUse);
    } catch (IOException e) {
      throw new StorageFailure("putting " + received + " in place", e);
    }
  }

  private void stamp(Path receiving, BootStamp boot) {
    try (DurableDatabase database = DurableDatabase.open(receiving, fileSystem)) {
      // Makes the table, too.
      if (!BootStamp.in(database).equals(Optional.of(boot))) {
        boot.putInto(database);
      }
    } catch (SQLException e) {
      throw new StorageFailure("stamping " + receiving, e);
    }
    done.accept(Step.STAMPED);
  }

  private void putInPlace(Path from, Path inUse) throws IOException {
    move(from, inUse);
    done.accept(Step.NEW_RENAMED);
    DurableFilePath.syncDirectory(inUse);
    done.accept(Step.NEW_NAME_SYNCED);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(
        from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Ends what a crash interrupted; does nothing where there is nothing to end. To be called before
   * anybody looks for the store's file.
   *
   * @throws StorageFailure when the medium fails
   */
  public void recover() {
    Path inUse = DurableDatabase.fileOf(fileBase);
    try {
      List<Path> replaced = replacedFiles();
      // Where it cannot be told whether it is there, nothing may be put in its place.
      if (!Files.notExists(inUse) || replaced.isEmpty()) {
        return;
      }
      Path received = DurableDatabase.fileOf(receiving(fileBase));
      putInPlace(
          Files.exists(received) ? received : replaced.get(replaced.size() - 1), inUse);
    } catch (IOException e) {
      throw new StorageFailure("ending the installation of " + inUse, e);
    }
  }

  /**
   * Takes away what the store in use has replaced, or gives it its lasting name. To be called once
   * that one is open.
   */
  void forgetReplaced() {
    try {
      List<Path> replaced = replacedFiles();
      for (Path file : replaced) {
        Matcher name = replacedName.matcher(nameOf(file));
        if (name.matches() && name.group(1) != null) {
          move(file, DurableDatabase.fileOf(sibling(ASIDE + name.group(2))));
        } else {
          Files.delete(file);
        }
      }
      if (!replaced.isEmpty()) {
        DurableFilePath.syncDirectory(DurableDatabase.fileOf(fileBase));
        done.accept(Step.REPLACED_GONE);
      }
    } catch (IOException e) {
      throw new StorageFailure("removing what " + fileBase + " has replaced", e);
    }
  }

  /** By their slots. */
  private List<Path> replacedFiles() throws IOException {
    Path directory = fileBase.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> found =
          new ArrayList<>(
              files.filter(file -> replacedName.matcher(nameOf(file)).matches()).toList());
      found.sort(Comparator.comparingLong(this::slotOf));
      return found;
    }
  }

  private long slotOf(Path file) {
    Matcher name = replacedName.matcher(nameOf(file));
    return name.matches() ? Long.parseLong(name.group(2)) : -1;
  }
}
