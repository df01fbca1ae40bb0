package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.UnreadableBatch;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.CompareFailed;
import io.holdfast.sync.core.CommandResult.Executed;
import io.holdfast.sync.core.CommandResult.Invalid;
import io.holdfast.sync.core.CommandResult.Unchanged;
import io.holdfast.sync.core.CommandResult.WriteIdConflict;
import io.holdfast.sync.core.CommandResult.WriteIdExpired;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The state of a group as a function of its chosen log, and of nothing else (DeterministicApply).
 *
 * <p>The hash chain {@code h(s) = sha256(h(s-1) || digest(batch s) || digest(results s))} covers
 * what was executed and what came of it, so two replicas that differ in either say so at the same
 * slot.
 */
public final class StateMachine {

  /** How many write ids a group remembers unless it says otherwise. */
  public static final int DEFAULT_WRITE_ID_WINDOW = 1_000_000;

  // What a change costs in memory and in a flush beside its key and value; a round figure.
  private static final int RECORD_OVERHEAD_BYTES = 64;
  private static final int WRITE_ID_BYTES = 96;

  private final NavigableMap<ByteString, VersionedValue> records;
  private final WriteIdTable writeIds;
  private final TreeSet<ByteString> changedKeys =
      new TreeSet<>(ByteString.unsignedLexicographicalComparator());
  private Slot applied;
  private Digest chainHash;
  private long revision;
  private Slot taken;
  private long takenWriteOrdinal;
  private long unflushedBytes;

  private StateMachine(StoredState stored) {
    this.records = stored.records();
    this.writeIds = stored.writeIds();
    this.applied = stored.state().applied();
    this.chainHash = stored.state().chainHash();
    this.revision = stored.state().revision();
    this.taken = applied;
    this.takenWriteOrdinal = writeIds.next();
  }

  /** A state machine that goes on from {@code stored}, which is used up by this. */
  public static StateMachine restore(StoredState stored) {
    return new StateMachine(stored);
  }

  static NavigableMap<ByteString, VersionedValue> newRecords() {
    return new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  }

  /**
   * Executes the batch of the next slot.
   *
   * @throws InvariantViolation AppliedInOrder when it is not the next slot; DeterministicApply when
   *     a later version of this software wrote the batch: to skip what others execute would diverge
   */
  public ApplyResult apply(Slot slot, Batch batch) {
    InvariantViolation.check(
        slot.equals(applied.next()), "AppliedInOrder", "slot %s after slot %s", slot, applied);
    List<CommandOutcome> outcomes = new ArrayList<>();
    List<ByteString> configurations = new ArrayList<>();
    for (BatchEntry entry : entriesOf(slot, batch)) {
      if (entry instanceof CommandEntry command) {
        outcomes.add(applyCommand(slot, command.bytes()));
      } else {
        configurations.add(entry.bytes());
      }
    }
    List<ByteString> encoded = outcomes.stream().map(CommandCodec::encode).toList();
    applied = slot;
    chainHash =
        Digest.of(chainHash.bytes(), batch.digest().bytes(), digestOfResults(encoded).bytes());
    return new ApplyResult(slot, chainHash, batch.digest(), outcomes, encoded, configurations);
  }

  /** Each result goes in with its length before it, so that no two lists look alike. */
  private static Digest digestOfResults(List<ByteString> encoded) {
    ByteString[] parts = new ByteString[encoded.size() * 2];
    for (int i = 0; i < encoded.size(); i++) {
      int length = encoded.get(i).size();
      parts[2 * i] =
          ByteString.copyFrom(
              new byte[] {
                (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length
              });
      parts[2 * i + 1] = encoded.get(i);
    }
    return Digest.of(parts);
  }

  private static List<BatchEntry> entriesOf(Slot slot, Batch batch) {
    try {
      return BatchFormat.decode(batch);
    } catch (UnreadableBatch e) {
      refuseNewer(slot, e.newerVersion(), e);
      // Unreadable to every replica alike: one entry that is not a command.
      return List.of(new CommandEntry(ByteString.EMPTY));
    }
  }

  private CommandOutcome applyCommand(Slot slot, ByteString bytes) {
    WriteCommand write;
    try {
      write = CommandCodec.decode(bytes);
    } catch (UnreadableBytes e) {
      refuseNewer(slot, e.newerVersion(), e);
      return new CommandOutcome(new Invalid(), false, slot);
    }
    long ordinal = writeIds.find(write.id());
    if (ordinal >= 0) {
      WriteIdRecord known = writeIds.record(ordinal);
      // ExactlyOnce: a retry gets what the first execution got; another request under the same id
      // gets nothing.
      return known.requestDigest().equals(write.requestDigest())
          ? new CommandOutcome(known.result(), true, known.slot())
          : new CommandOutcome(new WriteIdConflict(), false, slot);
    }
    if (writeIds.isExpired(write.id())) {
      return new CommandOutcome(new WriteIdExpired(), false, slot);
    }
    Executed result = execute(write.command());
    writeIds.add(new WriteIdRecord(write.id(), write.requestDigest(), slot, result));
    unflushedBytes += WRITE_ID_BYTES;
    return new CommandOutcome(result, false, slot);
  }

  private static void refuseNewer(Slot slot, boolean newer, RuntimeException cause) {
    InvariantViolation.check(
        !newer, "DeterministicApply", "slot %s was written by a later version: %s", slot, cause);
  }

  private Executed execute(Command any) {
    if (!(any instanceof Command.OnKey command)) {
      throw new IllegalArgumentException("not executed yet: " + any);
    }
    VersionedValue current = records.get(command.key());
    long currentMod = current == null ? 0 : current.modRevision();
    if (command instanceof Command.Put put) {
      return put(put.key(), put.value(), current);
    }
    if (command instanceof Command.PutIf put) {
      return put.expectedModRevision() == currentMod
          ? put(put.key(), put.value(), current)
          : new CompareFailed(currentMod);
    }
    if (command instanceof Command.DeleteIf delete && delete.expectedModRevision() != currentMod) {
      return new CompareFailed(currentMod);
    }
    return delete(command.key(), current);
  }

  private Applied put(ByteString key, ByteString value, @Nullable VersionedValue current) {
    revision++;
    VersionedValue next =
        current == null
            ? new VersionedValue(value, revision, revision, 1)
            : new VersionedValue(value, current.createRevision(), revision, current.version() + 1);
    records.put(key, next);
    changed(key, value.size());
    return new Applied(revision, current == null ? 0 : current.modRevision());
  }

  private Executed delete(ByteString key, @Nullable VersionedValue current) {
    if (current == null) {
      return new Unchanged(revision);
    }
    revision++;
    records.remove(key);
    changed(key, 0);
    return new Applied(revision, current.modRevision());
  }

  private void changed(ByteString key, int valueBytes) {
    changedKeys.add(key);
    unflushedBytes += key.size() + valueBytes + RECORD_OVERHEAD_BYTES;
  }

  /** The record of a key at the applied slot. */
  public Optional<VersionedValue> get(ByteString key) {
    return Optional.ofNullable(records.get(key));
  }

  /** How many keys there are. */
  public int size() {
    return records.size();
  }

  /** What is known about a write id at the applied slot. */
  public WriteLookup lookup(WriteId id) {
    long ordinal = writeIds.find(id);
    if (ordinal >= 0) {
      WriteIdRecord known = writeIds.record(ordinal);
      return new WriteLookup.Recorded(new CommandOutcome(known.result(), true, known.slot()));
    }
    return writeIds.isExpired(id) ? new WriteLookup.Expired() : new WriteLookup.Unknown();
  }

  public Slot applied() {
    return applied;
  }

  /** h(applied). */
  public Digest chainHash() {
    return chainHash;
  }

  /** Count of state-changing commands applied. */
  public long revision() {
    return revision;
  }

  /** The state without its rows. */
  public ReplicaState state() {
    return new ReplicaState(
        applied,
        chainHash,
        revision,
        records.size(),
        writeIds.window(),
        writeIds.first(),
        writeIds.next(),
        writeIds.horizonMillis());
  }

  /**
   * About how many bytes the next delta has; changes that it will coalesce are counted each, so
   * this is an upper bound.
   */
  public long unflushedBytes() {
    return unflushedBytes;
  }

  /** Everything that changed since the last call, or since this was restored. */
  public StoreDelta takeDelta() {
    List<StoreDelta.RecordPut> puts = new ArrayList<>();
    List<ByteString> deletes = new ArrayList<>();
    for (ByteString key : changedKeys) {
      VersionedValue value = records.get(key);
      if (value == null) {
        deletes.add(key);
      } else {
        puts.add(new StoreDelta.RecordPut(key, value));
      }
    }
    long firstAdded = Math.max(takenWriteOrdinal, writeIds.first());
    StoreDelta delta =
        new StoreDelta(taken, state(), puts, deletes, firstAdded, writeIds.recordsFrom(firstAdded));
    changedKeys.clear();
    taken = applied;
    takenWriteOrdinal = writeIds.next();
    unflushedBytes = 0;
    return delta;
  }
}
