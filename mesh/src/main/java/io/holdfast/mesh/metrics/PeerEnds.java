package io.holdfast.mesh.metrics;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Glimpse;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often peers said that they end by themselves: they can be asked no more when they have. For
 * any thread.
 */
public final class PeerEnds {

  /** What they called their state, as a label. */
  enum State {
    FAILED(Glimpse.FAILED),
    ENDED(Glimpse.ENDED);

    private final String code;

    State(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  private final Map<NodeId, EnumTable<State, LongAdder>> peers = new ConcurrentHashMap<>();

  /** Those whose last words were the last that was heard of them. */
  private final Set<NodeId> ended = ConcurrentHashMap.newKeySet();

  PeerEnds() {}

  /** A peer said this of itself. */
  public void heard(Glimpse glimpse) {
    NodeId peer = glimpse.node();
    if (!glimpse.hasEnded()) {
      ended.remove(peer);
    } else if (ended.add(peer)) {
      count(peer, glimpse.state().equals(Glimpse.FAILED) ? State.FAILED : State.ENDED).increment();
    }
  }

  LongAdder count(NodeId peer, State state) {
    return peers
        .computeIfAbsent(peer, name -> new EnumTable<>(State.class, LongAdder::new))
        .get(state);
  }

  /** There are no other peers than these. */
  void retain(Set<NodeId> there) {
    peers.keySet().retainAll(there);
    ended.retainAll(there);
  }
}
