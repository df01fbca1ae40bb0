package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.InMemorySnapshotWriting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What of a node outlives its processes: all of it is synced. */
final class SimDisk {

  /** Small, so that a snapshot has some chunks. */
  static final int CHUNK_BYTES = 400;

  /** Made with the directory. */
  final long incarnation;

  final TreeMap<Long, AcceptorEvent> journal = new TreeMap<>();
  Optional<AcceptorSnapshot> snapshot = Optional.empty();
  InMemoryReplicaStore store;

  /** The store that is being received beside it. */
  InMemorySnapshotWriting receiving;

  private final StateTerms terms;

  /** What is written beside a store that has diverged. */
  Optional<Divergence> diverged = Optional.empty();

  /** Whether what the store holds is not what was written. */
  boolean flipped;

  PeerLedger ledger = PeerLedger.EMPTY;
  long boots;

  /** Of every boot, the latest first. */
  final List<Long> nonces = new ArrayList<>();

  SimDisk(long incarnation, StateTerms terms) {
    this.incarnation = incarnation;
    this.terms = terms;
    this.store = new InMemoryReplicaStore(terms);
    this.receiving = new InMemorySnapshotWriting(terms);
  }

  /** Puts a store in the place of the one in use; the next one is received anew. */
  void install(InMemoryReplicaStore received) {
    store = received;
    diverged = Optional.empty();
    flipped = false;
    receiving = new InMemorySnapshotWriting(terms);
  }
}
