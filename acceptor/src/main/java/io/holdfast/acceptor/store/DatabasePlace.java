package io.holdfast.acceptor.store;

/**
 * Where a database of a node stands, whether it is there or not. {@code toString} is for people.
 */
public sealed interface DatabasePlace permits FilePlace, SchemaPlace {

  /** What the node calls it, as {@code journal} or {@code store-main}. */
  String name();

  /**
   * Opens the database, and makes it where absent.
   *
   * @throws StorageFailure if it cannot be opened: unreadable, damaged, or in use elsewhere
   */
  NodeDatabase open();

  /**
   * Whether a database is there.
   *
   * @throws StorageFailure if that cannot be told
   */
  boolean exists();

  /** The place of another database that belongs to this one. */
  DatabasePlace beside(String suffix);

  /**
   * Removes the database, which must not be open; does nothing where there is none. A power cut may
   * bring a file back.
   *
   * @throws StorageFailure when the medium fails
   */
  void delete();
}
