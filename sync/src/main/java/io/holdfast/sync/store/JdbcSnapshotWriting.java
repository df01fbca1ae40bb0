package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.NodeDatabase;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.SnapshotCodec;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.SnapshotReception;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.StoredProgress;
import io.holdfast.sync.core.UnreadableBytes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Receives a store into a database beside the one in use, by the same recipe: one durable commit a
 * chunk. {@link StoreInstallation} puts it in place once it is finished.
 */
public final class JdbcSnapshotWriting implements SnapshotWriting {

  private final DatabasePlace receiving;
  private final StateTerms terms;
  private @Nullable NodeDatabase database;
  private @Nullable ReceivingTables tables;
  private @Nullable SnapshotReception reception;
  private boolean finished;

  private JdbcSnapshotWriting(DatabasePlace receiving, StateTerms terms) {
    this.receiving = receiving;
    this.terms = terms;
  }

  /**
   * Finds what an earlier attempt left, or begins with nothing.
   *
   * @param fileBase the database file of the store in use, without its suffix
   * @param terms the group's
   * @param fileSystem what to open it on
   * @throws StorageFailure when the medium fails
   */
  public static JdbcSnapshotWriting open(
      Path fileBase, StateTerms terms, DurableFilePath fileSystem) {
    return open(new FilePlace(fileBase, fileSystem), terms);
  }

  /** The same beside the store in use at {@code place}. */
  public static JdbcSnapshotWriting open(DatabasePlace place, StateTerms terms) {
    JdbcSnapshotWriting writing =
        new JdbcSnapshotWriting(StoreInstallation.receiving(place), terms);
    try {
      writing.openTables();
    } catch (DamagedStore | UnreadableBytes | StorageFailure | SQLException e) {
      // Nothing is lost with it: the sender has all of it. Where the medium fails, so does this.
      writing.drop();
    }
    return writing;
  }

  /** Takes away what an earlier attempt left, where nobody wants to go on from it. */
  public static void discard(DatabasePlace place) {
    StoreInstallation.receiving(place).delete();
  }

  private ReceivingTables openTables() throws SQLException {
    NodeDatabase opened = receiving.open();
    database = opened;
    Connection connection = opened.connect();
    connection.setAutoCommit(false);
    ReceivingTables made = new ReceivingTables(connection, opened.dialect());
    connection.rollback();
    tables = made;
    return made;
  }

  private ReceivingTables tables() throws SQLException {
    return tables == null ? openTables() : tables;
  }

  @Override
  public long lastPlace() {
    return tables == null ? 0 : tables.receipt().lastPlace();
  }

  @Override
  public void discard() {
    drop();
    finished = false;
  }

  @Override
  public void take(ByteString chunk) {
    if (finished) {
      throw new IllegalStateException("it is finished, and takes no more chunks");
    }
    try {
      if (reception == null || SnapshotCodec.isFirst(chunk)) {
        SnapshotReception begun = SnapshotReception.begin(terms, chunk);
        tables().begin(tables().receipt().begin(begun.head()));
        reception = begun;
      } else {
        tables().store(reception.take(chunk));
      }
      reclaim();
    } catch (UnreadableBytes | DamagedStore | IllegalArgumentException e) {
      throw refused(e);
    } catch (SQLException e) {
      throw new StorageFailure("receiving a store", e);
    }
  }

  private void reclaim() throws SQLException {
    if (database != null) {
      boolean unused = database.reclaim();
    }
  }

  /** Drops everything; gives back what to say. */
  private SnapshotRefused refused(RuntimeException cause) {
    drop();
    return cause instanceof SnapshotRefused same
        ? same
        : new SnapshotRefused(String.valueOf(cause.getMessage()), cause);
  }

  @Override
  public SnapshotHead finish() {
    try {
      SnapshotReception received = reception;
      if (received == null || !received.isWhole()) {
        throw new SnapshotRefused("its last chunk has not come");
      }
      tables().finish(state(received.head(), tables()));
      close();
      checkLoads();
      finished = true;
      return received.head().told();
    } catch (UnreadableBytes | DamagedStore | UnsupportedStore | IllegalArgumentException e) {
      throw refused(e);
    } catch (SQLException e) {
      throw new StorageFailure("finishing a received store", e);
    }
  }

  private static StoredProgress state(SnapshotContent.Head head, ReceivingTables tables) {
    StoredProgress sent = head.state();
    long found = tables.receipt().changeCount();
    if (found + tables.collectedHere() != sent.changeCount()) {
      throw new SnapshotRefused(
          "%d changes are here and %d were collected, where the state counts %d"
              .formatted(found, tables.collectedHere(), sent.changeCount()));
    }
    return new StoredProgress(
        sent.header(),
        sent.lastPlace(),
        sent.collected(),
        found,
        sent.firstTouchedRow(),
        sent.nextTouchedRow(),
        sent.header().applied());
  }

  /**
   * Its header is the one that was sent; loading it finds out whether the rows are that state's.
   */
  private void checkLoads() {
    try (JdbcReplicaStore store = JdbcReplicaStore.open(receiving, terms)) {
      RestoredState unused = store.load();
    }
  }

  private void drop() {
    close();
    try {
      receiving.delete();
      ReceivingTables unused = openTables();
    } catch (SQLException e) {
      throw new StorageFailure("beginning anew with " + receiving, e);
    }
  }

  @Override
  public void close() {
    NodeDatabase open = database;
    database = null;
    tables = null;
    reception = null;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (SQLException e) {
      throw new StorageFailure("closing a store that is being received", e);
    }
  }
}
