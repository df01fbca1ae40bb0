package io.holdfast.acceptor.store;

import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.persistence.SnapshotSelectionCriteria;
import akka.persistence.snapshot.japi.SnapshotStore;
import io.holdfast.acceptor.store.EventJournal.SnapshotBounds;
import java.util.Optional;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/**
 * Akka's snapshot plug-in onto the table of akka-persistence-jdbc, through the journal's own writer
 * and connection: no second connection pool and its threads, one order of all writes, and a failed
 * snapshot write is a storage failure like any other. The stock store reads what this writes, and
 * the other way round.
 */
public final class LeanSnapshotStore extends SnapshotStore {

  private final JournalDatabase database = JournalDatabase.get(context().system());
  private final RowSerialization serialization = new RowSerialization(context().system());

  /** For Akka. */
  public LeanSnapshotStore() {}

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    SnapshotBounds bounds = bounds(criteria);
    return FutureConverters.asScala(
        database
            .reader()
            .read(
                "loading the snapshot of " + persistenceId,
                journal ->
                    journal.latestSnapshot(persistenceId, bounds).map(serialization::snapshot)));
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    SnapshotRow row = serialization.row(metadata, snapshot);
    return FutureConverters.asScala(
        database.writer().inTurnVoid(journal -> journal.saveSnapshot(row)));
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    long number = metadata.sequenceNr();
    return delete(metadata.persistenceId(), new SnapshotBounds(number, number, 0, Long.MAX_VALUE));
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return delete(persistenceId, bounds(criteria));
  }

  private Future<Void> delete(String persistenceId, SnapshotBounds bounds) {
    return FutureConverters.asScala(
        database.writer().inTurnVoid(journal -> journal.deleteSnapshots(persistenceId, bounds)));
  }

  private static SnapshotBounds bounds(SnapshotSelectionCriteria criteria) {
    return new SnapshotBounds(
        criteria.minSequenceNr(),
        criteria.maxSequenceNr(),
        criteria.minTimestamp(),
        criteria.maxTimestamp());
  }
}
