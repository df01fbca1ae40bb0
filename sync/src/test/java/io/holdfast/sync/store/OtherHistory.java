package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.ReceivedRow;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.SnapshotReception;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StoredProgress;
import java.util.List;
import java.util.TreeMap;

/** A store like another one, but with another chain hash. */
final class OtherHistory {

  private OtherHistory() {}

  static InMemoryReplicaStore of(InMemoryReplicaStore store) {
    var chunks = SnapshotTransfer.chunks(store, 0, 1 << 20);
    SnapshotReception reception = SnapshotReception.begin(SampleHistory.TERMS, chunks.get(0));
    SnapshotContent.Head head = reception.head();
    StateHeader h = head.state().header();
    StateHeader header =
        new StateHeader(
            h.terms(),
            h.applied(),
            Digest.of(Commands.bytes("another")),
            h.revision(),
            h.compacted(),
            h.keyCount(),
            h.leaseCount(),
            h.firstWriteOrdinal(),
            h.nextWriteOrdinal(),
            h.horizonMillis(),
            h.generation(),
            h.generationCommands(),
            h.generationBytes());
    StoredProgress state =
        new StoredProgress(
            header, head.state().lastPlace(), 0, head.state().changeCount(), 0, 0, h.applied());
    InMemoryReplicaStore other = new InMemoryReplicaStore(state);
    for (var chunk : chunks.subList(1, chunks.size())) {
      List<ReceivedRow> rows = reception.take(chunk);
      for (ReceivedRow row : rows) {
        if (row instanceof ReceivedRow.Changes changes) {
          TreeMap<Long, io.holdfast.sync.core.Change> byPlace = new TreeMap<>();
          changes.changes().forEach(change -> byPlace.put(change.place(), change));
          other.takeChanges(byPlace);
        } else {
          other.take(row);
        }
      }
    }
    return other;
  }
}
