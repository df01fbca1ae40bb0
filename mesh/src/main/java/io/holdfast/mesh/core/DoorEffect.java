package io.holdfast.mesh.core;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.core.RefusalCode;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.core.Envelope.Body;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.quorum.core.LeaderSpread;
import java.util.List;
import java.util.Set;

/** What a {@link DoorCore} wants done, in order. Every effect may be carried out at once. */
public sealed interface DoorEffect {

  /** Send this to a peer. */
  record Send(NodeId to, Body body) implements DoorEffect {}

  /** Send this to whoever is at that address, under whatever name. */
  record SendTo(NodeId to, HostPort address, Body body) implements DoorEffect {}

  /** A peer that is welcome has said that it is reached there. */
  record PeerAt(MemberId peer, HostPort address) implements DoorEffect {}

  /** This directory is on disk, and holds from now on. */
  record DirectoryIs(MeshDirectory directory) implements DoorEffect {}

  /** These groups were sealed, as a peer has executed. */
  record HeardSealed(Set<GroupId> logs) implements DoorEffect {}

  /** What a peer leads and would like to lead, as it says. */
  record HeardLeading(MemberId from, LeaderSpread.Told told) implements DoorEffect {}

  /** What a peer tells of itself. */
  record HeardGlimpse(MemberId from, Glimpse glimpse) implements DoorEffect {}

  /**
   * This node is to join, and was not let in yet.
   *
   * @param by the peer that says so
   * @param reason what it says
   */
  record Waits(NodeId by, String reason) implements DoorEffect {}

  /**
   * Make the ledger durable; answered by {@link DoorInput.Saved}. One at a time. Where it fails the
   * node must stop, and the core is told nothing more.
   */
  record Save(PeerLedger ledger) implements DoorEffect {}

  /**
   * Mark the directory as refused for good, durably; answered by {@link DoorInput.Marked}. Where it
   * fails the node must stop all the same, and the core is told nothing more. Once.
   *
   * @param by the peer that knows better
   * @param code why, for machines
   * @param reason why, and what to do
   */
  record MarkRefused(NodeId by, RefusalCode code, String reason) implements DoorEffect {}

  /** A greeted member said something about a group that this node takes part in. */
  record PassOn(MemberId from, OfGroup body) implements DoorEffect {}

  /**
   * This node may vote, now and after every restart. Once.
   *
   * @param founders the members of its groups, this node included; none if it was let in
   */
  record Admitted(List<MemberId> founders) implements DoorEffect {

    public Admitted {
      founders = List.copyOf(founders);
    }
  }

  /**
   * A peer will not have this node in the mesh: it must stop.
   *
   * @param by the peer
   * @param code why, for machines
   * @param reason why, and what to do
   */
  record Refused(NodeId by, String code, String reason) implements DoorEffect {}

  /** A peer's front door listens there. */
  record FrontDoor(NodeId peer, String httpAddr) implements DoorEffect {}

  /** Something came from a boot that was never greeted, or that is none of this mesh's. */
  record Stranger(MemberId from) implements DoorEffect {}
}
