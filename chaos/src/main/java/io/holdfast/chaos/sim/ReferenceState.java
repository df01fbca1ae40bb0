package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.chaos.sim.ReferenceTransaction.NoSuchLease;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.CompareFailed;
import io.holdfast.sync.core.CommandResult.Executed;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.ControlPin;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Lease;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The data model as plainly as it can be said: every revision is a full copy of all records, and
 * nothing of it is ever dropped. Compaction and the horizon only change what is answered.
 *
 * <p>What caches and plans decide is not here: such a {@link #isRefusal refusal} is told to it.
 */
final class ReferenceState {

  /**
   * @param request what was asked under the id; empty: it was fenced, whatever is asked
   */
  private record Remembered(Optional<Digest> request, Slot slot, Executed result) {}

  private final TreeMap<Long, NavigableMap<ByteString, VersionedValue>> revisions = new TreeMap<>();
  private final Map<Long, Lease> leases = new TreeMap<>();
  final ReferenceReservations reservations = new ReferenceReservations();

  /** The write that granted a lease, or last renewed it. */
  private final Map<Long, WriteId> lastRenewals = new HashMap<>();

  private final Map<WriteId, Remembered> ids = new HashMap<>();
  private long horizonMillis;
  private long compacted;

  /** What is active. */
  final ReferenceControl control;

  ReferenceState() {
    this(Optional.empty());
  }

  /**
   * @param founded who takes part at first, where that matters
   */
  ReferenceState(Optional<Membership> founded) {
    control = new ReferenceControl(founded);
    revisions.put(0L, new TreeMap<>(KeyRange.ORDER));
  }

  /** Whether a replica may give this result though the data alone would allow the command. */
  static boolean isRefusal(CommandResult result) {
    return result instanceof CommandResult.HorizonExceeded
        || result instanceof CommandResult.CoverageViolation
        || result instanceof CommandResult.WriteIdsExhausted;
  }

  /** Executes a command that nothing but the data decides. */
  CommandOutcome execute(Slot slot, WriteCommand write) {
    return execute(slot, write, Optional.empty());
  }

  /**
   * Executes a command.
   *
   * @param refusal why it was refused for another reason than the data: it has no effect then, and
   *     is not recorded. A recorded or expired id comes before any refusal.
   */
  CommandOutcome execute(Slot slot, WriteCommand write, Optional<CommandResult> refusal) {
    if (write.command() instanceof Command.Housekeeping housekeeping) {
      return new CommandOutcome(
          refusal.orElseGet(() -> keepHouse(write.id(), housekeeping)), false, slot);
    }
    boolean resolves = write.command() instanceof Command.Resolve;
    Remembered known = ids.get(write.id());
    if (known != null) {
      boolean same =
          known.request().isEmpty() || known.request().get().equals(write.requestDigest());
      return resolves || same
          ? new CommandOutcome(known.result().inShort(), true, known.slot())
          : new CommandOutcome(new CommandResult.WriteIdConflict(), false, slot);
    }
    if (write.id().timeMillis() < horizonMillis) {
      return new CommandOutcome(new CommandResult.WriteIdExpired(), false, slot);
    }
    Optional<CommandResult> first = control.refusal(write).or(() -> refusal);
    if (first.isPresent()) {
      return new CommandOutcome(first.get(), false, slot);
    }
    CommandResult result = resolves ? new CommandResult.Fenced() : executeNew(slot, write);
    if (result instanceof Executed executed) {
      Optional<Digest> request = resolves ? Optional.empty() : Optional.of(write.requestDigest());
      ids.put(write.id(), new Remembered(request, slot, executed));
    }
    return new CommandOutcome(result, false, slot);
  }

  private CommandResult executeNew(Slot slot, WriteCommand write) {
    Command command = write.command();
    if (command instanceof Command.OnControl onControl) {
      return control.execute(slot, onControl, write.pin(), reservations);
    } else if (command instanceof Command.OnReservations onReservations) {
      return reserve(onReservations.request(), write.pin());
    }
    ReferenceTransaction step =
        new ReferenceTransaction(
            records(),
            leases,
            lease -> control.mayActFor(write.pin(), lease.principal()),
            revision() + 1);
    try {
      if (command instanceof Command.OnKey onKey) {
        return execute(onKey, step);
      } else if (command instanceof Command.Transaction transaction) {
        OperationResult.Nested done = step.run(transaction);
        if (step.changesTooMuch()) {
          return new CommandResult.TooManyChanges();
        }
        if (step.changed() && !control.hasRoom(records().size(), step.records().size())) {
          return new CommandResult.LimitExceeded();
        }
        if (step.changed()) {
          take(step);
        }
        return new TransactionDone(
            done.succeeded(), revision(), step.changed(), Optional.of(done.results()));
      }
    } catch (NoSuchLease none) {
      return none.result;
    }
    if (command instanceof Command.Compact compact) {
      compacted = Math.max(compacted, Math.min(compact.revision(), revision()));
      return new CommandResult.Compacted(compacted);
    }
    return executeOnLease(write, command, step);
  }

  private CommandResult reserve(ReservationRequest request, Optional<ControlPin> pin) {
    ControlPin admitted = pin.orElseThrow();
    CommandResult result =
        reservations.execute(
            request,
            control.state().active().pools(),
            admitted.principal(),
            owner -> control.mayActFor(pin, owner),
            admitted.millis(),
            revision() + 1);
    if (result instanceof CommandResult.ReservationsDone done && done.changed()) {
      take(new ReferenceTransaction(records(), leases, unused -> true, revision() + 1));
    }
    return result;
  }

  private CommandResult execute(Command.OnKey command, ReferenceTransaction step)
      throws NoSuchLease {
    VersionedValue current = records().get(command.key());
    long found = current == null ? 0 : current.modRevision();
    if (command instanceof Command.Put put) {
      step.put(put.key(), put.value(), put.lease());
    } else if (command instanceof Command.PutIf put) {
      if (put.expectedModRevision() != found) {
        return new CompareFailed(found);
      }
      step.put(put.key(), put.value(), put.lease());
    } else if (command instanceof Command.DeleteIf delete
        && delete.expectedModRevision() != found) {
      return new CompareFailed(found);
    } else {
      step.delete(KeyRange.key(command.key()));
    }
    if (!step.changed()) {
      return new CommandResult.Unchanged(revision());
    }
    if (!control.hasRoom(records().size(), step.records().size())) {
      return new CommandResult.LimitExceeded();
    }
    take(step);
    return new Applied(revision(), found);
  }

  private CommandResult executeOnLease(
      WriteCommand write, Command command, ReferenceTransaction step) {
    WriteId id = write.id();
    if (command instanceof Command.GrantLease grant) {
      take(step);
      String principal = write.pin().map(ControlPin::principal).orElse("");
      leases.put(revision(), new Lease(revision(), grant.ttlMillis(), 0, principal));
      lastRenewals.put(revision(), id);
      return new CommandResult.LeaseAlive(revision(), grant.ttlMillis(), revision());
    } else if (command instanceof Command.KeepAlive keep) {
      Lease lease = leases.get(keep.lease());
      if (lease == null) {
        return new CommandResult.LeaseNotFound(keep.lease());
      } else if (!control.mayActFor(write.pin(), lease.principal())) {
        return new CommandResult.Denied();
      }
      leases.put(
          lease.number(),
          new Lease(lease.number(), lease.ttlMillis(), lease.renewal() + 1, lease.principal()));
      lastRenewals.put(lease.number(), id);
      return new CommandResult.LeaseAlive(lease.number(), lease.ttlMillis(), revision());
    } else if (command instanceof Command.RevokeLease revoke) {
      Lease lease = leases.get(revoke.lease());
      if (lease == null) {
        return new CommandResult.LeaseNotFound(revoke.lease());
      }
      if (!control.mayActFor(write.pin(), lease.principal())
          || !control.mayWrite(write.pin(), attachedTo(revoke.lease()))) {
        return new CommandResult.Denied();
      }
      return end(revoke.lease(), step);
    }
    throw new IllegalArgumentException("a command without a meaning: " + command);
  }

  private List<ByteString> attachedTo(long lease) {
    return records().entrySet().stream()
        .filter(record -> record.getValue().lease() == lease)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Takes a revision even where no key was attached: the lease itself is gone. */
  private CommandResult end(long lease, ReferenceTransaction step) {
    long deleted = step.deleteAttachedTo(lease);
    if (step.changesTooMuch()) {
      return new CommandResult.TooManyChanges();
    }
    take(step);
    leases.remove(lease);
    return new TransactionDone(
        true, revision(), true, Optional.of(List.of(new OperationResult.Deleted(deleted))));
  }

  private CommandResult keepHouse(WriteId id, Command.Housekeeping command) {
    if (command instanceof Command.AdvanceHorizon advance) {
      horizonMillis = Math.max(horizonMillis, advance.millis());
      ids.keySet().removeIf(known -> known.timeMillis() < horizonMillis);
    } else if (command instanceof Command.GiveEvidence given) {
      control.give(given, id.timeMillis());
    } else if (command instanceof Command.ForgetHistory forget) {
      compacted = Math.max(compacted, Math.min(forget.revision(), revision()));
    } else if (command instanceof Command.ExpireLease expire) {
      Lease lease = leases.get(expire.lease());
      if (lease != null && lease.renewal() == expire.renewal()) {
        CommandResult ended =
            end(
                lease.number(),
                new ReferenceTransaction(records(), leases, unused -> true, revision() + 1));
        if (!(ended instanceof Executed)) {
          return ended;
        }
      }
    }
    return new CommandResult.Housekept();
  }

  private void take(ReferenceTransaction step) {
    revisions.put(revision() + 1, step.records());
  }

  // ---- What it holds

  /** Count of commands that changed something. */
  long revision() {
    return revisions.lastKey();
  }

  /** All records as they are now. */
  NavigableMap<ByteString, VersionedValue> records() {
    return recordsAt(revision());
  }

  /**
   * All records as they were, compacted or not.
   *
   * @param revision one that was taken, or 0
   */
  NavigableMap<ByteString, VersionedValue> recordsAt(long revision) {
    NavigableMap<ByteString, VersionedValue> records = revisions.get(revision);
    if (records == null) {
      throw new IllegalArgumentException("revision " + revision + " is not reached");
    }
    return Collections.unmodifiableNavigableMap(records);
  }

  /** The oldest revision that can be read; 0 while all can. */
  long compacted() {
    return compacted;
  }

  /** Unknown write ids dated before this have expired, in milliseconds since 1970. */
  long horizonMillis() {
    return horizonMillis;
  }

  /** How many executed and fenced ids are remembered. */
  int remembered() {
    return ids.size();
  }

  Optional<Lease> lease(long number) {
    return Optional.ofNullable(leases.get(number));
  }

  int leaseCount() {
    return leases.size();
  }

  /** The write that granted a lease or last renewed it, also once the lease is gone. */
  Optional<WriteId> lastRenewal(long lease) {
    return Optional.ofNullable(lastRenewals.get(lease));
  }

  /** Answers a read. */
  ReadResult read(ReadQuery query) {
    return read(query, revision(), compacted);
  }

  /** Answers a read as it would have been answered when these were newest and oldest. */
  ReadResult read(ReadQuery query, long newest, long oldest) {
    long revision = query.revision().orElse(newest);
    if (revision > newest) {
      return new ReadResult.Future(newest);
    }
    if (revision < oldest) {
      return new ReadResult.Compacted(oldest);
    }
    ReferenceReading reading = ReferenceReading.of(recordsAt(revision), query.keys());
    return new ReadResult.Records(
        reading.records(query.limit(), query.detail()),
        reading.count(),
        false,
        reading.more(query.limit(), query.detail()),
        revision);
  }
}
