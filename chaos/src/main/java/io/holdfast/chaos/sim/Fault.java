package io.holdfast.chaos.sim;

import java.util.List;

/**
 * Something bad that happens to a mesh. Nodes are named by index; times are in milliseconds.
 *
 * <p>Lists, not sets: the order of an immutable set is another one in every process, and what is
 * printed must not be.
 */
sealed interface Fault {

  /** Processes are killed, as by SIGKILL or a power cut: what is not synced is lost. */
  record Crash(List<Integer> nodes, int downMillis) implements Fault {
    public Crash {
      nodes = nodes.stream().sorted().toList();
    }
  }

  /** A process is killed right before one of its next effects is carried out. */
  record CrashAtEffect(int node, int effects, int downMillis) implements Fault {}

  /**
   * The process that comes by a step is killed, whichever it is, once it was passed so many times.
   */
  record CrashAtStep(CrashStep step, int passes, int downMillis) implements Fault {}

  /** A process stands still, as by SIGSTOP or a long collection of garbage. */
  record Pause(int node, int millis) implements Fault {}

  /** A process is asked to end, hands leadership over and ends. */
  record Resign(int node, int downMillis) implements Fault {}

  /** Links carry nothing. */
  record Cut(String shape, List<Link> links, int millis) implements Fault {
    public Cut {
      links = List.copyOf(links);
    }
  }

  /** The network gets worse. */
  record Storm(Weather weather, int millis) implements Fault {}

  /** Writes take that long before anything comes of them. */
  record DiskStall(int node, int millis) implements Fault {}

  /** The next write of the journal, or of the store, fails: nobody knows what is on disk of it. */
  record DiskFailure(int node, boolean store, int downMillis) implements Fault {}

  /** The wall clock is set. */
  record WallJump(int node, long millis) implements Fault {}

  /** The monotonic clock runs at another rate. */
  record ClockRate(int node, double rate) implements Fault {}

  /** The process is started on an emptied directory; later on its own again. */
  record EmptiedDirectory(int node, int millis) implements Fault {}

  /** The node acknowledges with a chain hash that is not that of the others. */
  record Drift(int node, int millis) implements Fault {}

  /**
   * A bit of what replicas hold is flipped, in memory or in the store of one that starts again: not
   * of so many that the others are no majority.
   *
   * @param alike whether the same bit is flipped in all of them
   */
  record FlipBits(List<Integer> nodes, boolean atRest, boolean alike, int downMillis)
      implements Fault {
    public FlipBits {
      nodes = nodes.stream().sorted().toList();
    }
  }

  /**
   * Another bit is flipped in each of so many that no majority agrees on anything; somebody repairs
   * them after a while.
   */
  record FlipMost(long draw, int repairMillis) implements Fault {}

  /** A change of configuration is proposed, as far as one is allowed at the time. */
  record Reconfigure(long draw) implements Fault {}

  /**
   * The group is sealed, with a command right behind the seal, as far as somebody leads; asked for
   * again until it is.
   */
  record Seal(long draw) implements Fault {}

  /** Whoever leads is asked to let another node lead, whichever it is. */
  record HandOver(int node) implements Fault {}

  /** A node joins, gets a vote, replaces another or leaves, or several changes come at once. */
  record ChangeMembers(long draw) implements Fault {}
}
