package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.CommandResult.Executed;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the chosen log means, executed as simply as can be: nothing is cached, flushed or restored.
 * A wrong value on which all replicas agree passes every hash, but not this.
 */
final class ReferenceModel {

  private record Remembered(Digest request, Slot slot, Executed result) {}

  private final int window;
  private final Map<ByteString, VersionedValue> records = new HashMap<>();
  private final LinkedHashMap<WriteId, Remembered> ids = new LinkedHashMap<>();
  private final Map<ByteString, TreeMap<Slot, Optional<VersionedValue>>> history = new HashMap<>();
  private final List<List<CommandOutcome>> outcomes = new ArrayList<>();
  private final TreeMap<Slot, Long> revisions = new TreeMap<>();
  private final Map<WriteId, CommandOutcome> executions = new HashMap<>();
  private long horizonMillis = -1;
  private long revision;

  ReferenceModel(int window) {
    this.window = window;
    outcomes.add(List.of());
    revisions.put(Slot.ZERO, 0L);
  }

  /** Executes the batch of the next slot. */
  void execute(Slot slot, Batch batch) {
    List<CommandOutcome> results = new ArrayList<>();
    for (BatchEntry entry : BatchFormat.decode(batch)) {
      if (entry instanceof BatchEntry.CommandEntry command) {
        results.add(execute(slot, CommandCodec.decode(command.bytes())));
      }
    }
    outcomes.add(results);
    revisions.put(slot, revision);
  }

  private CommandOutcome execute(Slot slot, WriteCommand write) {
    Remembered known = ids.get(write.id());
    if (known != null) {
      return known.request().equals(write.requestDigest())
          ? new CommandOutcome(known.result(), true, known.slot())
          : new CommandOutcome(new CommandResult.WriteIdConflict(), false, slot);
    }
    if (write.id().timeMillis() <= horizonMillis) {
      return new CommandOutcome(new CommandResult.WriteIdExpired(), false, slot);
    }
    Executed result = execute(slot, write.command());
    if (ids.size() == window) {
      WriteId oldest = ids.keySet().iterator().next();
      ids.remove(oldest);
      horizonMillis = Math.max(horizonMillis, oldest.timeMillis());
    }
    ids.put(write.id(), new Remembered(write.requestDigest(), slot, result));
    CommandOutcome outcome = new CommandOutcome(result, false, slot);
    InvariantViolation.check(
        executions.put(write.id(), outcome) == null,
        "ExactlyOnce",
        "the log executes %s again in slot %s",
        write.id(),
        slot);
    return outcome;
  }

  private Executed execute(Slot slot, Command any) {
    Command.OnKey command = (Command.OnKey) any;
    VersionedValue current = records.get(command.key());
    long found = current == null ? 0 : current.modRevision();
    if (command instanceof Command.PutIf put && put.expectedModRevision() != found) {
      return new CommandResult.CompareFailed(found);
    }
    if (command instanceof Command.DeleteIf delete && delete.expectedModRevision() != found) {
      return new CommandResult.CompareFailed(found);
    }
    Optional<ByteString> value = valueOf(command);
    if (value.isEmpty() && current == null) {
      return new CommandResult.Unchanged(revision);
    }
    revision++;
    Optional<VersionedValue> next =
        value.map(
            bytes ->
                new VersionedValue(
                    bytes,
                    current == null ? revision : current.createRevision(),
                    revision,
                    current == null ? 1 : current.version() + 1));
    next.ifPresentOrElse(
        record -> records.put(command.key(), record), () -> records.remove(command.key()));
    history.computeIfAbsent(command.key(), key -> new TreeMap<>()).put(slot, next);
    return new CommandResult.Applied(revision, found);
  }

  private static Optional<ByteString> valueOf(Command command) {
    if (command instanceof Command.Put put) {
      return Optional.of(put.value());
    }
    return command instanceof Command.PutIf put ? Optional.of(put.value()) : Optional.empty();
  }

  /** The last executed slot. */
  Slot executed() {
    return new Slot(outcomes.size() - 1);
  }

  /** What became of each command of a slot. */
  List<CommandOutcome> outcomes(Slot slot) {
    return outcomes.get((int) slot.number());
  }

  /** What a key held right after a slot. */
  Optional<VersionedValue> at(Slot slot, ByteString key) {
    TreeMap<Slot, Optional<VersionedValue>> changes = history.get(key);
    Map.Entry<Slot, Optional<VersionedValue>> last =
        changes == null ? null : changes.floorEntry(slot);
    return last == null ? Optional.empty() : last.getValue();
  }

  /** The group's revision right after a slot. */
  long revisionAt(Slot slot) {
    return revisions.floorEntry(slot).getValue();
  }

  /** The execution of a write; empty when there was none. */
  Optional<CommandOutcome> executionOf(WriteId id) {
    return Optional.ofNullable(executions.get(id));
  }

  /** What the log leaves in the end. */
  Map<ByteString, VersionedValue> records() {
    return records;
  }
}
