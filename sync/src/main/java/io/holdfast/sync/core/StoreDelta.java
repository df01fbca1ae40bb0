package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import java.util.List;

/**
 * What changed since the delta before: laid over that one's state it gives the state at {@code
 * after.applied()}. However often a key changed, it stands in here once.
 *
 * @param before the applied slot of the delta before
 * @param after the new state; its write ordinals say which ids are dropped
 * @param puts keys that exist now, with their records, in key order
 * @param deletes keys that do not exist now, in key order; some may never have been stored
 * @param firstAddedOrdinal the ordinal of the first added write id
 * @param addedWriteIds new write ids in log order
 */
public record StoreDelta(
    Slot before,
    ReplicaState after,
    List<RecordPut> puts,
    List<ByteString> deletes,
    long firstAddedOrdinal,
    List<WriteIdRecord> addedWriteIds) {

  public StoreDelta {
    puts = List.copyOf(puts);
    deletes = List.copyOf(deletes);
    addedWriteIds = List.copyOf(addedWriteIds);
  }

  /**
   * A key and its record.
   *
   * @param key the key
   * @param value its record
   */
  public record RecordPut(ByteString key, VersionedValue value) {}
}
