package io.holdfast.chaos.run;

import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.live.LiveNode.Direction;
import io.holdfast.chaos.live.TcpProxy;
import io.holdfast.chaos.live.Waiting;
import io.holdfast.chaos.run.Strike.Proof;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Faults of what nodes say to each other. */
final class LinkStrikes {

  /** For what was on its way in the moment of a cut. */
  private static final Duration SETTLE = Duration.ofMillis(60);

  private LinkStrikes() {}

  /** Nodes that are cut off from others, both ways. */
  record CutOff(List<LiveNode> nodes, List<LiveNode> rest, long before) implements Strike {

    static CutOff of(List<LiveNode> nodes, List<LiveNode> rest) {
      nodes.forEach(node -> rest.forEach(peer -> node.block(peer, Direction.BOTH)));
      Waiting.pause(SETTLE);
      return new CutOff(nodes, rest, passed(nodes, rest));
    }

    private static long passed(List<LiveNode> nodes, List<LiveNode> rest) {
      return heard(nodes, rest) + heard(rest, nodes);
    }

    @Override
    public Proof look() {
      long since = passed(nodes, rest) - before;
      return new Proof(
          before > 0 && since == 0, since + " messages passed, after " + before + " before");
    }

    @Override
    public void undo() {
      nodes.forEach(node -> rest.forEach(node::unblock));
    }
  }

  /**
   * One who does not hear, or is not heard by, another.
   *
   * @param direction IN or OUT
   */
  record Silence(LiveNode node, LiveNode peer, Direction direction) {}

  /** Links on which nothing passes one way. */
  record OneWay(List<LiveNode> nodes, List<Silence> silences, long before) implements Strike {

    static OneWay of(List<LiveNode> nodes, List<Silence> silences) {
      long before = lost(silences);
      silences.forEach(one -> one.node().block(one.peer(), one.direction()));
      return new OneWay(nodes, silences, before);
    }

    /** None of {@code listeners} hears any of {@code speakers}. */
    static List<Silence> deaf(Collection<LiveNode> listeners, Collection<LiveNode> speakers) {
      List<Silence> silences = new ArrayList<>();
      for (LiveNode listener : listeners) {
        speakers.forEach(speaker -> silences.add(new Silence(listener, speaker, Direction.IN)));
      }
      return silences;
    }

    private static long lost(List<Silence> silences) {
      return silences.stream()
          .mapToLong(
              one ->
                  one.direction() == Direction.IN
                      ? one.node().faults().unheardFrom(List.of(one.peer()))
                      : one.node().faults().unsaidTo(List.of(one.peer())))
          .sum();
    }

    @Override
    public Proof look() {
      long lost = lost(silences) - before;
      return new Proof(lost > 0, lost + " messages lost");
    }

    @Override
    public void undo() {
      silences.forEach(one -> one.node().unblock(one.peer()));
    }
  }

  /** What a proxy does to all that a node hears. */
  record Proxied(LiveNode node, TcpProxy proxy, String what, long before) implements Strike {

    static Proxied delay(LiveNode node, TcpProxy proxy, Duration by, Duration jitter) {
      long before = touched(proxy);
      proxy.delay(by, jitter);
      String what = " bytes came %d ms late".formatted(by.toMillis());
      return new Proxied(node, proxy, what, before);
    }

    static Proxied lose(LiveNode node, TcpProxy proxy) {
      long before = touched(proxy);
      proxy.lose();
      return new Proxied(node, proxy, " bytes lost", before);
    }

    static Proxied reset(LiveNode node, TcpProxy proxy) {
      long before = touched(proxy);
      proxy.reset();
      return new Proxied(node, proxy, " connections reset", before);
    }

    private static long touched(TcpProxy proxy) {
      return proxy.delayedBytes() + proxy.lostBytes() + proxy.resets();
    }

    @Override
    public List<LiveNode> nodes() {
      return List.of(node);
    }

    @Override
    public Proof look() {
      long touched = touched(proxy) - before;
      return new Proof(touched > 0, touched + what);
    }

    @Override
    public void undo() {
      proxy.heal();
    }
  }

  private static long heard(List<LiveNode> listeners, List<LiveNode> speakers) {
    return listeners.stream().mapToLong(node -> node.faults().heardFrom(speakers)).sum();
  }
}
