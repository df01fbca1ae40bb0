package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.VersionedValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A store that came by a snapshot holds what executing the log up to there means; and from below it
 * the member serves nothing, since what its journal holds there may never have been chosen: its log
 * is trimmed to there before it answers anything.
 */
final class SnapshotEqualsLog extends Invariant {

  private final ReferenceModel reference;
  private final Map<Slot, Digest> chain = new HashMap<>();

  /** What replicas held that grew by the log, with the rest of their headers. */
  private record State(
      StateHeader header,
      SortedMap<ByteString, StateInspection.Entry> keys,
      ControlState control) {}

  private final Map<Slot, State> grown = new HashMap<>();
  private final Map<SimNode, Slot> installed = new HashMap<>();
  private final Map<SimNode, Slot> trimmed = new HashMap<>();

  SnapshotEqualsLog(ReferenceModel reference) {
    this.reference = reference;
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    if (!at.flipped()) {
      chain.putIfAbsent(applied.slot(), applied.chainHash());
    }
  }

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection held) {
    if (!at.flipped()) {
      grown.putIfAbsent(header.applied(), new State(header, held.keys(), held.control()));
    }
  }

  @Override
  public void installed(
      SimNode at,
      SnapshotHead head,
      StateHeader header,
      StateInspection held,
      Map<ByteString, VersionedValue> records) {
    Slot slot = header.applied();
    check(
        slot.equals(head.slot()) && header.chainHash().equals(head.chainHash()),
        "%s installs slot %s, %s: the snapshot says %s, %s",
        at,
        slot,
        header.chainHash().shortHex(),
        head.slot(),
        head.chainHash().shortHex());
    check(
        header.chainHash().equals(chain.get(slot)),
        "%s installs slot %s with chain hash %s; the log's is %s",
        at,
        slot,
        header.chainHash().shortHex(),
        chain.get(slot));
    Map<ByteString, VersionedValue> meant = reference.recordsAt(reference.revisionAt(slot));
    check(
        records.equals(meant),
        "%s installs slot %s with %d records; the log means %d others or more",
        at,
        slot,
        records.size(),
        meant.size());
    State other = grown.get(slot);
    check(
        other == null || other.equals(new State(header, held.keys(), held.control())),
        "%s installs slot %s with %s; where it grew by the log there was %s",
        at,
        slot,
        header,
        other);
    installed.put(at, slot);
  }

  @Override
  public void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {
    if (event instanceof AcceptorEvent.LogTrimmed trim) {
      trimmed.merge(at, trim.upTo(), Slot::max);
    }
  }

  @Override
  public void replied(SimNode at, MemberId to, AcceptorReply reply) {
    Slot needed = installed.getOrDefault(at, Slot.ZERO);
    Slot there = trimmed.getOrDefault(at, Slot.ZERO);
    check(
        needed.isAtMost(there),
        "%s answers while its log is trimmed to slot %s; its store was installed at slot %s",
        at,
        there,
        needed);
  }

  @Override
  public void served(SimNode at, List<AcceptedPair> pairs) {
    Slot lowest = installed.getOrDefault(at, Slot.ZERO);
    for (AcceptedPair pair : pairs) {
      check(
          pair.slot().isAfter(lowest),
          "%s serves slot %s as learned; its store was installed at slot %s",
          at,
          pair.slot(),
          lowest);
    }
  }
}
