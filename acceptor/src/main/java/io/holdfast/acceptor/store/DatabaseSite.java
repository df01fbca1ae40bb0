package io.holdfast.acceptor.store;

import io.holdfast.config.core.ServerMark;
import java.util.Optional;
import java.util.function.Consumer;

/** What the databases of one node stand on, while the node runs. */
public interface DatabaseSite extends AutoCloseable {

  /** The place of the database that the node calls so. */
  DatabasePlace place(String name);

  /**
   * Erases what belongs to a database outside of the data directory, in use or aside; none of it
   * may be open. Durable when this returns.
   *
   * @return whether it did; false where another's lock on it was in the way: then nothing was
   *     changed, and it may be asked again
   * @throws StorageFailure when the medium fails
   */
  boolean eraseOutside(String name);

  /**
   * Has {@code listener} told, once, when the site is found broken beside any use of a database. At
   * once, where it is already.
   */
  void watch(StorageFailureListener listener);

  /** Which server it is, as of when it was opened; empty where there is none. */
  Optional<ServerMark> mark();

  /**
   * Has {@code told} the same again every few seconds, on a thread that may block for a while. What
   * it throws breaks the site.
   */
  void followMark(Consumer<ServerMark> told);

  /** Lets go of it, after every database of it was closed. */
  @Override
  void close();
}
