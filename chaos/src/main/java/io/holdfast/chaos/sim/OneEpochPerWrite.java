package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.Verb;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.ControlPin;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Every command that took effect was admitted under exactly the epoch that is active where it
 * stands in the log, by number and hash; that epoch's set lets whoever asked do it; and a caller
 * that named an epoch is never told that something was done under another one.
 */
final class OneEpochPerWrite extends EachCommand {

  private final ReferenceModel reference;
  private final Coverage coverage;
  private final Set<WriteId> stale = new HashSet<>();

  OneEpochPerWrite(ReferenceModel reference, Coverage coverage) {
    super(reference);
    this.reference = reference;
    this.coverage = coverage;
  }

  @Override
  void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome) {
    count(write, outcome);
    if (outcome.replayed() || !(outcome.result() instanceof CommandResult.Executed)) {
      return;
    }
    ReferenceControl.Epoch active = under().active();
    ControlEpoch epoch = active.epoch();
    boolean pinned =
        write
            .pin()
            .map(pin -> pin.number() == epoch.number() && pin.setHash().equals(epoch.setHash()))
            .orElse(epoch.number() == 0);
    check(
        pinned,
        "slot %s: a %s was admitted under %s and takes effect under epoch %s",
        in.slot(),
        write.command().getClass().getSimpleName(),
        write.pin(),
        epoch);
    check(
        may(active, write),
        "slot %s: a %s by '%s' takes effect, which epoch %s does not let it do: %s",
        in.slot(),
        write.command().getClass().getSimpleName(),
        write.pin().map(ControlPin::principal).orElse(""),
        epoch,
        write.command());
  }

  private void count(WriteCommand write, CommandOutcome outcome) {
    if (outcome.result() instanceof CommandResult.StaleControlEpoch
        && !(write.command() instanceof Command.OnControl)) {
      stale.add(write.id());
      coverage.count("stale_at_apply");
    } else if (outcome.result() instanceof CommandResult.Executed && stale.remove(write.id())) {
      coverage.count("readmissions");
    } else if (outcome.result() instanceof CommandResult.LimitExceeded) {
      coverage.count("limits_exceeded");
    } else if (outcome.result() instanceof CommandResult.Denied) {
      coverage.count("denied_at_apply");
    }
  }

  // ---- Who may do what

  private boolean may(ReferenceControl.Epoch active, WriteCommand write) {
    Optional<ControlPin> pin = write.pin();
    Command command = write.command();
    if (command instanceof Command.OnKey onKey) {
      return active.may(pin, Verb.WRITE, onKey.key());
    } else if (command instanceof Command.Transaction transaction) {
      return may(active, pin, transaction);
    } else if (command instanceof Command.Activate || command instanceof Command.Compact) {
      return active.isAdministrator(pin);
    }
    return command instanceof Command.Approve || active.mayAnywhere(pin, Verb.WRITE);
  }

  private boolean may(
      ReferenceControl.Epoch active, Optional<ControlPin> pin, Command.Transaction transaction) {
    boolean may = true;
    for (Comparison condition : transaction.conditions()) {
      may &= may(active, pin, Verb.READ, condition.keys());
    }
    for (Operation operation : transaction.then()) {
      may &= may(active, pin, operation);
    }
    for (Operation operation : transaction.otherwise()) {
      may &= may(active, pin, operation);
    }
    return may;
  }

  private boolean may(
      ReferenceControl.Epoch active, Optional<ControlPin> pin, Operation operation) {
    if (operation instanceof Operation.Put put) {
      return active.may(pin, Verb.WRITE, put.key());
    } else if (operation instanceof Operation.Delete delete) {
      return may(active, pin, Verb.WRITE, delete.keys());
    } else if (operation instanceof Operation.Read read) {
      return may(active, pin, Verb.READ, read.keys());
    }
    return may(active, pin, ((Operation.Nested) operation).transaction());
  }

  /** Of a range, the keys count that are there: no others can be touched or told of. */
  private boolean may(
      ReferenceControl.Epoch active, Optional<ControlPin> pin, Verb verb, KeyRange keys) {
    if (keys.isSingle()) {
      return active.may(pin, verb, keys.from());
    }
    for (ByteString key : reference.records().keySet()) {
      if (keys.contains(key) && !active.may(pin, verb, key)) {
        return false;
      }
    }
    return true;
  }

  // ---- Callers that name an epoch

  @Override
  public void answered(ClientOperation operation) {
    Optional<Caller.Pinned> pinned =
        operation.isWrite()
            ? ((ClientRequest.Write) operation.request()).caller().pinned()
            : Optional.empty();
    if (pinned.isEmpty()) {
      return;
    }
    if (operation.answer() == OutcomeCode.STALE_CONTROL_EPOCH) {
      coverage.count("stale_pins");
    } else if (operation.answer() == OutcomeCode.COMMITTED) {
      coverage.count("pins_held");
      reference
          .executedUnder(operation.writeId())
          .map(state -> state.active().epoch())
          .ifPresent(
              epoch ->
                  check(
                      epoch.number() == pinned.get().number()
                          && pinned.get().setHash().orElse(epoch.setHash()).equals(epoch.setHash()),
                      "client %s is told that %s was done, which was under epoch %s: it named %s",
                      operation.process(),
                      operation.writeId(),
                      epoch,
                      pinned.get()));
    }
  }
}
