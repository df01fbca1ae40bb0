package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.sync.store.ReplacedStores.Former;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
final class FileStoreInstallation implements StoreInstallation {

  private static final Logger LOG = LoggerFactory.getLogger(FileStoreInstallation.class);

  private final FilePlace place;
  private final Path fileBase;
  private final Consumer<Step> done;
  private final ReplacedStores stores;

  /**
   * Of the store at {@code place}.
   *
   * @param done is told of each step when it is done
   */
  FileStoreInstallation(FilePlace place, Consumer<Step> done) {
    this.place = place;
    this.fileBase = place.base();
    this.done = done;
    this.stores = new ReplacedStores(fileBase);
  }

  private FilePlace receiving() {
    return place.beside(RECEIVING);
  }

  @Override
  public void install(Slot slot, Replaced replaced, Optional<BootStamp> stamp) {
    FilePlace receiving = receiving();
    Path received = receiving.file();
    if (Files.notExists(received)) {
      throw new IllegalArgumentException("no store was received at " + received);
    }
    stamp.ifPresent(
        boot -> {
          StoreInstallation.stamp(receiving, boot);
          done.accept(Step.STAMPED);
        });
    try {
      try (FileChannel channel = FileChannel.open(received, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      done.accept(Step.CONTENT_SYNCED);
      Path inUse = place.file();
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

  private void putInPlace(Path from, Path inUse) throws IOException {
    move(from, inUse);
    done.accept(Step.NEW_RENAMED);
    DurableFilePath.syncDirectory(inUse);
    done.accept(Step.NEW_NAME_SYNCED);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public boolean isInterrupted() {
    Path inUse = place.file();
    try {
      // Where it cannot be told whether it is there, nothing may be put in its place.
      return Files.notExists(inUse) && !stores.replaced().isEmpty();
    } catch (IOException e) {
      throw new StorageFailure("looking for what " + inUse + " has replaced", e);
    }
  }

  @Override
  public void recover() {
    if (!isInterrupted()) {
      return;
    }
    Path inUse = place.file();
    try {
      List<Former> replaced = stores.replaced();
      Path received = receiving().file();
      putInPlace(
          Files.exists(received) ? received : replaced.get(replaced.size() - 1).file(), inUse);
    } catch (IOException e) {
      throw new StorageFailure("ending the installation of " + inUse, e);
    }
  }

  @Override
  public void forgetReplaced() {
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
        DurableFilePath.syncDirectory(place.file());
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
