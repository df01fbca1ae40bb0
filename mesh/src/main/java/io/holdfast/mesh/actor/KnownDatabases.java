package io.holdfast.mesh.actor;

import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.NodeDatabase;
import io.holdfast.acceptor.store.SchemaPlace;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.DatabaseNames;
import io.holdfast.mesh.NodeStartException;
import io.holdfast.mesh.store.DirectoryCheck;
import io.holdfast.mesh.store.ExpectedStamp;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * That the databases of a data directory are the ones that it last ran with. H2 takes an empty file
 * for a new database, and a server's may have been dropped: an acceptor that started on one would
 * have forgotten its promises.
 *
 * <p>Looked at before anything else of a node is started, so that a directory that cannot be used
 * is refused with nothing half-started.
 */
public final class KnownDatabases {

  private final DataDirectory directory;

  /**
   * @param directory whose databases
   */
  public KnownDatabases(DataDirectory directory) {
    this.directory = directory;
  }

  /**
   * Opens each database, compares its stamp with what the directory remembers, and stamps it with
   * this boot; both are durable when this returns. A crash in between leaves a stamp newer than
   * remembered, which is right. So does a database that is refused after others were opened: what a
   * crash left in those is mended then.
   *
   * @param places where they are
   */
  public void require(List<DatabasePlace> places)
      throws NodeStartException, DataDirectoryException {
    Map<String, Long> remembered = directory.databaseBoots();
    Map<String, Long> now = new TreeMap<>(remembered);
    for (DatabasePlace place : places) {
      ExpectedStamp expected = expected(remembered.getOrDefault(place.name(), 0L));
      if (expected.remembered() > 0 && !place.exists()) {
        throw refused(place, "is missing" + expected.knownAt());
      }
      stamp(place, expected);
      now.put(place.name(), directory.identity().bootCount());
    }
    directory.saveDatabaseBoots(now);
  }

  /** What was there is not to be missed at the next start; durable when this returns. */
  void forget(DatabasePlace place) throws DataDirectoryException {
    Map<String, Long> now = new TreeMap<>(directory.databaseBoots());
    now.remove(place.name());
    directory.saveDatabaseBoots(now);
  }

  private ExpectedStamp expected(long remembered) {
    NodeIdentity self = directory.identity();
    return new ExpectedStamp(self.incarnation(), remembered, self.bootCount() - 1);
  }

  private void stamp(DatabasePlace place, ExpectedStamp expected)
      throws NodeStartException, DataDirectoryException {
    try (NodeDatabase database = place.open()) {
      Optional<BootStamp> found = BootStamp.in(database);
      Optional<String> flaw = expected.flawOf(found);
      if (flaw.isPresent()) {
        throw place instanceof SchemaPlace schema && isFresh() && found.isPresent()
            ? takenByAnEarlierDirectory(schema)
            : refused(place, flaw.get());
      }
      stampOf(directory.identity()).putInto(database);
    } catch (StorageFailure | SQLException e) {
      throw new NodeStartException(
          place
              + " cannot be used: "
              + RootCause.of(e)
              + (place instanceof FilePlace
                  ? "; expected: the file as this node left it; next: check the disk and its free"
                      + " space; if the file is damaged, "
                  : "; expected: the schema as this node left it; next: see to the server; if the"
                      + " schema is damaged, ")
              + mended(place),
          e);
    }
  }

  /** What the databases of a boot are stamped with. */
  static BootStamp stampOf(NodeIdentity self) {
    return new BootStamp(self.incarnation(), self.bootCount());
  }

  /** What helps where a database is broken: a store can be had from a peer, promises cannot. */
  private String mended(DatabasePlace place) {
    if (!(place instanceof FilePlace)) {
      return "set holdfast.postgresql to the server, database and schema-prefix that this node ran"
          + " on last, or go on without this node";
    }
    return (DatabaseNames.groupOf(place.name()).isPresent()
            ? DirectoryCheck.repair(directory.path()) + "; or "
            : "")
        + "put the newest copy of the whole directory in its place, or go on without this node";
  }

  /** Whether nobody can have been promised anything from it. */
  private boolean isFresh() throws DataDirectoryException {
    return !directory.ledger().admitted() && directory.databaseBoots().isEmpty();
  }

  private NodeStartException takenByAnEarlierDirectory(SchemaPlace place) {
    String found = "belongs to another data directory, and this one is fresh";
    return new NodeStartException(
        "%s %s; expected: no schemas of this node yet; next: set another holdfast.postgresql.schema-prefix, or, where the other directory is lost for good and this one takes its place, as in 'member replace', drop what that one has left: %s; or set holdfast.node.data-dir to the directory that they belong to"
            .formatted(place, found, place.droppingAll()),
        new IllegalStateException(found));
  }

  private NodeStartException refused(DatabasePlace place, String found) {
    return new NodeStartException(
        place
            + " "
            + found
            + ": what it promised or stored since may be lost; expected: "
            + (place instanceof FilePlace ? "the files" : "the schemas")
            + " as this node left them, all of one time; next: "
            + mended(place),
        new IllegalStateException(found));
  }
}
