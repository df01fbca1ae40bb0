package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import akka.actor.Cancellable;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.LeaderSpread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the groups of a node led by all of their nodes: looks now and then, and hands one over where
 * {@link LeaderSpread} says so. For any thread.
 */
final class LeaderBalance {

  private static final Logger LOG = LoggerFactory.getLogger(LeaderBalance.class);

  /** Longer than a hand-over takes to be seen everywhere. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final RunningGroups running;
  private final MemberId self;
  private final Cancellable timer;

  LeaderBalance(ActorSystem system, RunningGroups running, MemberId self) {
    this.running = running;
    this.self = self;
    this.timer =
        system
            .scheduler()
            .scheduleWithFixedDelay(INTERVAL, INTERVAL, this::look, system.dispatcher());
  }

  private void look() {
    List<CompletableFuture<Optional<LeaderSpread.Group>>> asked = new ArrayList<>();
    for (GroupId name : running.names()) {
      running.find(name).ifPresent(group -> asked.add(seen(name, group)));
    }
    var unused =
        CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
            .thenRun(
                () ->
                    LeaderSpread.next(
                            self, asked.stream().flatMap(one -> one.join().stream()).toList())
                        .ifPresent(this::handOver));
  }

  private static CompletableFuture<Optional<LeaderSpread.Group>> seen(
      GroupId name, GroupNode group) {
    return RunEnded.orElse(
            group.membership().thenApply(view -> Optional.of(LeaderSpread.Group.of(name, view))),
            Optional::<LeaderSpread.Group>empty)
        .toCompletableFuture();
  }

  private void handOver(LeaderSpread.Move move) {
    LOG.info("{}: lets {} lead: this node leads more groups", move.group(), move.successor());
    running.find(move.group()).ifPresent(group -> group.handOver(move.successor()));
  }

  void close() {
    timer.cancel();
  }
}
