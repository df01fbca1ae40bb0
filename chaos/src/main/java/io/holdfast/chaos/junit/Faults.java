package io.holdfast.chaos.junit;

import io.holdfast.chaos.live.LiveMesh;
import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.live.LiveNode.Database;
import io.holdfast.chaos.live.LiveNode.Direction;
import io.holdfast.chaos.live.NotInTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a test can do to the nodes of its mesh. Nodes are named n1, n2 and so on, or by what they
 * are at the moment: {@link #LEADER}, {@link #FOLLOWER}. Every method returns once what it does is
 * in force. Whatever is left broken is undone after the test. For one thread at a time.
 */
public final class Faults {

  /** The node that all that run, and are not cut off, take for the leader. */
  public static final String LEADER = "leader";

  /** The first by name that is not the leader, runs, and is not cut off. */
  public static final String FOLLOWER = "follower";

  private final LiveMesh mesh;
  private final Set<LiveNode> isolated = ConcurrentHashMap.newKeySet();

  Faults(LiveMesh mesh) {
    this.mesh = mesh;
  }

  /** The names of all nodes, in order. */
  public List<String> nodes() {
    return mesh.nodes().stream().map(LiveNode::id).toList();
  }

  /**
   * Waits until all nodes that run, and are not cut off, take the same one for the leader.
   *
   * @return its name
   * @throws NotInTime where there is none within a minute
   */
  public String awaitLeader() {
    return leader().id();
  }

  /** Cuts a node off from all others, both ways. */
  public void isolate(String node) {
    LiveNode cut = node(node);
    mesh.othersThan(cut).forEach(other -> cut.block(other, Direction.BOTH));
    isolated.add(cut);
  }

  /** Nothing passes between these two, either way. */
  public void partition(String node, String other) {
    node(node).block(node(other), Direction.BOTH);
  }

  /** The one does not hear the other any more, which still hears it. */
  public void deafen(String node, String to) {
    node(node).block(node(to), Direction.IN);
  }

  /** SIGSTOP: nothing where it is paused. */
  public void pause(String node) {
    node(node).pause();
  }

  /** SIGCONT: nothing where it is not paused. */
  public void resume(String node) {
    node(node).resume();
  }

  /** SIGKILL. */
  public void kill(String node) {
    node(node).kill();
  }

  /** SIGKILL of all nodes, at once. */
  public void killAll() {
    mesh.killAll();
  }

  /** Starts a node on the data that it had, killing it first where it runs. */
  public void restart(String node) {
    LiveNode ended = node(node);
    if (ended.isAlive()) {
      ended.kill();
    }
    ended.start();
    isolated.remove(ended);
  }

  /**
   * Sets a node's wall clock off.
   *
   * @param offset ahead, or behind if negative; at most 24 hours
   */
  public void jumpClock(String node, Duration offset) {
    node(node).jumpClock(offset);
  }

  /** The disk under a node's journal is full: the node stops at the next write that needs room. */
  public void fillDisk(String node) {
    node(node).fillDisk(Database.JOURNAL);
  }

  /** Everything that a node writes to its journal takes so much longer. */
  public void slowDisk(String node, Duration by) {
    node(node).slowDisk(Database.JOURNAL, by);
  }

  /** Undoes what was done to links, clocks and disks of nodes that run; waits for nothing. */
  public void heal() {
    mesh.nodes().stream()
        .filter(node -> node.isAlive() && !node.isPaused())
        .forEach(LiveNode::heal);
    isolated.clear();
  }

  /**
   * Makes all well: nothing is broken, every node runs, all name one leader and hold the same.
   *
   * @throws NotInTime where that cannot be had
   */
  public void awaitWell() {
    isolated.clear();
    LiveNode unused = mesh.restore();
  }

  private LiveNode leader() {
    return mesh.awaitLeader(reachable());
  }

  private List<LiveNode> reachable() {
    return mesh.nodes().stream()
        .filter(node -> node.isAlive() && !node.isPaused() && !isolated.contains(node))
        .toList();
  }

  private LiveNode node(String name) {
    if (name.equals(LEADER)) {
      return leader();
    }
    if (name.equals(FOLLOWER)) {
      LiveNode leader = leader();
      return reachable().stream()
          .filter(node -> !node.equals(leader))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("there is no follower: " + nodes()));
    }
    return mesh.nodes().stream()
        .filter(node -> node.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "node '%s': allowed is %s, %s or one of %s"
                        .formatted(name, LEADER, FOLLOWER, nodes())));
  }

  /** All of it, for what has no word here. */
  LiveMesh mesh() {
    return mesh;
  }

  /** The name of the node that {@code node} is the role of at this moment. */
  String nameOf(String node) {
    return node(node).id();
  }
}
