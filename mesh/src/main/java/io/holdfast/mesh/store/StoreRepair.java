package io.holdfast.mesh.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.store.DatabaseNames;
import io.holdfast.config.store.StoppedDirectory;
import io.holdfast.mesh.store.CheckedDirectory.BrokenStore;
import io.holdfast.sync.store.SnapshotFile.Inspection;
import io.holdfast.sync.store.SnapshotRefused;
import io.holdfast.sync.store.StoreRestoration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the state of a running peer in the place of a stopped node's broken store. The journal
 * beside it stays: what this node promised and accepted is its own.
 */
public final class StoreRepair {

  private final StoppedDirectory directory;
  private final BrokenStore broken;

  /**
   * @param directory whose store; the caller has hold of it
   * @param broken which
   */
  public StoreRepair(StoppedDirectory directory, BrokenStore broken) {
    this.directory = directory;
    this.broken = broken;
  }

  /** The store's file. */
  public Path file() {
    return DurableDatabase.fileOf(base());
  }

  private Path base() {
    return directory.database(DatabaseNames.store(new GroupId(broken.log())));
  }

  /** Where the peer's snapshot is kept meanwhile. */
  public Path snapshot() {
    return directory.path().resolve("repair-" + broken.group() + ".snapshot");
  }

  /** Why a snapshot must not be put in place; empty where it may. */
  public Optional<String> refusalOf(Inspection snapshot) {
    Slot slot = snapshot.state().applied();
    MemberId self = new MemberId(directory.node(), directory.incarnation());
    if (!snapshot.header().meshId().equals(directory.meshId())) {
      return Optional.of(
          "the peer is of mesh %s, this directory of mesh %s: name a peer of the same mesh"
              .formatted(snapshot.header().meshId(), directory.meshId()));
    }
    if (!snapshot.header().group().value().equals(broken.group())) {
      return Optional.of(
          "the peer sent group %s, not %s".formatted(snapshot.header().group(), broken.group()));
    }
    if (slot.number() < broken.needed()) {
      // StoreNotBehindJournal
      return Optional.of(
          "the peer's state is at slot %s, and the journal here leaves all up to slot %d to the store: name a peer that is further"
              .formatted(slot, broken.needed()));
    }
    boolean member =
        snapshot
            .state()
            .membership()
            .map(members -> members.newest().everyone().contains(self))
            .orElse(true);
    return member
        ? Optional.empty()
        : Optional.of(
            "%s is no member of group %s any more, under this incarnation: there is nothing to repair it for"
                .formatted(self, broken.group()));
  }

  /**
   * Puts the fetched snapshot in place, and takes its file away.
   *
   * @param snapshot what was fetched, and may be put in place
   * @return the files that were made, renamed or deleted, each with what became of it
   * @throws SnapshotRefused when the file is not what was fetched; the broken store is still there
   * @throws IOException when a file cannot be read or deleted
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  public List<String> install(Inspection snapshot) throws IOException {
    StoreRestoration.Restored restored =
        StoreRestoration.restore(
            snapshot(),
            base(),
            snapshot.state().terms(),
            StoreRestoration.Members.AS_SAVED,
            new BootStamp(directory.incarnation(), directory.bootCount()));
    Files.delete(snapshot());
    List<String> touched = new ArrayList<>();
    restored.aside().forEach(kept -> touched.add(kept + ": the store before, kept"));
    restored.gone().forEach(gone -> touched.add(gone + ": deleted"));
    touched.add("%s: the state of the peer at slot %s".formatted(file(), restored.head().slot()));
    return touched;
  }
}
