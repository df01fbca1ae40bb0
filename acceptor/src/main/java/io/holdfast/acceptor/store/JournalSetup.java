package io.holdfast.acceptor.store;

import akka.actor.setup.Setup;

/**
 * What an actor system's journal is told at the system's start, by {@code ActorSystemSetup}; not
 * settings, but collaborators.
 */
public final class JournalSetup extends Setup {

  private final StorageFailureListener listener;
  private final DurableFilePath fileSystem;

  private JournalSetup(StorageFailureListener listener, DurableFilePath fileSystem) {
    this.listener = listener;
    this.fileSystem = fileSystem;
  }

  /** Has {@code listener} told when the storage fails. */
  public static JournalSetup create(StorageFailureListener listener) {
    return new JournalSetup(listener, new DurableFilePath());
  }

  /** The same, with the database on {@code fileSystem}, which must be as durable. */
  public static JournalSetup create(StorageFailureListener listener, DurableFilePath fileSystem) {
    return new JournalSetup(listener, fileSystem);
  }

  StorageFailureListener listener() {
    return listener;
  }

  DurableFilePath fileSystem() {
    return fileSystem;
  }
}
