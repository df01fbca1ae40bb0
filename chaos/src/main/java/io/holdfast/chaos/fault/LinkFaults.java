package io.holdfast.chaos.fault;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.actor.Outbound;
import io.holdfast.mesh.core.Envelope;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * What is lost between a node and its peers, one direction at a time, and how much of what passes.
 * For any thread.
 */
final class LinkFaults implements Outbound {

  private final Set<NodeId> deafTo = ConcurrentHashMap.newKeySet();
  private final Set<NodeId> muteTo = ConcurrentHashMap.newKeySet();
  private final Map<NodeId, MemberId> speakers = new ConcurrentHashMap<>();
  private final Map<NodeId, Envelope> lastWords = new ConcurrentHashMap<>();
  private final Map<NodeId, LongAdder> heard = new ConcurrentHashMap<>();
  private final Map<NodeId, LongAdder> unheard = new ConcurrentHashMap<>();
  private final Map<NodeId, LongAdder> unsaid = new ConcurrentHashMap<>();
  private final AckFaults acks = new AckFaults(speakers);
  private volatile Consumer<Envelope> door = unheard -> {};

  @Override
  public void send(NodeId to, Envelope envelope, Consumer<Envelope> wire) {
    if (muteTo.contains(to)) {
      count(unsaid, to);
    } else {
      acks.send(to, envelope, wire);
    }
  }

  /** Whether what a peer says is heard; counts it as one or the other. */
  boolean hears(Envelope envelope) {
    NodeId peer = envelope.from().node();
    speakers.putIfAbsent(peer, envelope.from()); // its incarnation stays; another one is forged
    lastWords.put(peer, envelope);
    boolean hears = !deafTo.contains(peer);
    count(hears ? heard : unheard, peer);
    return hears;
  }

  /**
   * Says something to this node itself in the name of a peer's last boot; whether the peer was ever
   * heard. It is not counted as heard.
   */
  boolean speakAs(NodeId peer, Envelope.Body body) {
    Envelope last = lastWords.get(peer);
    if (last == null) {
      return false;
    }
    door.accept(new Envelope(last.from(), last.bootNonce(), body));
    return true;
  }

  /** Where this node hears what is said in a peer's name. */
  void doorIs(Consumer<Envelope> listening) {
    door = listening;
  }

  void deafen(NodeId peer) {
    deafTo.add(peer);
  }

  void mute(NodeId peer) {
    muteTo.add(peer);
  }

  void heal(NodeId peer) {
    deafTo.remove(peer);
    muteTo.remove(peer);
  }

  /** What is done to what is acknowledged. */
  AckFaults acks() {
    return acks;
  }

  /** How many messages of each peer came to the door. */
  Map<NodeId, LongAdder> heard() {
    return heard;
  }

  /** How many were lost at the door. */
  Map<NodeId, LongAdder> unheard() {
    return unheard;
  }

  /** How many to each peer were lost on their way out. */
  Map<NodeId, LongAdder> unsaid() {
    return unsaid;
  }

  private static void count(Map<NodeId, LongAdder> counts, NodeId peer) {
    counts.computeIfAbsent(peer, unused -> new LongAdder()).increment();
  }
}
