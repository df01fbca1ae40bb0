package io.holdfast.sync.store;

import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.DurableCommit;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.NodeDatabase;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.StoredProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a store of a snapshot's file, where no node runs: it is received beside the one in use, if
 * there is one, and takes its place once it is whole. Whenever the process dies meanwhile, the old
 * store or the new one is there ({@link StoreInstallation}).
 */
public final class StoreRestoration {

  /** Who takes part in the group from then on. */
  public enum Members {
    /** Those that the snapshot names: the store is of one of them. */
    AS_SAVED,
    /**
     * None: whoever founds the group says. Its members are those of another mesh, and their names
     * may come again there under other incarnations.
     */
    NONE
  }

  /**
   * A store that was made.
   *
   * @param head what it is of
   * @param aside the stores that it has replaced, under their lasting names
   * @param gone files that were taken away: older stores aside, the mark of a store that had
   *     diverged
   */
  public record Restored(SnapshotHead head, List<Path> aside, List<Path> gone) {
    public Restored {
      aside = List.copyOf(aside);
      gone = List.copyOf(gone);
    }
  }

  private StoreRestoration() {}

  /**
   * Makes the store, and puts it in place.
   *
   * @param file the snapshot
   * @param fileBase the database file of the store in use, without its suffix
   * @param terms the group's
   * @param members who takes part
   * @param stamp the boot by which the data directory knows its databases
   * @return what was made, and what became of the files that were there
   * @throws SnapshotRefused when the file is not what was written, or of other terms; the store in
   *     use is untouched then
   * @throws IOException when the file cannot be read
   * @throws StorageFailure when the medium fails
   */
  public static Restored restore(
      Path file, Path fileBase, StateTerms terms, Members members, BootStamp stamp)
      throws IOException {
    FilePlace place = new FilePlace(fileBase, new DurableFilePath());
    FileStoreInstallation installation = new FileStoreInstallation(place, step -> {});
    installation.recover();
    List<Path> before = installation.keptAside();
    JdbcSnapshotWriting.discard(place);
    SnapshotHead head;
    try (JdbcSnapshotWriting writing = JdbcSnapshotWriting.open(place, terms)) {
      head = SnapshotFile.restore(file, writing);
    }
    if (members == Members.NONE) {
      forgetMembers(StoreInstallation.receiving(place));
    }
    installation.install(head.slot(), StoreInstallation.Replaced.KEPT, Optional.of(stamp));
    // Opened once: what it has replaced gets its lasting name.
    JdbcReplicaStore.open(place, terms).close();
    List<Path> after = installation.keptAside();
    List<Path> gone = new ArrayList<>(before);
    gone.removeAll(after);
    // Only now: a crash before this has another state fetched once more.
    DivergenceMark mark = new DivergenceMark(fileBase);
    if (Files.exists(mark.path())) {
      mark.remove();
      gone.add(mark.path());
    }
    return new Restored(head, after.stream().filter(kept -> !before.contains(kept)).toList(), gone);
  }

  private static void forgetMembers(DatabasePlace receiving) {
    try (NodeDatabase database = receiving.open();
        Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      StoredProgress state = StateRow.read(connection);
      new StateRow(connection).update(state.with(state.header().withoutMembers()));
      DurableCommit.of(connection);
    } catch (SQLException e) {
      throw new StorageFailure("forgetting the members in " + receiving, e);
    }
  }
}
