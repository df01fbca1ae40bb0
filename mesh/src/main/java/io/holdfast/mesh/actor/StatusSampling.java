package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import akka.actor.Cancellable;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.ReservationsRequest;
import io.holdfast.mesh.metrics.MetricsSampler;
import io.holdfast.mesh.metrics.PoolUsage;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationQuery;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a node how it is, once a second, and tells its metrics. */
final class StatusSampling {

  private static final Logger LOG = LoggerFactory.getLogger(StatusSampling.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Mesh mesh;
  private final MetricsSampler sampler;
  private final Runnable told;
  private final Optional<String> host;

  /** A node that is slow to answer is not asked again meanwhile. */
  private final AtomicBoolean asking = new AtomicBoolean();

  private volatile Cancellable timer = Cancellable.alreadyCancelled();

  /**
   * @param told run after each sample
   * @param host of which pools are looked at; absent where that has no name
   */
  StatusSampling(Mesh mesh, MetricsSampler sampler, Runnable told, Optional<String> host) {
    this.mesh = mesh;
    this.sampler = sampler;
    this.told = told;
    this.host = host;
  }

  void start(ActorSystem system) {
    timer =
        system
            .scheduler()
            .scheduleWithFixedDelay(Duration.ZERO, INTERVAL, this::sample, system.dispatcher());
  }

  void close() {
    timer.cancel();
  }

  private void sample() {
    if (!asking.compareAndSet(false, true)) {
      return;
    }
    mesh.status()
        .thenCompose(this::withControl)
        .whenComplete(
            (done, failure) -> {
              asking.set(false);
              if (failure == null) {
                told.run();
              } else {
                LOG.debug("no sample", failure);
              }
            });
  }

  private CompletionStage<Void> withControl(NodeStatus status) {
    CompletionStage<Map<GroupId, ControlStatus>> all =
        CompletableFuture.completedFuture(new HashMap<>());
    for (GroupId group : mesh.groups()) {
      all =
          all.thenCombine(
              mesh.control(group),
              (sofar, found) -> {
                found.ifPresent(control -> sofar.put(group, control));
                return sofar;
              });
    }
    return all.thenCompose(
        control -> {
          sampler.sampled(status, control);
          return pools(control);
        });
  }

  private CompletionStage<Void> pools(Map<GroupId, ControlStatus> control) {
    CompletionStage<Void> all = CompletableFuture.completedFuture(null);
    for (Map.Entry<GroupId, ControlStatus> each : control.entrySet()) {
      if (host.isPresent() && each.getValue().set().pools().isPresent()) {
        GroupId group = each.getKey();
        all =
            all.thenCombine(
                mesh.reservations(
                    new ReservationsRequest(
                        group,
                        new ReservationQuery.Pools(host.get()),
                        Consistency.LOCAL,
                        Caller.NODE)),
                (sofar, answer) -> {
                  tell(group, answer);
                  return null;
                });
      }
    }
    return all;
  }

  private void tell(GroupId group, ReadAnswer answer) {
    if (answer instanceof ReadAnswer.Reservations read
        && read.answer() instanceof ReservationAnswer.Pools pools) {
      sampler.sampled(group, pools.pools().stream().map(PoolUsage::of).toList());
    }
  }
}
