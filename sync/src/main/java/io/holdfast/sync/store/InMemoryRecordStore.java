package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.sync.core.ReplicaState;
import io.holdfast.sync.core.StoreDelta;
import io.holdfast.sync.core.StoredState;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteIdRecord;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * A store whose medium is this object, for simulation and tests: it survives what the object
 * survives, such as a simulated crash of the replica.
 */
public final class InMemoryRecordStore implements RecordStore {

  private final Map<ByteString, VersionedValue> records = new HashMap<>();
  private final ArrayDeque<WriteIdRecord> writeIds = new ArrayDeque<>();
  private ReplicaState state;

  /**
   * @param writeIdWindow how many write ids the group remembers
   */
  public InMemoryRecordStore(int writeIdWindow) {
    this.state = ReplicaState.empty(writeIdWindow);
  }

  @Override
  public StoredState load() {
    StoredState.Builder builder = StoredState.builder(state);
    records.forEach(builder::record);
    writeIds.forEach(builder::writeId);
    return builder.build();
  }

  @Override
  public void flush(StoreDelta delta) {
    InvariantViolation.check(
        delta.before().equals(state.applied()),
        "FlushInOrder",
        "a delta from slot %s onto a store at slot %s",
        delta.before(),
        state.applied());
    delta.puts().forEach(put -> records.put(put.key(), put.value()));
    delta.deletes().forEach(records::remove);
    writeIds.addAll(delta.addedWriteIds());
    ReplicaState after = delta.after();
    while (writeIds.size() > after.nextWriteOrdinal() - after.firstWriteOrdinal()) {
      writeIds.removeFirst();
    }
    state = after;
  }

  @Override
  public long storedBytes() {
    return 0;
  }

  @Override
  public void close() {
    // The medium is this object: nothing to give free.
  }
}
