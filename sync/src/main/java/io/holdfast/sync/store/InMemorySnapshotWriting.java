package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.HeldPlaces;
import io.holdfast.sync.core.ReceivedRow;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.SnapshotCodec;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.SnapshotReceipt;
import io.holdfast.sync.core.SnapshotReception;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.UnreadableBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Receives a store whose medium is this object, for simulation and tests: what is durable survives
 * {@link #crash} and closing. Every method holds its lock.
 */
public final class InMemorySnapshotWriting implements SnapshotWriting {

  private final StateTerms terms;
  private final TreeMap<Long, Change> changes = new TreeMap<>();
  private final List<ReceivedRow> others = new ArrayList<>();
  private SnapshotReceipt receipt = SnapshotReceipt.NONE;
  private @Nullable SnapshotReception reception;
  private @Nullable InMemoryReplicaStore store;
  private long collectedHere;

  /** Of a group of these terms. */
  public InMemorySnapshotWriting(StateTerms terms) {
    this.terms = terms;
  }

  @Override
  public synchronized long lastPlace() {
    return receipt.lastPlace();
  }

  @Override
  public synchronized void discard() {
    changes.clear();
    others.clear();
    receipt = SnapshotReceipt.NONE;
    reception = null;
    store = null;
  }

  @Override
  public synchronized void take(ByteString chunk) {
    if (store != null) {
      throw new IllegalStateException("it is finished, and takes no more chunks");
    }
    try {
      if (reception == null || SnapshotCodec.isFirst(chunk)) {
        begin(SnapshotReception.begin(terms, chunk));
      } else {
        reception.take(chunk).forEach(this::take);
      }
    } catch (UnreadableBytes | IllegalArgumentException e) {
      throw refused(e);
    }
  }

  private void begin(SnapshotReception begun) {
    receipt = receipt.begin(begun.head());
    if (receipt.lastPlace() == 0) {
      changes.clear();
    }
    others.clear();
    collectedHere = 0;
    reception = begun;
  }

  private void take(ReceivedRow row) {
    if (row instanceof ReceivedRow.Held held) {
      keepOnly(held.held());
    } else if (row instanceof ReceivedRow.Changes added) {
      added.changes().forEach(change -> changes.put(change.place(), change));
      receipt = receipt.with(added.changes().size(), changes.lastKey());
    } else {
      others.add(row);
    }
  }

  private void keepOnly(HeldPlaces held) {
    KeptHistory kept = new KeptHistory(held);
    int before = changes.size();
    changes.values().removeIf(change -> !kept.keeps(change));
    receipt = receipt.without(before - changes.size());
    collectedHere += kept.collectedHere(receipt.compacted());
  }

  private SnapshotRefused refused(RuntimeException cause) {
    discard();
    return cause instanceof SnapshotRefused same
        ? same
        : new SnapshotRefused(String.valueOf(cause.getMessage()), cause);
  }

  @Override
  public synchronized SnapshotHead finish() {
    try {
      SnapshotReception received = reception;
      if (received == null || !received.isWhole()) {
        throw new SnapshotRefused("its last chunk has not come");
      }
      SnapshotContent.Head head = received.head();
      if (changes.size() + collectedHere != head.state().changeCount()) {
        throw new SnapshotRefused(
            "%d changes are here and %d were collected, where the state counts %d"
                .formatted(changes.size(), collectedHere, head.state().changeCount()));
      }
      InMemoryReplicaStore made = new InMemoryReplicaStore(head.state());
      made.takeChanges(changes);
      others.forEach(made::take);
      RestoredState unused = made.load();
      store = made;
      return head.told();
    } catch (UnreadableBytes | IllegalArgumentException e) {
      throw refused(e);
    }
  }

  /**
   * The store, to be put in the place of the one in use; empty while this is not finished. The next
   * snapshot is received by another object.
   */
  public synchronized Optional<InMemoryReplicaStore> received() {
    return Optional.ofNullable(store);
  }

  /** The attempt ends, as by a crash of the process: what is durable is still here. */
  public synchronized void crash() {
    reception = null;
    others.clear();
    store = null;
  }

  @Override
  public void close() {
    crash();
  }
}
