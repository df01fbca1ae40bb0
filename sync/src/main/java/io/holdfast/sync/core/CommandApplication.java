package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.sync.core.CommandResult.Executed;
import io.holdfast.sync.core.CommandResult.Fenced;
import java.util.List;
import java.util.Optional;

/**
 * Applies one command: looks whether its plan still holds, whether its id was used before, whether
 * what it was admitted under is still active, executes it, and remembers what came of it, all in
 * one step.
 */
final class CommandApplication {

  private final ReplicatedState state;
  private final CacheRules rules;
  private final CachedValues values;
  private final ControlApplication control;
  private final ReservationApplication reservations;
  private long horizonRefusals;
  private long coverageViolations;
  private long shippedValues;

  CommandApplication(ReplicatedState state) {
    this.state = state;
    this.rules = state.rules();
    this.values = new CachedValues(state.index(), state.cache(), rules);
    this.control = new ControlApplication(state);
    this.reservations = new ReservationApplication(state);
  }

  /** The changes of w that commands made since the last call. */
  List<ChangeOutcome.Changed> takeByPolicy() {
    return control.takeByPolicy();
  }

  ApplyCounts counts() {
    return new ApplyCounts(state.rotations(), horizonRefusals, coverageViolations, shippedValues);
  }

  /** Executes a command at its slot. */
  CommandOutcome apply(Slot slot, WriteCommand write, ResultBudget budget) {
    budget.begin();
    state.cache().countCommand();
    Coverage coverage = new Coverage(write, rules);
    boolean holds = planHolds(write);
    if (rules.touches(holds)) {
      touch(write, coverage);
    }
    if (write.command() instanceof Command.Housekeeping housekeeping) {
      return holds ? keepHouse(slot, write, housekeeping, coverage) : refuseBeyondHorizon(slot);
    }
    Optional<CommandOutcome> earlier = decidedEarlier(slot, write);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    Optional<CommandResult> refusal = control.refusal(write);
    if (refusal.isPresent()) {
      return new CommandOutcome(refusal.get(), false, slot);
    }
    return holds ? applyNew(slot, write, coverage, budget) : refuseBeyondHorizon(slot);
  }

  private CommandOutcome refuseBeyondHorizon(Slot slot) {
    horizonRefusals++;
    return new CommandOutcome(new CommandResult.HorizonExceeded(), false, slot);
  }

  private boolean planHolds(WriteCommand write) {
    return write
        .plan()
        .map(plan -> rules.holds(plan.generation(), state.cache().generation()))
        .orElse(true);
  }

  /** Whatever comes of the command, the keys that it names enter the current generation. */
  private void touch(WriteCommand write, Coverage coverage) {
    write.plan().ifPresent(plan -> shippedValues += plan.shipped().size());
    coverage.forEachNamed(key -> values.touch(key, coverage));
  }

  // ---- Exactly once

  /** What is known of a write that was executed, fenced or forgotten before. */
  private Optional<CommandOutcome> decidedEarlier(Slot slot, WriteCommand write) {
    if (state.writeIds().isExpired(write.id())) {
      return Optional.of(new CommandOutcome(new CommandResult.WriteIdExpired(), false, slot));
    }
    long ordinal = state.writeIds().find(write.id());
    return ordinal < 0
        ? Optional.empty()
        : Optional.of(replay(slot, write, state.writeIds().record(ordinal)));
  }

  private CommandOutcome applyNew(
      Slot slot, WriteCommand write, Coverage coverage, ResultBudget budget) {
    if (state.writeIds().isFull()) {
      return new CommandOutcome(new CommandResult.WriteIdsExhausted(), false, slot);
    }
    CommandResult result;
    try {
      result =
          write.command() instanceof Command.OnControl onControl
              ? control.execute(slot, onControl, write.pin())
              : execute(write, coverage, budget);
    } catch (CommandStep.Impossible e) {
      result = e.result();
    } catch (Coverage.Uncovered e) {
      coverageViolations++;
      result = new CommandResult.CoverageViolation();
    }
    if (result instanceof Executed executed) {
      state.remember(new WriteIdRecord(write.id(), write.requestDigest(), slot, executed));
    }
    return new CommandOutcome(result, false, slot);
  }

  /**
   * ExactlyOnce: a retry gets what the first execution got; another request under the same id gets
   * nothing. Whoever resolves an id has no request to compare, and a fenced id no execution.
   */
  static CommandOutcome replay(Slot slot, WriteCommand write, WriteIdRecord known) {
    boolean same =
        write.command() instanceof Command.Resolve
            || known.result() instanceof Fenced
            || known.requestDigest().equals(write.requestDigest());
    return same
        ? new CommandOutcome(known.result(), true, known.slot())
        : new CommandOutcome(new CommandResult.WriteIdConflict(), false, slot);
  }

  // ---- Executing

  private CommandResult execute(WriteCommand write, Coverage coverage, ResultBudget budget) {
    Command command = write.command();
    if (command instanceof Command.OnKey onKey) {
      return executeOnKey(onKey, step(coverage, budget), budget);
    } else if (command instanceof Command.Transaction transaction) {
      return executeTransaction(transaction, step(coverage, budget), budget);
    } else if (command instanceof Command.OnReservations onReservations) {
      return reservations.execute(onReservations, write.pin(), budget);
    } else if (command instanceof Command.Resolve) {
      return new Fenced();
    } else if (command instanceof Command.Compact compact) {
      state.compact(compact.revision());
      return new CommandResult.Compacted(state.compacted());
    }
    return executeOnLease(write, coverage);
  }

  private CommandStep step(Coverage coverage, ResultBudget budget) {
    return new CommandStep(state, values, coverage, budget);
  }

  private CommandResult executeOnKey(Command.OnKey command, CommandStep step, ResultBudget budget) {
    Execution execution = new Execution(step, budget);
    Optional<CommandResult.CompareFailed> failed = execution.guardFailure(command);
    if (failed.isPresent()) {
      return failed.get();
    }
    long before = execution.run(command);
    List<Change> changes = step.changes();
    if (changes.isEmpty()) {
      return new CommandResult.Unchanged(state.revision());
    }
    take(changes);
    return new CommandResult.Applied(state.revision(), before);
  }

  private CommandResult executeTransaction(
      Command.Transaction transaction, CommandStep step, ResultBudget budget) {
    OperationResult.Nested done = new Execution(step, budget).run(transaction);
    List<Change> changes = step.changes();
    if (!changes.isEmpty()) {
      take(changes);
    }
    return new CommandResult.TransactionDone(
        done.succeeded(), state.revision(), !changes.isEmpty(), Optional.of(done.results()));
  }

  private void take(List<Change> changes) {
    if (!control.hasRoomFor(changes)) {
      throw new CommandStep.Impossible(new CommandResult.LimitExceeded());
    }
    state.take(changes);
  }

  // ---- Leases

  private CommandResult executeOnLease(WriteCommand write, Coverage coverage) {
    Command command = write.command();
    if (command instanceof Command.GrantLease grant) {
      if (state.leases().size() >= CommandLimits.MAX_LEASES) {
        return new CommandResult.LeasesExhausted();
      }
      state.takeRevision();
      state.putLease(new Lease(state.revision(), grant.ttlMillis(), 0));
      return new CommandResult.LeaseAlive(state.revision(), grant.ttlMillis(), state.revision());
    } else if (command instanceof Command.KeepAlive keep) {
      Optional<Lease> lease = state.leases().find(keep.lease());
      if (lease.isEmpty()) {
        return new CommandResult.LeaseNotFound(keep.lease());
      }
      state.putLease(lease.get().renewed());
      return new CommandResult.LeaseAlive(keep.lease(), lease.get().ttlMillis(), state.revision());
    } else if (command instanceof Command.RevokeLease revoke) {
      Optional<Lease> lease = state.leases().find(revoke.lease());
      if (lease.isEmpty()) {
        return new CommandResult.LeaseNotFound(revoke.lease());
      }
      // Which keys it ends with is only known here.
      return control.mayWrite(write.pin(), state.leases().keysOf(revoke.lease()))
          ? end(lease.get(), coverage)
          : new CommandResult.Denied();
    }
    throw new IllegalStateException("a command that nothing executes: " + command);
  }

  private CommandResult end(Lease lease, Coverage coverage) {
    CommandStep step = step(coverage, new ResultBudget());
    long deleted = step.end(lease);
    state.take(step.changes());
    state.endLease(lease.number());
    return new CommandResult.TransactionDone(
        true, state.revision(), true, Optional.of(List.of(new OperationResult.Deleted(deleted))));
  }

  // ---- Housekeeping

  private CommandOutcome keepHouse(
      Slot slot, WriteCommand write, Command.Housekeeping command, Coverage coverage) {
    CommandResult result = new CommandResult.Housekept();
    if (command instanceof Command.AdvanceHorizon advance) {
      state.writeIds().advanceHorizon(advance.millis());
    } else if (command instanceof Command.ForgetHistory forget) {
      state.compact(forget.revision());
    } else if (command instanceof Command.GiveEvidence given) {
      control.take(given, write.id().timeMillis());
    } else if (command instanceof Command.ExpireLease expire) {
      Optional<Lease> lease =
          state.leases().find(expire.lease()).filter(l -> l.renewal() == expire.renewal());
      try {
        lease.ifPresent(due -> end(due, coverage));
      } catch (Coverage.Uncovered e) {
        coverageViolations++;
        result = new CommandResult.CoverageViolation();
      }
    }
    return new CommandOutcome(result, false, slot);
  }
}
