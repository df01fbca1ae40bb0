package io.holdfast.chaos.run;

import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.live.LiveNode.Database;
import io.holdfast.chaos.live.Waiting;
import io.holdfast.chaos.run.Strike.Proof;
import io.holdfast.mesh.cli.Exit;
import java.time.Duration;
import java.util.List;

/** Faults of processes, of their clocks and of their disks. */
final class ProcessStrikes {

  /** A node that has seen its disk fail ends within this. */
  private static final Duration ENDING = Duration.ofSeconds(8);

  private ProcessStrikes() {}

  /** SIGKILL; at the end they are started again. */
  record Killed(List<LiveNode> nodes) implements Strike {

    static Killed of(List<LiveNode> nodes) {
      List<LiveNode> alive = nodes.stream().filter(LiveNode::isAlive).toList();
      alive.parallelStream().forEach(LiveNode::kill);
      return new Killed(alive);
    }

    @Override
    public Proof look() {
      long ended = nodes.stream().filter(node -> !node.isAlive()).count();
      return new Proof(ended > 0, ended + " processes ended");
    }

    @Override
    public void undo() {
      nodes.forEach(ProcessStrikes::startAgain);
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
    public Proof look() {
      long stand = nodes.stream().filter(LiveNode::isPaused).count();
      return new Proof(stand > 0, stand + " processes stood still");
    }

    @Override
    public void undo() {
      nodes.forEach(LiveNode::resume);
    }
  }

  /** A wall clock that has jumped; at the end it jumps back. */
  record ClockOff(LiveNode node, Duration by, long before) implements Strike {

    static ClockOff of(LiveNode node, Duration by) {
      long before = node.faults().wrongClockReads();
      node.jumpClock(by);
      return new ClockOff(node, by, before);
    }

    @Override
    public List<LiveNode> nodes() {
      return List.of(node);
    }

    @Override
    public Proof look() {
      long reads = node.faults().wrongClockReads() - before;
      return new Proof(reads > 0, "by %d s; it was read %d times".formatted(by.toSeconds(), reads));
    }

    @Override
    public void undo() {
      node.jumpClock(Duration.ZERO);
    }
  }

  /** A disk that is slow; at the end it is not. */
  record SlowDisk(LiveNode node, Database database, long before) implements Strike {

    static SlowDisk of(LiveNode node, Database database, Duration by) {
      long before = node.faults().slowedWrites();
      node.slowDisk(database, by);
      return new SlowDisk(node, database, before);
    }

    @Override
    public List<LiveNode> nodes() {
      return List.of(node);
    }

    @Override
    public Proof look() {
      long slowed = node.faults().slowedWrites() - before;
      return new Proof(slowed > 0, slowed + " writes of the " + database.word() + " took longer");
    }

    @Override
    public void undo() {
      node.healDisk(database);
    }
  }

  /** A disk that is full or fails; the node ends itself and is started again. */
  record DeadDisk(LiveNode node, Database database) implements Strike {

    static DeadDisk full(LiveNode node, Database database) {
      node.fillDisk(database);
      return new DeadDisk(node, database);
    }

    static DeadDisk failing(LiveNode node, Database database) {
      node.failDisk(database);
      return new DeadDisk(node, database);
    }

    @Override
    public List<LiveNode> nodes() {
      return List.of(node);
    }

    @Override
    public Proof look() {
      int exit = node.exitCode().orElse(0);
      return exit == 0
          ? new Proof(false, "nothing was written to the " + database.word())
          : new Proof(
              exit == Exit.IO.status(),
              "of the " + database.word() + "; the node ended itself, status " + exit);
    }

    /** A database may be written only now and then; and then the node has to end. */
    @Override
    public Duration patience() {
      return ENDING;
    }

    @Override
    public void undo() {
      if (node.isAlive() && !hasSeenIt()) {
        node.healDisk(database);
      } else {
        Waiting.until(node + " ends, whose disk is dead", ENDING, () -> !node.isAlive());
        startAgain(node);
      }
    }

    private boolean hasSeenIt() {
      return node.faults().failedWrites() + node.faults().unfitWrites() > 0;
    }
  }

  /** Starts a node that does not run. */
  static void startAgain(LiveNode node) {
    if (!node.isAlive()) {
      node.start();
    }
  }
}
