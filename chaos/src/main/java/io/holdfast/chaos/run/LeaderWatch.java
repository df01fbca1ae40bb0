package io.holdfast.chaos.run;

import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.live.Waiting;
import io.holdfast.chaos.report.RunReport.Reign;
import io.holdfast.mesh.client.GroupView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Asks all nodes again and again who leads. A node leads while it says so itself and no more others
 * name somebody else; nobody does while no node says so.
 */
final class LeaderWatch implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofMillis(750);

  /** So many changes are kept: a leader a second, for hours. */
  private static final int MOST_REIGNS = 10_000;

  private final List<LiveNode> nodes;
  private final RunLog log;
  private final List<Reign> reigns = new ArrayList<>();
  private final Thread thread;
  private volatile boolean over;
  private Optional<Reign> current = Optional.empty();

  /** Begins to watch. */
  LeaderWatch(List<LiveNode> nodes, RunLog log) {
    this.nodes = nodes;
    this.log = log;
    thread = new Thread(this::watch, "chaos-leader-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    while (!over) {
      seen(ask());
      Waiting.pause(PAUSE);
    }
  }

  private Optional<String> ask() {
    List<CompletableFuture<Optional<GroupView>>> asked =
        nodes.stream().map(node -> node.groupAsync(PATIENCE)).toList();
    List<Optional<GroupView>> said = asked.stream().map(CompletableFuture::join).toList();
    List<String> ids = nodes.stream().map(LiveNode::id).toList();
    return leader(ids, said);
  }

  /**
   * Who leads, from what nodes say at about the same time.
   *
   * @param said what each of {@code ids} says, in the same order
   */
  static Optional<String> leader(List<String> ids, List<Optional<GroupView>> said) {
    Map<String, Long> named = new TreeMap<>();
    said.stream()
        .flatMap(Optional::stream)
        .map(GroupView::leader)
        .flatMap(Optional::stream)
        .forEach(name -> named.merge(name, 1L, Long::sum));
    return Stream.iterate(0, i -> i < ids.size(), i -> i + 1)
        .filter(i -> said.get(i).map(view -> view.role().equals("leading")).orElse(false))
        .map(ids::get)
        .max((a, b) -> Long.compare(named.getOrDefault(a, 0L), named.getOrDefault(b, 0L)));
  }

  private synchronized void seen(Optional<String> leader) {
    Duration now = log.at();
    boolean same = current.map(Reign::leader).equals(leader);
    if (same) {
      current = current.map(reign -> new Reign(reign.leader(), reign.from(), now));
      return;
    }
    keep();
    current = leader.map(id -> new Reign(id, now, now));
  }

  private void keep() {
    if (reigns.size() < MOST_REIGNS) {
      current.ifPresent(reigns::add);
    }
  }

  /** Who leads, as far as is known. */
  synchronized Optional<String> leader() {
    return current.map(Reign::leader);
  }

  /** Who has led, in order of time. */
  synchronized List<Reign> reigns() {
    List<Reign> all = new ArrayList<>(reigns);
    current.ifPresent(all::add);
    return all;
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join(PATIENCE.toMillis() + 2 * PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
