package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.sync.store.ReplacedStores.Former;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(StoreInstallation.class);

  /** How many stores are kept aside. */
  static final int MOST_ASIDE = 2;

  private static final String RECEIVING = ".receiving";

  private final Path fileBase;
  private final DurableFilePath fileSystem;
  private final Consumer<Step> done;
  private final ReplacedStores stores;

  /**
   * Of the store at {@code fileBase}.
   *
   * @param fileBase the database file without its suffix
   * @param fileSystem what it is opened on
   */
  public StoreInstallation(Path fileBase, DurableFilePath fileSystem) {
    this(fileBase, fileSystem, step -> {});
  }

  /**
   * The same, and {@code done} is told of each step when it is done: for tests, which end there.
   */
  public StoreInstallation(Path fileBase, DurableFilePath fileSystem, Consumer<Step> done) {
    this.fileBase = fileBase.toAbsolutePath().normalize();
    this.fileSystem = fileSystem;
    this.done = done;
    this.stores = new ReplacedStores(this.fileBase);
  }

  /** Where the store of {@code fileBase} is received: the database file without its suffix. */
  static Path receiving(Path fileBase) {
    Path base = fileBase.toAbsolutePath().normalize();
    return base.resolveSibling(base.getFileName() + RECEIVING);
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
    if (Files.notExists(received)) {
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
        move(inUse, stores.newReplaced(slot, replaced == Replaced.KEPT));
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
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Whether a crash came between the two renames, so that {@link #recover} has something to end.
   * Nothing is changed.
   *
   * @throws StorageFailure when the medium fails
   */
  public boolean isInterrupted() {
    Path inUse = DurableDatabase.fileOf(fileBase);
    try {
      // Where it cannot be told whether it is there, nothing may be put in its place.
      return Files.notExists(inUse) && !stores.replaced().isEmpty();
    } catch (IOException e) {
      throw new StorageFailure("looking for what " + inUse + " has replaced", e);
    }
  }

  /**
   * Ends what a crash interrupted; does nothing where there is nothing to end. To be called before
   * anybody looks for the store's file.
   *
   * @throws StorageFailure when the medium fails
   */
  public void recover() {
    if (!isInterrupted()) {
      return;
    }
    Path inUse = DurableDatabase.fileOf(fileBase);
    try {
      List<Former> replaced = stores.replaced();
      Path received = DurableDatabase.fileOf(receiving(fileBase));
      putInPlace(
          Files.exists(received) ? received : replaced.get(replaced.size() - 1).file(), inUse);
    } catch (IOException e) {
      throw new StorageFailure("ending the installation of " + inUse, e);
    }
  }

  /**
   * Takes away what the store in use has replaced, or gives it its lasting name; of those that have
   * one only the newest stay. To be called once the store in use is open.
   */
  void forgetReplaced() {
    try {
      List<Former> replaced = stores.replaced();
      for (Former former : replaced) {
        if (former.kept()) {
          keepAside(former);
        } else {
          Files.delete(former.file());
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

  private void keepAside(Former former) throws IOException {
    List<Former> before = stores.aside();
    Path aside = stores.newAside(former.slot());
    move(former.file(), aside);
    for (Former old : before.subList(0, Math.max(0, before.size() + 1 - MOST_ASIDE))) {
      Files.delete(old.file());
      LOG.info("{}: deleted, as newer stores are kept aside", old.file());
    }
  }

  /** The stores that are kept aside, the oldest first. */
  List<Path> keptAside() {
    try {
      return stores.aside().stream().map(Former::file).toList();
    } catch (IOException e) {
      throw new StorageFailure("looking for what is kept of " + fileBase, e);
    }
  }
}
