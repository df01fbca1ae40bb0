package io.holdfast.acceptor.store;

import akka.actor.setup.Setup;
import java.util.function.Function;

/**
 * What an actor system's journal is told at the system's start, by {@code ActorSystemSetup}; not
 * settings, but collaborators.
 */
public final class JournalSetup extends Setup {

  private final StorageFailureListener listener;
  private final Function<String, DatabasePlace> place;

  private JournalSetup(StorageFailureListener listener, Function<String, DatabasePlace> place) {
    this.listener = listener;
    this.place = place;
  }

  /** Has {@code listener} told when the storage fails. */
  public static JournalSetup create(StorageFailureListener listener) {
    return create(listener, new DurableFilePath());
  }

  /** The same, with the database on {@code fileSystem}, which must be as durable. */
  public static JournalSetup create(StorageFailureListener listener, DurableFilePath fileSystem) {
    return new JournalSetup(
        listener, file -> new FilePlace(fileSystem.path(requireName(file)), fileSystem));
  }

  /** The same with the journal at {@code place}, whatever file the system's settings name. */
  public static JournalSetup create(StorageFailureListener listener, DatabasePlace place) {
    return new JournalSetup(listener, file -> place);
  }

  private static String requireName(String file) {
    if (file.isEmpty()) {
      throw new IllegalArgumentException(
          JournalDatabase.FILE_KEY + " is '': must name a file, its suffix left out");
    }
    return file;
  }

  StorageFailureListener listener() {
    return listener;
  }

  /**
   * Where the journal stands.
   *
   * @param file what the settings name
   */
  DatabasePlace place(String file) {
    return place.apply(file);
  }
}
