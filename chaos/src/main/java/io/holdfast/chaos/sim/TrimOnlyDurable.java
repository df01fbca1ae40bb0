package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.VersionedValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a journal gives up, or calls chosen without naming it, is in the store; and what it gives
 * up, but for what a snapshot has brought, is in the stores of w voters.
 */
final class TrimOnlyDurable extends Invariant {

  private final SimMesh mesh;
  private final ChosenLog chosen;
  private final Map<SimNode, Slot> stored = new HashMap<>();
  private final Map<SimNode, Slot> installed = new HashMap<>();

  TrimOnlyDurable(SimMesh mesh, ChosenLog chosen) {
    this.mesh = mesh;
    this.chosen = chosen;
  }

  @Override
  public void flushed(SimNode at, ReplicaDelta delta) {
    stored.put(at, delta.after().applied());
  }

  @Override
  public void installed(
      SimNode at,
      SnapshotHead head,
      StateHeader header,
      StateInspection held,
      Map<ByteString, VersionedValue> records) {
    stored.put(at, header.applied());
    installed.put(at, header.applied());
  }

  @Override
  public void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {
    if (event instanceof AcceptorEvent.LogTrimmed trimmed) {
      isStored(at, trimmed.upTo(), "trims");
      isStoredByEnough(at, trimmed.upTo());
    }
  }

  @Override
  public void snapshotSaved(SimNode at, AcceptorSnapshot snapshot) {
    isStored(at, snapshot.durableUpTo(), "leaves to the store");
  }

  @Override
  public void replied(SimNode at, MemberId to, AcceptorReply reply) {
    if (reply instanceof AcceptorReply.AlreadyChosen already) {
      isStored(at, already.upTo(), "calls chosen");
    }
  }

  private void isStored(SimNode at, Slot upTo, String does) {
    Slot held = stored.getOrDefault(at, Slot.ZERO);
    check(upTo.isAtMost(held), "%s %s slots up to %s; its store holds %s", at, does, upTo, held);
  }

  /**
   * W and the voters may have changed since, and who trims may not know yet: the least that w was
   * counts, and whoever votes on any slot from there on.
   */
  private void isStoredByEnough(SimNode at, Slot upTo) {
    if (upTo.isAtMost(installed.getOrDefault(at, Slot.ZERO))) {
      return;
    }
    Set<MemberId> voters = chosen.votersFrom(upTo);
    long stores =
        mesh.nodes.stream()
            .filter(node -> voters.contains(node.self()))
            .filter(node -> upTo.isAtMost(stored.getOrDefault(node, Slot.ZERO)))
            .count();
    int least = chosen.leastW(upTo);
    check(
        stores >= least,
        "%s trims slots up to %s, which the stores of %d voters hold: w = %d",
        at,
        upTo,
        stores,
        least);
  }
}
