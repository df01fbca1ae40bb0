package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import com.typesafe.config.Config;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.DatabaseRefused;
import io.holdfast.acceptor.store.DatabaseSite;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.FileSite;
import io.holdfast.acceptor.store.JournalDatabase;
import io.holdfast.acceptor.store.PostgresqlSite;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.ChaosSettings;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HttpSettings;
import io.holdfast.config.core.JmxSettings;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.PostgresqlSettings;
import io.holdfast.config.core.ServerMark;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.DatabaseNames;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.HoldfastNode;
import io.holdfast.mesh.HostAnswer;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeStartException;
import io.holdfast.mesh.Pictures;
import io.holdfast.mesh.Software;
import io.holdfast.mesh.client.WriteIds;
import io.holdfast.mesh.core.DoorMessage;
import io.holdfast.mesh.http.FrontDoorMetrics;
import io.holdfast.mesh.http.HttpFrontDoor;
import io.holdfast.mesh.http.HttpLimits;
import io.holdfast.mesh.http.PrivateDoor;
import io.holdfast.mesh.jmx.JmxDoor;
import io.holdfast.mesh.jmx.NodeBeans;
import io.holdfast.mesh.jmx.WrongJmxSetting;
import io.holdfast.mesh.metrics.NodeMeters;
import io.holdfast.mesh.metrics.NodeMetrics;
import io.holdfast.mesh.metrics.NodeSources;
import io.holdfast.mesh.store.DirectoryCheck;
import io.holdfast.quorum.core.LeaderSpread;
import io.holdfast.sync.store.DamagedStore;
import io.holdfast.sync.store.StoreInstallation;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the parts of a node in order, and ends them in the opposite one. */
public final class RunningNode implements HoldfastNode, NodeFailure, NodeDoor.Observer {

  private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

  /** For answers that say that the disk failed to leave the process. */
  private static final long LAST_WORDS_MILLIS = 300;

  private final HoldfastSettings settings;
  private final DataDirectory directory;
  private final DatabaseSite site;
  private final NodeExtension.Attached around;
  private final ActorSystem system;
  private final PeerLinks links;
  private final JournalDatabase journal;
  private final NodeReport report;
  private final NodeMesh mesh;
  private final NodeWatch watch;
  private final Vertx vertx;
  private final HttpFrontDoor http;
  private final ActorRef<DoorMessage> door;

  /** Absent for a node that is alone. */
  private final Optional<ClusterEntry> cluster;

  private final LongSupplier wallMillis;
  private final WriteIds ids;
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();
  private final AtomicBoolean ending = new AtomicBoolean();

  /** Whether groups are going to be followed once more without being asked to. */
  private final AtomicBoolean followsAgain = new AtomicBoolean();

  private final RunningGroups groups = new RunningGroups();
  private final NodeDirectory nodeDirectory;
  private final GroupKeeper keeper;
  private final LeaderBalance balance;
  private final NodeMeters meters = new NodeMeters();
  private final NodeMetrics metrics;
  private final NodeBeans beans;

  /** Absent where nobody comes in by JMX from other processes. */
  private final Optional<JmxDoor> jmxDoor;

  /** One thread, and none while there is nothing to do. */
  private final Executor renewals =
      new ThreadPoolExecutor(
          0,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(), // of at most one renewal a group
          work -> {
            Thread thread = new Thread(work, "holdfast-renewals");
            thread.setDaemon(true);
            return thread;
          });

  /** The door may speak before all that it speaks to is there. */
  private final CompletableFuture<Void> built = new CompletableFuture<>();

  private volatile CompletableFuture<Void> starting = built;

  private RunningNode(
      HoldfastSettings settings,
      DataDirectory directory,
      DatabaseSite site,
      NodeExtension.Attached around,
      Optional<PrivateDoor> privateDoor,
      CompletableFuture<Config> libraries)
      throws NodeStartException {
    this.settings = settings;
    this.directory = directory;
    this.site = site;
    this.around = around;
    this.wallMillis = around.wallMillis();
    this.ids = WriteIds.dated(wallMillis);
    groups.know(GroupKeeper.table(settings, directory));
    this.system = startSystem(site.place(DatabaseNames.JOURNAL), libraries);
    try {
      this.journal = JournalDatabase.get(system);
      this.links =
          new PeerLinks(
              Adapter.toTyped(system), directory.identity(), settings.mesh(), around.outbound());
      links.follow(directory.ledger().directory());
      this.report = new NodeReport(settings, directory, journal, groups, around);
      Backups backups =
          new Backups(
              settings,
              CoreSettings.replica(settings).snapshots(),
              this::now,
              system.dispatchers().lookup("holdfast-persistence.reading-dispatcher"),
              this::storage);
      this.nodeDirectory = new NodeDirectory(settings, directory, groups, report, links, ids);
      this.watch = new NodeWatch(settings, report, around, this::now);
      this.mesh =
          new NodeMesh(
              settings,
              groups,
              report,
              ids,
              new NodeMembers(directory, groups, report, this::host),
              backups,
              nodeDirectory,
              watch);
      this.metrics =
          new NodeMetrics(
              meters,
              new NodeSources(
                  settings.mesh().id(),
                  settings.node().id().value(),
                  Software.version(),
                  directory.path(),
                  Optional.of(journal)),
              this::sample);
      this.vertx =
          Vertx.vertx(
              new VertxOptions()
                  .setEventLoopPoolSize(2)
                  .setWorkerPoolSize(1)
                  .setInternalBlockingPoolSize(1));
    } catch (RuntimeException e) {
      system.terminate();
      throw new NodeStartException(
          site.place(DatabaseNames.JOURNAL) + " cannot be opened: " + RootCause.of(e), e);
    }
    Deque<Runnable> opened = new ArrayDeque<>();
    opened.push(system::terminate);
    opened.push(() -> discard(vertx.close()));
    opened.push(watch::close);
    try {
      this.http = startHttp(privateDoor);
      openFaults();
      opened.push(around::ended);
      this.jmxDoor = openJmx();
      jmxDoor.ifPresent(shown -> opened.push(shown::close));
      this.balance = new LeaderBalance(groups, directory.identity().member(), this::now);
      String httpAddr = http.host() + ":" + http.port();
      report.servesAt(httpAddr);
      Executor blocking = journal.blockingExecutor();
      this.door =
          Adapter.spawn(
              system,
              NodeDoor.create(settings, directory, httpAddr, links, this, blocking),
              PeerLinks.DOOR);
      this.cluster =
          settings.mesh().alone()
              ? Optional.empty()
              : Optional.of(
                  new ClusterEntry(
                      system,
                      settings.mesh(),
                      settings.node().id(),
                      () -> groups.leads(GroupSettings.META, directory.identity().member())));
      this.keeper = new GroupKeeper(directory, groups, parts(), door);
      this.beans =
          new NodeBeans(
              mesh,
              new GroupSteering(groups, this::now, CoreSettings.lately(settings), blocking),
              directory.path(),
              settings.watch().diskLow(),
              ManagementFactory::getPlatformMBeanServer);
      nodeDirectory.start(system, door);
      opened.push(nodeDirectory::close);
      balance.start(system, door);
      opened.push(balance::close);
      beans.start();
      opened.push(beans::close);
      jmxDoor.ifPresent(shown -> discard(watch.follow(picture -> shown.nameAgain())));
      watch.start(mesh, door);
      metrics.start();
      opened.push(metrics::close);
      built.complete(null);
      site.followMark(this::remember);
      site.watch(journal::fail); // which tells this::storage
    } catch (NodeStartException | RuntimeException e) {
      opened.forEach(RunningNode::attempt);
      throw e;
    }
  }

  /**
   * Closes one part of a node that does not start, so that the others are closed whatever fails.
   */
  private static void attempt(Runnable close) {
    try {
      close.run();
    } catch (RuntimeException e) {
      LOG.debug("closing a node that does not start", e);
    }
  }

  /** For what nobody waits for. */
  private static void discard(Object unused) {}

  /** Somebody looks at the metrics from now on. */
  private void sample() {
    metrics.sampled(watch.latest());
    Pictures.Following unused = watch.follow(metrics::sampled); // for as long as the node runs
  }

  /** See {@link HoldfastNode#start}. */
  public static HoldfastNode start(HoldfastSettings settings)
      throws DataDirectoryException, NodeStartException {
    return start(settings, Optional.empty());
  }

  /**
   * The same.
   *
   * @param privateDoor where only one user may come in
   */
  public static HoldfastNode start(HoldfastSettings settings, Optional<PrivateDoor> privateDoor)
      throws DataDirectoryException, NodeStartException {
    Optional<String> refusal = NodeExtension.refusalOf(settings);
    if (refusal.isPresent()) {
      throw new NodeStartException(refusal.get(), new IllegalStateException("no faults"));
    }
    CompletableFuture<Config> libraries = MeshSystem.libraries();
    boolean made = Files.exists(settings.node().dataDir());
    if (!made) {
      // A start that is refused leaves no directory behind.
      requireAddresses(settings);
    }
    Optional<DatabaseSite> server = made ? Optional.empty() : openServer(settings);
    try {
      DataDirectory directory =
          DataDirectory.open(settings.node().dataDir(), settings.mesh().id(), settings.node().id());
      try {
        if (made) {
          // A second process is told of the first, not of its ports.
          requireAddresses(settings);
          directory.requireStore(settings.node().store());
          server = openServer(settings);
        } else {
          directory.requireStore(settings.node().store());
        }
        NodeExtension.Attached around = NodeExtension.of(settings);
        DatabaseSite site = server.orElseGet(() -> new FileSite(directory.path(), around.disk()));
        requireDatabases(settings, directory, site, around);
        return new RunningNode(settings, directory, site, around, privateDoor, libraries);
      } catch (NodeStartException | DataDirectoryException | RuntimeException e) {
        directory.close();
        throw e;
      }
    } catch (NodeStartException | DataDirectoryException | RuntimeException e) {
      server.ifPresent(DatabaseSite::close);
      throw e;
    }
  }

  /** The server that keeps the databases; empty where they are files. */
  private static Optional<DatabaseSite> openServer(HoldfastSettings settings)
      throws NodeStartException {
    Optional<PostgresqlSettings> postgresql = settings.node().postgresql();
    try {
      return postgresql.map(server -> PostgresqlSite.open(server, settings.node().id()));
    } catch (DatabaseRefused e) {
      throw new NodeStartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void requireDatabases(
      HoldfastSettings settings,
      DataDirectory directory,
      DatabaseSite site,
      NodeExtension.Attached around)
      throws NodeStartException, DataDirectoryException {
    List<DatabasePlace> places = new ArrayList<>(List.of(site.place(DatabaseNames.JOURNAL)));
    for (String store : GroupKeeper.stores(settings, directory)) {
      places.add(site.place(store));
    }
    try {
      if (site.mark().isPresent()) {
        KnownServer.require(directory, site.mark().get(), places.get(0));
      }
      requireJournal(directory, places.get(0));
      places.forEach(place -> StoreInstallation.of(place, around::installing).recover());
      new KnownDatabases(directory).require(places);
      if (site.mark().isPresent()) {
        directory.saveServerMark(site.mark().get());
      }
    } catch (StorageFailure e) {
      throw new NodeStartException(
          "%s: %s; next: see to the medium, then start the node again"
              .formatted(e.getMessage(), RootCause.of(e)),
          e);
    }
  }

  private static void requireAddresses(HoldfastSettings settings) throws NodeStartException {
    if (!settings.mesh().alone()) {
      FreeAddress.require("peers", settings.mesh().bind(), MeshSettings.ADDR);
    }
    FreeAddress.require("clients", settings.http().addr(), HttpSettings.ADDR);
    if (settings.jmx().addr().isPresent()) {
      FreeAddress.require("consoles", settings.jmx().addr().get(), JmxSettings.ADDR);
    }
  }

  /** An acceptor must not forget: who may vote has a journal. */
  private static void requireJournal(DataDirectory directory, DatabasePlace journal)
      throws NodeStartException {
    if (directory.ledger().admitted() && !journal.exists()) {
      throw new NodeStartException(
          journal
              + " is missing though this node has voted: its promises are lost; "
              + (journal instanceof FilePlace
                  ? "restore the newest copy of the directory"
                  : "set holdfast.postgresql to the server, database and schema-prefix that it ran"
                      + " on last")
              + ", or replace the node",
          new IllegalStateException("journal missing"));
    }
  }

  private ActorSystem startSystem(DatabasePlace journal, CompletableFuture<Config> libraries)
      throws NodeStartException {
    try {
      return MeshSystem.start(settings, journal, this::storage, around, libraries);
    } catch (RuntimeException e) {
      throw new NodeStartException(
          "cannot listen for peers on %s: %s; choose another holdfast.mesh.addr"
              .formatted(settings.mesh().bind(), RootCause.of(e)),
          e);
    }
  }

  private Optional<JmxDoor> openJmx() throws NodeStartException {
    if (settings.jmx().addr().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          JmxDoor.open(
              settings.jmx(),
              directory.path(),
              settings.node().id(),
              settings.mesh().advertised(),
              ManagementFactory.getPlatformMBeanServer()));
    } catch (WrongJmxSetting e) {
      throw new NodeStartException(String.valueOf(e.getMessage()), e);
    }
  }

  private void openFaults() throws NodeStartException {
    try {
      around.started(system);
    } catch (IOException e) {
      throw new NodeStartException(
          "the port of " + ChaosSettings.ENABLED + " = on cannot be opened: " + e, e);
    }
  }

  private HttpFrontDoor startHttp(Optional<PrivateDoor> privateDoor) throws NodeStartException {
    HttpSettings at = settings.http();
    HttpLimits limits =
        new HttpLimits(
            at.addr().host(),
            at.addr().port(),
            at.maxBodyBytes(),
            at.maxKeyBytes(),
            at.maxValueBytes(),
            at.requestTimeout(),
            at.maxConnections(),
            at.maxWatchers(),
            at.watchDrainTimeout(),
            at.pageWrites());
    try {
      return HttpFrontDoor.start(
              vertx, mesh, limits, ids, privateDoor, new FrontDoorMetrics(meters, metrics))
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      throw new NodeStartException(
          "cannot listen for clients on %s: %s; choose another holdfast.http.addr"
              .formatted(at.addr(), RootCause.of(e)),
          e);
    }
  }

  // ---- What the door says

  @Override
  public void admitted(List<MemberId> founders) {
    follow();
  }

  @Override
  public void directoryIs(MeshDirectory known) {
    links.follow(known);
    nodeDirectory.follow();
    if (directory.ledger().admitted()) {
      follow();
    } else {
      groups.know(GroupKeeper.table(settings, directory));
    }
  }

  @Override
  public void heardSealed(Set<GroupId> logs) {
    nodeDirectory.heardSealed(logs);
  }

  @Override
  public void heardLeading(MemberId from, LeaderSpread.Told told) {
    balance.heard(from, told);
  }

  @Override
  public void heardGlimpse(Glimpse glimpse) {
    meters.ends().heard(glimpse);
    watch.heard(glimpse);
  }

  @Override
  public void waits(NodeId by, String reason) {
    report.waitsFor(by + ": " + reason);
  }

  /** Which server it is, and how far it has come: a copy that is older is to be known as one. */
  private void remember(ServerMark mark) {
    try {
      directory.saveServerMark(mark);
    } catch (DataDirectoryException e) {
      throw new StorageFailure("remembering the server", e);
    }
  }

  /** Has those groups run that shall, after whatever is under way. */
  private synchronized void follow() {
    starting = starting.thenRunAsync(this::followOnce, journal.blockingExecutor());
  }

  private void followOnce() {
    if (ending.get()) {
      return;
    }
    try {
      if (!keeper.follow() && followsAgain.compareAndSet(false, true)) {
        var unused =
            CompletableFuture.runAsync(
                () -> {
                  followsAgain.set(false);
                  follow();
                },
                CompletableFuture.delayedExecutor(
                    GroupKeeper.BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS));
      }
    } catch (DataDirectoryException e) {
      storage(e);
    } catch (RuntimeException e) {
      if (ending.get()) {
        LOG.info("{} ends before it takes part in its groups", settings.node().id());
      } else {
        storage(e);
      }
    }
  }

  private NodeParts parts() {
    return new NodeParts(
        system,
        settings,
        directory.identity().member(),
        links,
        site,
        directory.path(),
        around,
        KnownDatabases.stampOf(directory.identity()),
        renewals,
        this,
        this::now,
        meters,
        watch::peerClocks);
  }

  // ---- Groups that it did not found

  /** Makes this node hold a replica of a group; see {@link GroupKeeper#host}. */
  private synchronized CompletionStage<HostAnswer> host(GroupId group) {
    CompletableFuture<HostAnswer> done =
        starting.thenApplyAsync(started -> hostOnce(group), journal.blockingExecutor());
    // Whoever ends the node waits for this too.
    starting = done.handle((answer, failure) -> null);
    return done;
  }

  private HostAnswer hostOnce(GroupId name) {
    try {
      return keeper.host(name, ending.get());
    } catch (DataDirectoryException | RuntimeException e) {
      storage(e);
      return HostAnswer.refused("not_ready", "This node's disk failed, and it stops.");
    }
  }

  private Now now() {
    return new Now(System.nanoTime(), wallMillis.getAsLong());
  }

  @Override
  public void refused(NodeId by, String code, String reason) {
    end(new Ending(Reason.REFUSED, by + " refuses this node: " + code + ": " + reason));
  }

  @Override
  public void ledgerFailed(Throwable cause) {
    storage(cause);
  }

  @Override
  public void doorFailed(Throwable cause) {
    bug(cause);
  }

  @Override
  public void frontDoor(NodeId peer, String httpAddr) {
    report.peerServesAt(peer, httpAddr);
  }

  @Override
  public void stranger(MemberId from) {
    report.countStranger();
  }

  // ---- What ends the node

  @Override
  public void storage(Throwable cause) {
    if (!ending.get()) {
      LOG.error(
          "storage failed: {}: nothing is acknowledged any more, the node stops",
          RootCause.of(cause));
    }
    LOG.debug("storage failed", cause);
    groups.all().forEach(GroupNode::localWriteFailed);
    end(storageEnding(cause));
  }

  private Ending storageEnding(Throwable cause) {
    return new Ending(
        Reason.STORAGE,
        "storage failed: "
            + RootCause.of(cause)
            + "; nothing was acknowledged after it; next: "
            + remedy(isDamagedStore(cause)));
  }

  private String remedy(boolean damaged) {
    Optional<PostgresqlSettings> server = settings.node().postgresql();
    if (server.isPresent()) {
      return "see to the server at "
          + server.get().url()
          + (damaged
              ? " with pg_amcheck, and replace the node where a store is damaged"
              : ", then start the node again");
    }
    return "see to the disk and its free space in "
        + directory.path()
        + (damaged
            ? ", then " + DirectoryCheck.repair(directory.path())
            : ", then start the node again");
  }

  /** The medium gave back what was not written: starting again does not help. */
  private static boolean isDamagedStore(Throwable cause) {
    return Stream.iterate(cause, Objects::nonNull, Throwable::getCause)
        .anyMatch(DamagedStore.class::isInstance);
  }

  @Override
  public void bug(Throwable cause) {
    LOG.error("an invariant does not hold: the node stops", cause);
    end(new Ending(Reason.BUG, String.valueOf(cause.getMessage())));
  }

  /** Ends it at once, without finishing anything: what is on disk is what counts. */
  private void end(Ending how) {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    report.stopping();
    var unusedWords =
        built.thenRun(
            () ->
                watch.ends(
                    how.reason() == Reason.STORAGE ? Glimpse.FAILED : Glimpse.ENDED,
                    how.detail(),
                    door));
    Executor later = CompletableFuture.delayedExecutor(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    var unused =
        CompletableFuture.runAsync(
            () -> {
              try {
                Optional<Ending> known = terminate(); // of the same disk
                LOG.debug("ended; closing: {}", known);
              } finally {
                ended.complete(how); // whatever else fails: the process must end
              }
            },
            later);
  }

  @Override
  public void close() {
    if (!ending.compareAndSet(false, true)) {
      await("ending", ended);
      return;
    }
    report.stopping();
    watch.ends(Glimpse.STOPPING, "", door);
    await("starting the groups", starting);
    await("answering requests", http.drain());
    groups.all().forEach(group -> await("handing over", group.resign()));
    Optional<Ending> worse = Optional.empty();
    try {
      worse = terminate();
    } finally {
      ended.complete(worse.orElse(new Ending(Reason.CLOSED, "")));
    }
  }

  /** Closes everything; what is to be told where a store cannot be closed. */
  private Optional<Ending> terminate() {
    await("starting the groups", starting);
    nodeDirectory.close();
    balance.close();
    watch.close();
    metrics.close();
    jmxDoor.ifPresent(JmxDoor::close);
    beans.close();
    groups.all().forEach(GroupNode::closeService);
    cluster.ifPresent(ClusterEntry::close);
    await("closing the front door", http.drain());
    await("closing connections", vertx.close().toCompletionStage());
    system.terminate();
    await("stopping actors", scala.jdk.javaapi.FutureConverters.asJava(system.whenTerminated()));
    Optional<Ending> failed = closeStores();
    site.close();
    around.ended();
    try {
      directory.close();
    } catch (DataDirectoryException e) {
      LOG.warn("closing {}", directory.path(), e);
    }
    return failed;
  }

  /** A store whose disk is broken cannot be closed either; the others are. */
  private Optional<Ending> closeStores() {
    Optional<Ending> failed = Optional.empty();
    for (GroupNode group : groups.all()) {
      try {
        group.closeStore();
      } catch (RuntimeException e) {
        LOG.error("closing a store: {}", RootCause.of(e));
        failed = Optional.of(storageEnding(e));
      }
    }
    return failed;
  }

  private static void await(String what, CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().get(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("{} did not end well", what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Mesh mesh() {
    return mesh;
  }

  @Override
  public int httpPort() {
    return http.port();
  }

  @Override
  public CompletionStage<Ending> ended() {
    return ended;
  }
}
