package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.CompareFailed;
import io.holdfast.sync.core.CommandResult.Unchanged;
import io.holdfast.sync.core.CommandResult.WriteIdConflict;
import io.holdfast.sync.core.CommandResult.WriteIdExpired;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The state machine, as dumb as can be: it keeps every write ever executed. */
final class NaiveModel {

  private record Done(WriteCommand write, CommandOutcome outcome) {}

  private final List<Done> history = new ArrayList<>();
  final Map<ByteString, VersionedValue> records = new HashMap<>();
  long revision;
  long horizon;

  CommandOutcome apply(Slot slot, WriteCommand write) {
    if (write.id().timeMillis() < horizon) {
      return new CommandOutcome(new WriteIdExpired(), false, slot);
    }
    for (Done done : history) {
      if (done.write.id().equals(write.id())) {
        return done.write.command().equals(write.command())
            ? new CommandOutcome(done.outcome.result(), true, done.outcome.slot())
            : new CommandOutcome(new WriteIdConflict(), false, slot);
      }
    }
    CommandOutcome outcome = new CommandOutcome(execute(write.command()), false, slot);
    history.add(new Done(write, outcome));
    return outcome;
  }

  private CommandResult execute(Command any) {
    Command.OnKey command = (Command.OnKey) any;
    VersionedValue old = records.get(command.key());
    long mod = old == null ? 0 : old.modRevision();
    if (command instanceof Command.PutIf c && c.expectedModRevision() != mod) {
      return new CompareFailed(mod);
    }
    if (command instanceof Command.DeleteIf c && c.expectedModRevision() != mod) {
      return new CompareFailed(mod);
    }
    boolean deletes = command instanceof Command.Delete || command instanceof Command.DeleteIf;
    if (deletes && old == null) {
      return new Unchanged(revision);
    }
    revision++;
    if (deletes) {
      records.remove(command.key());
    } else {
      ByteString value =
          command instanceof Command.Put put ? put.value() : ((Command.PutIf) command).value();
      records.put(
          command.key(),
          new VersionedValue(
              value,
              old == null ? revision : old.createRevision(),
              revision,
              old == null ? 1 : old.version() + 1));
    }
    return new Applied(revision, mod);
  }
}
