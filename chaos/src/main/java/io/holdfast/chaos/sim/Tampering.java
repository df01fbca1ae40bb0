package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.AcceptorEffect;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.mesh.core.DoorInput;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.sync.core.CacheRules;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaInput;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.SnapshotWork;
import io.holdfast.sync.core.StoreAnswer;
import io.holdfast.sync.core.StoreQuestion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a process's cores and their surroundings: where a fault of the software can
 * be put in, without a branch in the cores. This one lets everything through.
 */
class Tampering {

  /** Puts a fault into each process anew. */
  interface Factory {
    Tampering into(SimBoot boot);

    /** Invariants that are not watched, so that what they would stop early goes on. */
    default Set<String> unwatched() {
      return Set.of();
    }
  }

  /** Nothing is tampered with. */
  static final Factory NONE = boot -> new Tampering();

  /** The configuration that the node is set up with. */
  Configuration configuration(Configuration configured) {
    return configured;
  }

  /** The promise that the coordinator is told of when it starts. */
  Ballot promisedAtStart(Ballot promised) {
    return promised;
  }

  /** Whether an event that was written is on disk indeed. */
  boolean reachesDisk(AcceptorEvent event) {
    return true;
  }

  /**
   * Whether an effect waits for the writes before it.
   *
   * @param step all effects of the step that it belongs to
   */
  boolean waitsForWrites(AcceptorEffect effect, List<AcceptorEffect> step) {
    return true;
  }

  /** What recovery reads where an event is on disk. */
  AcceptorEvent recovered(AcceptorEvent event) {
    return event;
  }

  /** What becomes of an effect of the acceptor when it is carried out. */
  AcceptorEffect carriedOut(AcceptorEffect effect, AcceptorCore acceptor) {
    return effect;
  }

  /** What of a delta that was flushed is in the store; empty for nothing. */
  Optional<ReplicaDelta> toStore(ReplicaDelta delta) {
    return Optional.of(delta);
  }

  /** What the store is taken to hold after a restart. */
  RestoredState loaded(RestoredState stored) {
    return stored;
  }

  /** The slot of the snapshot that the acceptor takes its store to be installed from. */
  Slot installedAt(Slot installed) {
    return installed;
  }

  /** What the store is asked to do about a snapshot. */
  SnapshotWork toStore(SnapshotWork work) {
    return work;
  }

  /** The rules by which the replica applies commands. */
  CacheRules rules() {
    return CacheRules.PROTOCOL;
  }

  /** What the replica is told that its store holds. */
  StoreAnswer fromStore(StoreQuestion question, StoreAnswer answer) {
    return answer;
  }

  List<AcceptorInput> toAcceptor(AcceptorInput input) {
    return List.of(input);
  }

  List<AcceptorEffect> fromAcceptor(
      AcceptorInput input, List<AcceptorEffect> effects, AcceptorCore acceptor) {
    return effects;
  }

  List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
    return List.of(input);
  }

  List<CoordinatorEffect> fromCoordinator(
      List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
    return effects;
  }

  List<ReplicaInput> toReplica(ReplicaInput input) {
    return List.of(input);
  }

  List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
    return effects;
  }

  /** What the router is told that a peer has forwarded. */
  Forward forwarded(MemberId from, Forward forward) {
    return forward;
  }

  /** What the door is told. */
  DoorInput toDoor(DoorInput input) {
    return input;
  }

  /** Whether the process goes on after a failed write. */
  boolean survivesFailedWrites() {
    return false;
  }

  /** What the door knows of its peers when it starts. */
  PeerLedger ledgerAtStart(PeerLedger saved) {
    return saved;
  }

  /** Whether a process takes part although its directory is empty and nobody has admitted it. */
  boolean servesUnadmitted() {
    return false;
  }

  /** Who is taken to have sent what the door does not let in; null for nobody. */
  @Nullable MemberId takenFor(MemberId stranger) {
    return null;
  }
}
