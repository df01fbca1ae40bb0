package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.NavigableMap;

/**
 * A replica's whole state as a store holds it, in the form in which the state machine uses it: it
 * is read row by row, and given away once.
 */
public final class StoredState {

  private final ReplicaState state;
  private final NavigableMap<ByteString, VersionedValue> records;
  private final WriteIdTable writeIds;

  private StoredState(
      ReplicaState state, NavigableMap<ByteString, VersionedValue> records, WriteIdTable writeIds) {
    this.state = state;
    this.records = records;
    this.writeIds = writeIds;
  }

  /** The state of a new replica, before the first slot. */
  public static StoredState empty(int writeIdWindow) {
    return builder(ReplicaState.empty(writeIdWindow)).build();
  }

  /** Starts reading the rows that belong to {@code state}. */
  public static Builder builder(ReplicaState state) {
    return new Builder(state);
  }

  public ReplicaState state() {
    return state;
  }

  NavigableMap<ByteString, VersionedValue> records() {
    return records;
  }

  WriteIdTable writeIds() {
    return writeIds;
  }

  /** Takes the rows in; {@link #build()} checks that none is missing. */
  public static final class Builder {

    private final ReplicaState state;
    private final NavigableMap<ByteString, VersionedValue> records = StateMachine.newRecords();
    private final WriteIdTable writeIds;

    private Builder(ReplicaState state) {
      this.state = state;
      this.writeIds =
          new WriteIdTable(state.writeIdWindow(), state.firstWriteOrdinal(), state.horizonMillis());
    }

    /**
     * A key's record; in any order, fastest in key order.
     *
     * @throws IllegalArgumentException when the key was given before, or the record is newer than
     *     the state
     */
    public void record(ByteString key, VersionedValue value) {
      if (value.modRevision() > state.revision()) {
        throw new IllegalArgumentException(
            "a record of revision %d in a state of revision %d"
                .formatted(value.modRevision(), state.revision()));
      }
      if (records.put(key, value) != null) {
        throw new IllegalArgumentException("a key stands twice");
      }
    }

    /**
     * The next write id, in log order.
     *
     * @throws IllegalArgumentException when there is one too many, or it was given before
     */
    public void writeId(WriteIdRecord record) {
      if (writeIds.next() == state.nextWriteOrdinal()) {
        throw new IllegalArgumentException("more write ids than the state counts");
      }
      writeIds.add(record);
    }

    /**
     * The state with its rows.
     *
     * @throws IllegalArgumentException when the rows are not as many as the state counts
     */
    public StoredState build() {
      if (records.size() != state.recordCount()) {
        throw new IllegalArgumentException(
            "%d records where the state counts %d".formatted(records.size(), state.recordCount()));
      }
      if (writeIds.next() != state.nextWriteOrdinal()) {
        throw new IllegalArgumentException(
            "write ids up to %d where the state counts %d"
                .formatted(writeIds.next(), state.nextWriteOrdinal()));
      }
      return new StoredState(state, records, writeIds);
    }
  }
}
