package io.holdfast.acceptor.store;

import akka.actor.AbstractExtensionId;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import akka.actor.ExtensionIdProvider;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one journal database of an actor system: opened when it is first asked for, at {@code
 * holdfast-persistence.journal.file} or where the {@link JournalSetup} says, and closed after the
 * system has terminated.
 */
public final class JournalDatabase implements Extension {

  /** Where the database stands, without H2's file suffix, unless {@link JournalSetup} says so. */
  public static final String FILE_KEY = "holdfast-persistence.journal.file";

  private static final String DISPATCHER = "holdfast-persistence.blocking-dispatcher";

  private static final Logger LOG = LoggerFactory.getLogger(JournalDatabase.class);

  private final NodeDatabase database;
  private final JournalWriter writer;
  private final JournalReader reader;
  private final Executor blockingExecutor;

  private JournalDatabase(ExtendedActorSystem system) {
    String file = system.settings().config().getString(FILE_KEY);
    JournalSetup setup =
        system
            .settings()
            .setup()
            .get(JournalSetup.class)
            .orElseGet(() -> JournalSetup.create(JournalDatabase::logFailure));
    DatabasePlace place = setup.place(file);
    this.database = place.open();
    EventJournal journal;
    try {
      journal = JdbcEventJournal.open(database);
    } catch (SQLException e) {
      closeQuietly(e);
      throw new StorageFailure("opening the journal " + place, e);
    }
    this.writer = JournalWriter.start(journal, firstOnly(setup.listener()));
    this.blockingExecutor = system.dispatchers().lookup(DISPATCHER);
    this.reader = new JournalReader(journal, writer, blockingExecutor);
    system.registerOnTermination(this::close);
  }

  /** The journal database of {@code system}. */
  public static JournalDatabase get(ActorSystem system) {
    return Id.INSTANCE.get(system);
  }

  /** The writer, which alone writes; also for steps in turn with its writes. */
  public JournalWriter writer() {
    return writer;
  }

  /** The storage failed elsewhere: from now on everything that is asked of the journal fails so. */
  public void fail(StorageFailure reason) {
    writer.fail(reason);
  }

  /** Reads the journal. */
  public JournalReader reader() {
    return reader;
  }

  /** The database: where it is, its size, synchronous writes. */
  public NodeDatabase database() {
    return database;
  }

  /** A small pool for what blocks, apart from the threads of actors. */
  public Executor blockingExecutor() {
    return blockingExecutor;
  }

  private static StorageFailureListener firstOnly(StorageFailureListener listener) {
    AtomicBoolean told = new AtomicBoolean();
    return failure -> {
      if (told.compareAndSet(false, true)) {
        listener.onStorageFailure(failure);
      }
    };
  }

  private static void logFailure(StorageFailure failure) {
    LOG.error("the storage failed; nothing more is acknowledged", failure);
  }

  private void closeQuietly(SQLException reason) {
    try {
      database.close();
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }

  private void close() {
    writer.close();
    try {
      database.close();
    } catch (SQLException e) {
      // Every acknowledged write is on disk: nothing is lost by a close that fails.
      LOG.warn("closing the journal database", e);
    }
  }

  /** Akka's key for the extension. */
  public static final class Id extends AbstractExtensionId<JournalDatabase>
      implements ExtensionIdProvider {

    static final Id INSTANCE = new Id();

    private Id() {}

    @Override
    public Id lookup() {
      return INSTANCE;
    }

    @Override
    public JournalDatabase createExtension(ExtendedActorSystem system) {
      return new JournalDatabase(system);
    }
  }
}
