package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.core.DoorMessage;
import io.holdfast.quorum.core.LeaderSpread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the groups of a mesh led by all of its nodes: looks now and then, tells the others through
 * the door what comes of it, and hands a group over where {@link LeaderSpread} says so. For any
 * thread.
 */
final class LeaderBalance {

  private static final Logger LOG = LoggerFactory.getLogger(LeaderBalance.class);

  /** For what the groups know: so short that looks stay apart. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final RunningGroups running;
  private final Supplier<Now> clock;

  /** Guarded by this. */
  private final LeaderSpread spread;

  private volatile @Nullable Cancellable timer;

  LeaderBalance(RunningGroups running, MemberId self, Supplier<Now> clock) {
    this.running = running;
    this.clock = clock;
    this.spread = new LeaderSpread(self);
  }

  /** From now on it looks. */
  void start(ActorSystem system, ActorRef<DoorMessage> door) {
    timer =
        system
            .scheduler()
            .scheduleWithFixedDelay(
                LeaderSpread.LOOK_INTERVAL,
                LeaderSpread.LOOK_INTERVAL,
                () -> look(door),
                system.dispatcher());
  }

  /** A peer that this node has greeted says so. */
  synchronized void heard(MemberId from, LeaderSpread.Told told) {
    spread.heard(from, told, clock.get());
  }

  private void look(ActorRef<DoorMessage> door) {
    List<CompletableFuture<Optional<LeaderSpread.Group>>> asked = new ArrayList<>();
    running.byLog().forEach((log, group) -> asked.add(seen(log, group)));
    var unused =
        CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    conclude(asked.stream().flatMap(one -> one.join().stream()).toList(), door);
                  } else {
                    // Who cannot tell what it leads takes and gives nothing.
                    door.tell(new NodeDoor.Leading(LeaderSpread.Told.NOTHING));
                  }
                });
  }

  private static CompletableFuture<Optional<LeaderSpread.Group>> seen(
      GroupId log, GroupNode group) {
    return RunEnded.orElse(
            group.membership().thenApply(view -> Optional.of(LeaderSpread.Group.of(log, view))),
            Optional::<LeaderSpread.Group>empty)
        .toCompletableFuture();
  }

  private synchronized void conclude(
      Collection<LeaderSpread.Group> groups, ActorRef<DoorMessage> door) {
    LeaderSpread.Look look = spread.look(groups, clock.get());
    door.tell(new NodeDoor.Leading(look.says()));
    look.gives().ifPresent(this::handOver);
  }

  private void handOver(LeaderSpread.Move move) {
    GroupNode group = running.byLog().get(move.group());
    if (group != null) {
      LOG.info("{}: lets {} lead: this node leads more groups", move.group(), move.successor());
      group.handOver(move.successor());
    }
  }

  void close() {
    Cancellable looking = timer;
    if (looking != null) {
      looking.cancel();
    }
  }
}
