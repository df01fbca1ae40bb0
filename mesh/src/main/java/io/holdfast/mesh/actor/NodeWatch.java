package io.holdfast.mesh.actor;

import akka.actor.typed.ActorRef;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Pictures;
import io.holdfast.mesh.PoolStatus;
import io.holdfast.mesh.core.DoorMessage;
import io.holdfast.mesh.core.health.ClockWatch;
import io.holdfast.mesh.core.health.Glimpses;
import io.holdfast.mesh.core.health.HealthTerms;
import io.holdfast.mesh.core.health.Watching;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the node about twice a second, and tells what it sees: those who follow, and the peers
 * through the door. Has a thread of its own: that the others are held up is what it is to notice.
 * For any thread.
 */
final class NodeWatch implements Pictures {

  private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

  static final Duration INTERVAL = Duration.ofMillis(500);

  private static final long LOOKS_PER_POOLS = Picture.POOLS_STEP_MILLIS / INTERVAL.toMillis();

  /** For what the groups know; they are waited for at each look. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final NodeReport report;
  private final Path directory;
  private final NodeExtension.Attached around;
  private final Supplier<Now> clock;
  private final Watching watching;
  private final ClockWatch clocks = new ClockWatch();
  private final List<Consumer<Picture>> followers = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService thread;
  private volatile Picture latest;
  private volatile Map<String, List<PoolStatus>> pools = Map.of();
  private long looks;

  NodeWatch(
      HoldfastSettings settings,
      NodeReport report,
      NodeExtension.Attached around,
      Supplier<Now> clock) {
    this.report = report;
    this.directory = settings.node().dataDir();
    this.around = around;
    this.clock = clock;
    this.watching =
        new Watching(
            new HealthTerms(
                settings.quorum().clockSkewWarn(),
                settings.watch().diskLow(),
                settings.watch().diskFull()));
    this.latest = Picture.begun(report.bare());
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "holdfast-watch");
              made.setDaemon(true);
              return made;
            });
    executor.setRemoveOnCancelPolicy(true);
    this.thread = executor;
  }

  /** From now on it looks. */
  void start(NodeMesh mesh, ActorRef<DoorMessage> door) {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> look(mesh, door), 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  void close() {
    thread.shutdownNow();
  }

  // ---- Looking

  private void look(NodeMesh mesh, ActorRef<DoorMessage> door) {
    try {
      report.clockIs(clocks.look(clock.get()));
      report.roomIs(room());
      NodeStatus status = await(report.status());
      Map<String, Picture.Control> control = control(mesh);
      lookAtPools(mesh);
      Picture picture;
      synchronized (watching) {
        picture = watching.look(status, control, clock.get().monotonicNanos()).withPools(pools);
      }
      latest = picture;
      if (picture.number() % 2 == 0) {
        door.tell(new NodeDoor.Say(Glimpses.of(picture)));
      }
      followers.forEach(follower -> tell(follower, picture));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Nothing is lost but a look; the next one may do.
      LOG.warn("looking at the node: {}", RootCause.of(e));
      LOG.debug("looking at the node", e);
    }
  }

  private DiskStatus room() {
    try {
      return around.room(directory);
    } catch (IOException e) {
      LOG.debug("room for {}", directory, e);
      return DiskStatus.UNKNOWN;
    }
  }

  private static Map<String, Picture.Control> control(Mesh mesh) throws InterruptedException {
    Map<GroupId, CompletableFuture<Optional<ControlStatus>>> asked = new TreeMap<>();
    for (GroupId group : mesh.groups()) {
      asked.put(
          group,
          mesh.control(group)
              .toCompletableFuture()
              .completeOnTimeout(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    }
    Map<String, Picture.Control> known = new TreeMap<>();
    for (Map.Entry<GroupId, CompletableFuture<Optional<ControlStatus>>> one : asked.entrySet()) {
      await(one.getValue())
          .ifPresent(status -> known.put(one.getKey().value(), Picture.Control.of(status)));
    }
    return known;
  }

  /** Every now and then: nobody waits for it, and to count takes longer than the rest. */
  private void lookAtPools(NodeMesh mesh) {
    if (looks++ % LOOKS_PER_POOLS != 0) {
      return;
    }
    Map<String, List<PoolStatus>> known = new ConcurrentHashMap<>();
    CompletableFuture<?>[] asked =
        mesh.groups().stream()
            .map(
                group ->
                    mesh.pools(group)
                        .thenAccept(
                            found -> {
                              if (!found.isEmpty()) {
                                known.put(group.value(), found);
                              }
                            })
                        .toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    var unused =
        CompletableFuture.allOf(asked)
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((done, late) -> pools = Map.copyOf(known));
  }

  private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("the groups do not answer", e);
    }
  }

  private static void tell(Consumer<Picture> follower, Picture picture) {
    try {
      follower.accept(picture);
    } catch (RuntimeException e) {
      LOG.warn("a follower failed: {}", RootCause.of(e));
      LOG.debug("a follower failed", e);
    }
  }

  // ---- What it is told

  void heard(Glimpse glimpse) {
    Now now = clock.get();
    synchronized (watching) {
      watching.heard(glimpse, now.monotonicNanos(), now.wallMillis());
    }
  }

  /** The node ends by itself: its peers are told why. */
  void ends(String why, ActorRef<DoorMessage> door) {
    Picture last;
    synchronized (watching) {
      last = watching.ends(latest, why, clock.get().wallMillis());
    }
    latest = last;
    followers.forEach(follower -> tell(follower, last));
    door.tell(new NodeDoor.Say(Glimpses.last(last, why)));
  }

  // ---- What it tells

  @Override
  public Picture latest() {
    return latest;
  }

  @Override
  public Following follow(Consumer<Picture> listener) {
    followers.add(listener);
    return () -> followers.remove(listener);
  }

  /** How well the node is now, from another look that leaves no trace. */
  CompletionStage<Health> health(Mesh mesh) {
    return report
        .status()
        .thenCombine(
            controlNow(mesh),
            (status, control) -> {
              synchronized (watching) {
                return watching.judge(status, control, clock.get().monotonicNanos());
              }
            });
  }

  private static CompletionStage<Map<String, Picture.Control>> controlNow(Mesh mesh) {
    CompletionStage<Map<String, Picture.Control>> all =
        CompletableFuture.completedFuture(new TreeMap<>());
    for (GroupId group : mesh.groups()) {
      all =
          all.thenCombine(
              mesh.control(group),
              (sofar, found) -> {
                found.ifPresent(status -> sofar.put(group.value(), Picture.Control.of(status)));
                return sofar;
              });
    }
    return all;
  }
}
