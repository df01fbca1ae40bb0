package io.holdfast.mesh.metrics;

import io.holdfast.mesh.Picture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's metrics. Its registries are made when they are first asked for, or some seconds after
 * the start, on a thread of their own: who waits for a node to start does not wait for them. A
 * scrape reads what is in memory and asks no part of the node.
 */
public final class NodeMetrics implements MetricsSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeMetrics.class);

  /** Nobody waits for a start that long; JMX has nothing before. */
  private static final Duration AFTER_START = Duration.ofSeconds(5);

  /** One node is scraped by a few at a time; who comes beyond that comes again. */
  private static final int MAX_WAITING = 16;

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final NodeMeters meters;
  private final MetricsSampler sampler = new MetricsSampler();
  private final NodeSources sources;
  private final Runnable firstUse;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ScheduledThreadPoolExecutor thread;
  private @Nullable NodeRegistries registries;

  /**
   * @param meters what the node measures
   * @param sources what else is read
   * @param firstUse run once, when the registries are made: pictures are wanted from then on
   */
  public NodeMetrics(NodeMeters meters, NodeSources sources, Runnable firstUse) {
    this.meters = meters;
    this.sources = sources;
    this.firstUse = firstUse;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "holdfast-metrics");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** The node has started: MBeans will be there. */
  public void start() {
    var unused = thread.schedule(this::makeUnasked, AFTER_START.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The node is like this now. What came or went is followed soon. */
  public void sampled(Picture picture) {
    sampler.sampled(picture);
    try {
      thread.execute(
          () -> {
            if (registries != null) {
              registries.follow();
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.trace("closed", e);
    }
  }

  private void makeUnasked() {
    try {
      made();
    } catch (RuntimeException e) {
      LOG.warn("there are no metrics", e);
    }
  }

  private NodeRegistries made() {
    NodeRegistries known = registries;
    if (known == null) {
      known = new NodeRegistries(meters, sampler, sources);
      registries = known;
      firstUse.run();
    }
    return known;
  }

  @Override
  public CompletionStage<Optional<Scrape>> scrape(String accept) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return CompletableFuture.completedFuture(Optional.empty());
    }
    try {
      return CompletableFuture.supplyAsync(() -> Optional.of(made().scrape(accept)), thread)
          .whenComplete((scrape, failure) -> waiting.decrementAndGet());
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet();
      return CompletableFuture.completedFuture(Optional.empty()); // the node ends
    }
  }

  /** Takes the MBeans away. */
  @Override
  public void close() {
    try {
      thread.execute(
          () -> {
            if (registries != null) {
              registries.close();
            }
          });
      thread.shutdown();
      if (!thread.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("metrics did not end well");
      }
    } catch (RejectedExecutionException e) {
      LOG.trace("closed before", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
