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
import io.holdfast.mesh.WriteStory;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the node about twice a second, and tells what it sees: those who follow, and the peers
 * through the door. Has threads of its own: that the others are held up is what it is to notice.
 * For any thread.
 */
final class NodeWatch implements Pictures {

  private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

  static final Duration INTERVAL = Duration.ofMillis(500);

  /** A look that is as old says nothing any more. */
  private static final Duration TOO_OLD = Duration.ofSeconds(3);

  /** Peers are told so often, about. */
  private static final Duration SAY_AFTER = Duration.ofMillis(900);

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
  private final ScheduledExecutorService threads;
  private volatile Picture latest;
  private volatile long lookedNanos = System.nanoTime();
  private volatile boolean lastWordsSaid;

  /** Of the thread that looks. */
  private long saidNanos;

  private final PoolWatch pools = new PoolWatch(PATIENCE);
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
    this.threads =
        new ScheduledThreadPoolExecutor(
            2,
            work -> {
              Thread made = new Thread(work, "holdfast-watch");
              made.setDaemon(true);
              return made;
            });
  }

  /** From now on it looks. */
  void start(NodeMesh mesh, ActorRef<DoorMessage> door) {
    again(this::lookAtClocks);
    again(() -> look(mesh, door));
  }

  private void again(Runnable task) {
    var unused =
        threads.scheduleWithFixedDelay(task, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  void close() {
    threads.shutdownNow();
  }

  // ---- Looking

  /** Apart from the looks at the groups: those may take long, and this must not. */
  private void lookAtClocks() {
    try {
      Now now = clock.get();
      report.clockIs(clocks.look(now));
      Duration old = Duration.ofNanos(now.monotonicNanos() - lookedNanos);
      if (old.compareTo(TOO_OLD) > 0) {
        blind("this node could not look at itself for %d s".formatted(old.toSeconds()), now);
      }
    } catch (RuntimeException e) {
      LOG.warn("looking at the clocks: {}", RootCause.of(e));
      LOG.debug("looking at the clocks", e);
    }
  }

  private void look(NodeMesh mesh, ActorRef<DoorMessage> door) {
    try {
      report.roomIs(room());
      CompletionStage<Map<String, Picture.Control>> control = control(mesh);
      NodeStatus status = await(report.status());
      Map<String, Picture.Control> active = await(control);
      lookAtPools(mesh);
      Now now = clock.get();
      synchronized (watching) {
        show(watching.look(status, active, now.monotonicNanos()));
      }
      lookedNanos = now.monotonicNanos();
      say(door, now);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // Nothing is lost but a look; that nothing is seen is told.
      LOG.warn("looking at the node: {}", RootCause.of(e));
      LOG.debug("looking at the node", e);
      blind("this node cannot look at itself: " + RootCause.of(e), clock.get());
    }
  }

  private void blind(String why, Now now) {
    synchronized (watching) {
      show(watching.blind(latest, why, now.monotonicNanos(), now.wallMillis()));
    }
  }

  /** Within the lock, so that one picture follows the other. */
  private void show(Picture seen) {
    Picture picture = seen.withPools(pools.latest());
    latest = picture;
    followers.forEach(follower -> tell(follower, picture));
  }

  private void say(ActorRef<DoorMessage> door, Now now) {
    Duration since = Duration.ofNanos(now.monotonicNanos() - saidNanos);
    synchronized (watching) {
      if (!lastWordsSaid && since.compareTo(SAY_AFTER) >= 0) {
        saidNanos = now.monotonicNanos();
        door.tell(new NodeDoor.Say(Glimpses.of(latest)));
      }
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

  /** Who does not say in time what is active is as good as one who does not know. */
  private static CompletionStage<Map<String, Picture.Control>> control(Mesh mesh) {
    CompletionStage<Map<String, Picture.Control>> all =
        CompletableFuture.completedFuture(new TreeMap<>());
    for (GroupId group : mesh.groups()) {
      CompletableFuture<Optional<ControlStatus>> asked =
          mesh.control(group)
              .toCompletableFuture()
              .completeOnTimeout(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      all =
          all.thenCombine(
              asked,
              (sofar, found) -> {
                found.ifPresent(status -> sofar.put(group.value(), Picture.Control.of(status)));
                return sofar;
              });
    }
    return all;
  }

  /** Every now and then: nobody waits for it, and to count takes longer than the rest. */
  private void lookAtPools(NodeMesh mesh) {
    if (looks++ % LOOKS_PER_POOLS != 0) {
      return;
    }
    pools.look(mesh.groups(), mesh::pools);
  }

  private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
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

  /**
   * The node ends: its peers are told so, and nothing after it.
   *
   * @param state {@link Glimpse#FAILED}, {@link Glimpse#ENDED} or {@link Glimpse#STOPPING}
   * @param why one sentence; empty for a node that was asked to end
   */
  void ends(String state, String why, ActorRef<DoorMessage> door) {
    synchronized (watching) {
      if (!state.equals(Glimpse.STOPPING)) {
        show(watching.ends(latest, state, why, clock.get().wallMillis()));
      }
      lastWordsSaid = true;
      door.tell(new NodeDoor.Say(Glimpses.last(latest, state, why)));
    }
  }

  // ---- What it tells

  @Override
  public Picture latest() {
    return latest;
  }

  /** The wall clocks of the peers that it hears. */
  List<WriteStory.Clock> peerClocks() {
    return latest.status().peers().stream()
        .filter(NodeStatus.PeerStatus::reachable)
        .map(peer -> new WriteStory.Clock(peer.node(), peer.clockSkewMillis()))
        .toList();
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
            control(mesh),
            (status, control) -> {
              synchronized (watching) {
                return watching.judge(status, control, clock.get().monotonicNanos());
              }
            });
  }
}
