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
  private final Map<NodeId, LongAdder> heard = new ConcurrentHashMap<>();
  private final Map<NodeId, LongAdder> unheard = new ConcurrentHashMap<>();
  private final Map<NodeId, LongAdder> unsaid = new ConcurrentHashMap<>();
  private final AckFaults acks = new AckFaults(speakers);

  @Override
  public void send(NodeId to, Envelope envelope, Consumer<Envelope> wire) {
    if (muteTo.contains(to)) {
      count(unsaid, to);
    } else {
      acks.send(to, envelope, wire);
    }
  }

  /** Whether what a peer says is heard; counts it as one or the other. */
  boolean hears(MemberId from) {
    NodeId peer = from.node();
    speakers.putIfAbsent(peer, from); // its incarnation stays; another one is forged
    boolean hears = !deafTo.contains(peer);
    count(hears ? heard : unheard, peer);
    return hears;
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
