package io.holdfast.acceptor.store;

/** What the databases of one node stand on, while the node runs. */
public interface DatabaseSite extends AutoCloseable {

  /** The place of the database that the node calls so. */
  DatabasePlace place(String name);

  /**
   * Erases what belongs to a database outside of the data directory, in use or aside; none of it
   * may be open. Durable when this returns.
   *
   * @throws StorageFailure when the medium fails
   */
  void eraseOutside(String name);

  /**
   * Has {@code listener} told, once, when the site is found broken beside any use of a database. At
   * once, where it is already.
   */
  void watch(StorageFailureListener listener);

  /** Lets go of it, after every database of it was closed. */
  @Override
  void close();
}
