package io.holdfast.acceptor.store;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.pattern.Patterns;
import com.google.protobuf.ByteString;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.RecordingActor.State;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PostgresqlSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An actor system with one of the two write paths, and what tests do with it. */
final class TestNode implements AutoCloseable {

  /** A write path: the plug-ins' ids. */
  enum WritePath {
    LEAN("holdfast-persistence.journal", "holdfast-persistence.snapshot"),
    STOCK("jdbc-journal", "jdbc-snapshot-store");

    final String journal;
    final String snapshots;

    WritePath(String journal, String snapshots) {
      this.journal = journal;
      this.snapshots = snapshots;
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  static final Ballot BALLOT = new Ballot(7, new MemberId(new NodeId("a"), 0x1234L));

  private final ActorSystem system;

  private TestNode(ActorSystem system) {
    this.system = system;
  }

  static TestNode start(Path file, WritePath path) {
    return start(file, path, JournalSetup.create(failure -> {}));
  }

  static TestNode start(Path file, WritePath path, JournalSetup setup) {
    return start(
        path,
        setup,
        """
        holdfast-persistence.journal.file = "%s"
        stock-database {
          profile = "slick.jdbc.H2Profile$"
          db {
            url = "jdbc:h2:durable:%s;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;MAX_COMPACT_TIME=0;CACHE_SIZE=16384;LOCK_TIMEOUT=10000"
            user = "", password = "", driver = "org.h2.Driver"
          }
        }
        """
            .formatted(file, file));
  }

  /** On PostgreSQL; the stock plug-ins find the tables in the schema of the journal. */
  static TestNode start(PostgresqlSite site, WritePath path) {
    SchemaPlace journal = site.place("journal");
    PostgresqlSettings settings = site.server().settings();
    return start(
        path,
        JournalSetup.create(failure -> {}, journal),
        """
        stock-database {
          profile = "slick.jdbc.PostgresProfile$"
          db {
            url = "%s?currentSchema=%s"
            user = "%s", password = "%s", driver = "org.postgresql.Driver"
          }
        }
        """
            .formatted(
                settings.url(), journal.schema().text(), settings.user(), settings.password()));
  }

  private static TestNode start(WritePath path, JournalSetup setup, String databases) {
    Config config =
        ConfigFactory.parseString(
                """
                akka.persistence.journal.plugin = "%s"
                akka.persistence.snapshot-store.plugin = "%s"
                akka.actor.allow-java-serialization = off
                akka.loglevel = WARNING
                akka.log-dead-letters = off
                akka.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                stock-database.db { numThreads = 2, maxConnections = 2, minConnections = 1 }
                jdbc-journal { parallelism = 1, slick = ${stock-database} }
                jdbc-snapshot-store.slick = ${stock-database}
                """
                    .formatted(path.journal, path.snapshots))
            .withFallback(ConfigFactory.parseString(databases))
            .withFallback(ConfigFactory.load())
            .resolve();
    ActorSystem system =
        ActorSystem.create("test", ActorSystemSetup.create(BootstrapSetup.create(config), setup));
    TestNode node = new TestNode(system);
    // Creates the tables for the stock path too, and keeps the database open.
    JournalDatabase.get(system);
    return node;
  }

  ActorSystem system() {
    return system;
  }

  JournalDatabase database() {
    return JournalDatabase.get(system);
  }

  ActorRef actor(String id) {
    return system.actorOf(RecordingActor.props(id));
  }

  CompletableFuture<Object> send(ActorRef actor, Object message) {
    return Patterns.ask(actor, message, PATIENCE).toCompletableFuture();
  }

  Object ask(ActorRef actor, Object message) throws Exception {
    return send(actor, message).get(10, TimeUnit.SECONDS);
  }

  State state(ActorRef actor) throws Exception {
    return (State) ask(actor, RecordingActor.Ask.STATE);
  }

  /** What a new incarnation recovers. */
  State recovered(String id) throws Exception {
    return state(actor(id));
  }

  static AcceptorEvent accepted(long slot, int bytes) {
    byte[] batch = new byte[bytes];
    new Random(slot).nextBytes(batch);
    return new AcceptorEvent.PairAccepted(
        new Slot(slot), BALLOT, Batch.of(ByteString.copyFrom(batch)));
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
