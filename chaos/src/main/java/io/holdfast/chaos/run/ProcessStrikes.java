package io.holdfast.chaos.run;

import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.live.LiveNode.Database;
import io.holdfast.chaos.live.NotInTime;
import io.holdfast.chaos.live.Waiting;
import io.holdfast.chaos.run.Strike.Proof;
import io.holdfast.mesh.cli.Exit;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** Faults of processes, of their clocks and of their disks. */
final class ProcessStrikes {

  /** A node that has seen its disk fail ends within this. */
  private static final Duration ENDING = Duration.ofSeconds(5);

  private ProcessStrikes() {}

  /** SIGKILL; at the end they are started again. */
  record Killed(List<LiveNode> nodes) implements Strike {

    static Killed of(List<LiveNode> nodes) {
      List<LiveNode> alive = nodes.stream().filter(LiveNode::isAlive).toList();
      alive.parallelStream().forEach(LiveNode::kill);
      return new Killed(alive);
    }

    @Override
    public Proof end() {
      nodes.forEach(ProcessStrikes::startAgain);
      return new Proof(!nodes.isEmpty(), nodes.size() + " processes ended");
    }
  }

  /** SIGSTOP; at the end SIGCONT. */
  record Paused(List<LiveNode> nodes) implements Strike {

    static Paused of(List<LiveNode> nodes) {
      List<LiveNode> alive = nodes.stream().filter(LiveNode::isAlive).toList();
      alive.forEach(LiveNode::pause);
      return new Paused(alive);
    }

    @Override
    public Proof end() {
      long stood = nodes.stream().filter(LiveNode::isAlive).count();
      nodes.forEach(LiveNode::resume);
      return new Proof(stood > 0, stood + " processes stood still");
    }
  }

  /** A wall clock that has jumped; at the end it jumps back. */
  record ClockOff(LiveNode node, long before) implements Strike {

    static ClockOff of(LiveNode node, Duration by) {
      long before = node.faults().wrongClockReads();
      node.jumpClock(by);
      return new ClockOff(node, before);
    }

    @Override
    public List<LiveNode> nodes() {
      return List.of(node);
    }

    @Override
    public Proof end() {
      long reads = node.faults().wrongClockReads() - before;
      node.jumpClock(Duration.ZERO);
      return new Proof(reads > 0, "the clock was read " + reads + " times");
    }
  }

  /** A disk that is slow, full, or fails; a node that has ended of it is started again. */
  record BadDisk(LiveNode node, Database database, boolean deadly, long before) implements Strike {

    static BadDisk slow(LiveNode node, Database database, Duration by) {
      long before = node.faults().slowedWrites();
      node.slowDisk(database, by);
      return new BadDisk(node, database, false, before);
    }

    static BadDisk full(LiveNode node, Database database) {
      long before = refused(node);
      node.fillDisk(database);
      return new BadDisk(node, database, true, before);
    }

    static BadDisk failing(LiveNode node, Database database) {
      long before = refused(node);
      node.failDisk(database);
      return new BadDisk(node, database, true, before);
    }

    @Override
    public List<LiveNode> nodes() {
      return List.of(node);
    }

    @Override
    public Proof end() {
      if (!deadly) {
        long slowed = node.faults().slowedWrites() - before;
        node.healDisk(database);
        return new Proof(slowed > 0, slowed + " writes took longer");
      }
      if (!hasEnded() && refused(node) == before) {
        node.healDisk(database);
        return new Proof(false, "nothing was written");
      }
      Waiting.until(node + " ends, whose disk has failed", ENDING, this::hasEnded);
      int exit = node.exitCode().orElse(0);
      startAgain(node);
      return new Proof(exit == Exit.IO.status(), "the node ended itself, status " + exit);
    }

    private static long refused(LiveNode node) {
      return node.faults().failedWrites() + node.faults().unfitWrites();
    }

    private boolean hasEnded() {
      return !node.isAlive();
    }
  }

  /** Starts a node that does not run. */
  static void startAgain(LiveNode node) {
    if (!node.isAlive()) {
      node.start();
    }
  }

  /** Whether a fault cannot be injected or undone now, because of another one. */
  static boolean isOverruled(RuntimeException e) {
    return e instanceof NotInTime
        || e instanceof UncheckedIOException
        || e instanceof IllegalStateException;
  }
}
