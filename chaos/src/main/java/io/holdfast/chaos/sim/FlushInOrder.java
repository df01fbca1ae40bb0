package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.VersionedValue;
import java.util.HashMap;
import java.util.Map;

/** A store takes what changed since exactly the slot that it holds. */
final class FlushInOrder extends Invariant {

  private final Map<SimNode, Slot> held = new HashMap<>();

  @Override
  public void installed(
      SimNode at,
      SnapshotHead head,
      StateHeader header,
      StateInspection now,
      Map<ByteString, VersionedValue> records) {
    held.put(at, header.applied());
  }

  @Override
  public void flushed(SimNode at, ReplicaDelta delta) {
    Slot holds = held.getOrDefault(at, Slot.ZERO);
    check(
        delta.before().equals(holds),
        "%s flushes what changed since slot %s onto a store at slot %s",
        at,
        delta.before(),
        holds);
    held.put(at, delta.after().applied());
  }
}
