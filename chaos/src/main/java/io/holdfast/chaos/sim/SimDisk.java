package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What of a node outlives its processes: all of it is synced. */
final class SimDisk {

  /** Made with the directory. */
  final long incarnation;

  final TreeMap<Long, AcceptorEvent> journal = new TreeMap<>();
  Optional<AcceptorSnapshot> snapshot = Optional.empty();
  final InMemoryReplicaStore store;

  PeerLedger ledger = PeerLedger.EMPTY;
  long boots;

  /** Of every boot, the latest first. */
  final List<Long> nonces = new ArrayList<>();

  SimDisk(long incarnation, StateTerms terms) {
    this.incarnation = incarnation;
    this.store = new InMemoryReplicaStore(terms);
  }
}
