package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.NodeDatabase;
import io.holdfast.acceptor.store.SchemaPlace;
import io.holdfast.acceptor.store.StorageFailure;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts a store that was received in the place of the one in use. Whenever the process or the
 * machine dies meanwhile, the next open finds the old store or the new one, whole. To be used while
 * nobody has either store open.
 */
public interface StoreInstallation {

  /** What becomes of the store that was in use. */
  enum Replaced {
    /** It goes once the new one has been opened. */
    DELETED,
    /** It stays beside it, for whoever wants to know what was wrong with it. */
    KEPT
  }

  /** What has just been done: a crash may follow each of these. */
  enum Step {
    STAMPED,
    CONTENT_SYNCED,
    OLD_RENAMED,
    OLD_NAME_SYNCED,
    NEW_RENAMED,
    NEW_NAME_SYNCED,
    REPLACED_GONE
  }

  /** What is behind the name of a store while it is received. */
  String RECEIVING = "receiving";

  /** How many stores are kept aside. */
  int MOST_ASIDE = 2;

  /**
   * That of the store at {@code place}.
   *
   * @param done is told of each step when it is done: for tests, which end there
   */
  static StoreInstallation of(DatabasePlace place, Consumer<Step> done) {
    return place instanceof FilePlace file
        ? new FileStoreInstallation(file, done)
        : new SchemaStoreInstallation((SchemaPlace) place, done);
  }

  /** The same, and nobody is told. */
  static StoreInstallation of(DatabasePlace place) {
    return of(place, step -> {});
  }

  /** Where the store of {@code place} is received. */
  static DatabasePlace receiving(DatabasePlace place) {
    return place.beside(RECEIVING);
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
  void install(Slot slot, Replaced replaced, Optional<BootStamp> stamp);

  /**
   * Whether a crash came in between, so that {@link #recover} has something to end. Nothing is
   * changed.
   *
   * @throws StorageFailure when the medium fails
   */
  boolean isInterrupted();

  /**
   * Ends what a crash interrupted; does nothing where there is nothing to end. To be called before
   * anybody looks for the store.
   *
   * @throws StorageFailure when the medium fails
   */
  void recover();

  /**
   * Takes away what the store in use has replaced, or gives it its lasting name; of those that have
   * one only the newest stay. To be called once the store in use is open.
   */
  void forgetReplaced();

  /** Has a received store say by which boot it came. */
  static void stamp(DatabasePlace receiving, BootStamp boot) {
    try (NodeDatabase database = receiving.open()) {
      // Makes the table, too.
      if (!BootStamp.in(database).equals(Optional.of(boot))) {
        boot.putInto(database);
      }
    } catch (SQLException e) {
      throw new StorageFailure("stamping " + receiving, e);
    }
  }
}
