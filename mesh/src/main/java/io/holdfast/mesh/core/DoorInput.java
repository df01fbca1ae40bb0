package io.holdfast.mesh.core;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.mesh.Glimpse;
import io.holdfast.quorum.core.LeaderSpread;
import java.util.Set;

/** What a {@link DoorCore} is told. */
public sealed interface DoorInput {

  /** Something came from a peer, or from whoever calls itself one. */
  record Said(Envelope envelope) implements DoorInput {}

  /** Answers {@link DoorEffect.Save}: the ledger is on disk. */
  record Saved(PeerLedger ledger) implements DoorInput {}

  /** Answers {@link DoorEffect.MarkRefused}: the mark is on disk. */
  record Marked() implements DoorInput {}

  /** This node takes part in these groups from now on. */
  record Serve(Set<GroupId> groups) implements DoorInput {

    public Serve {
      groups = Set.copyOf(groups);
    }
  }

  /** Group {@code meta} has this directory, as this node's own replica of it has executed. */
  record Learned(MeshDirectory directory) implements DoorInput {}

  /** The logs of groups that are being deleted and have executed that here. */
  record Sealed(Set<GroupId> logs) implements DoorInput {

    public Sealed {
      logs = Set.copyOf(logs);
    }
  }

  /** What this node leads and would like to lead, from now on. */
  record Leading(LeaderSpread.Told told) implements DoorInput {}

  /** This node tells its peers so of itself. */
  record Say(Glimpse glimpse) implements DoorInput {}

  /** Time has passed; often enough for greetings to be repeated. */
  record Tick() implements DoorInput {}
}
