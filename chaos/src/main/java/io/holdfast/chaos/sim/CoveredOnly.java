package io.holdfast.chaos.sim;

import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.Plan;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.WriteCommand;
import java.util.List;
import java.util.Optional;

/**
 * A transaction that was executed read and wrote nothing that its plan does not cover; and since
 * leaders plan for whatever may run, none is refused for its coverage.
 */
final class CoveredOnly extends EachCommand {

  CoveredOnly(ReferenceModel reference) {
    super(reference);
  }

  @Override
  void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome) {
    check(
        !(outcome.result() instanceof CommandResult.CoverageViolation),
        "slot %s: a %s goes beyond its plan, which covers %s",
        in.slot(),
        write.command().getClass().getSimpleName(),
        covers(write).stream().map(Words::of).toList());
    if (!outcome.replayed()
        && write.command() instanceof Command.Transaction transaction
        && outcome.result() instanceof CommandResult.TransactionDone done) {
      List<OperationResult> results = done.results().orElse(List.of());
      check(in, write, transaction, done.succeeded(), results);
    }
  }

  private void check(
      ReplicaEffect.Applied in,
      WriteCommand write,
      Command.Transaction transaction,
      boolean succeeded,
      List<OperationResult> results) {
    transaction.conditions().forEach(condition -> check(in, write, condition.keys()));
    List<Operation> ran = succeeded ? transaction.then() : transaction.otherwise();
    for (int i = 0; i < ran.size(); i++) {
      Operation operation = ran.get(i);
      if (operation instanceof Operation.Put put) {
        check(in, write, KeyRange.key(put.key()));
      } else if (operation instanceof Operation.Delete delete) {
        check(in, write, delete.keys());
      } else if (operation instanceof Operation.Read read) {
        check(in, write, read.keys());
      } else if (operation instanceof Operation.Nested nested
          && i < results.size()
          && results.get(i) instanceof OperationResult.Nested inner) {
        check(in, write, nested.transaction(), inner.succeeded(), inner.results());
      }
    }
  }

  private void check(ReplicaEffect.Applied in, WriteCommand write, KeyRange keys) {
    check(
        covers(write).stream()
            .anyMatch(
                cover ->
                    cover.equals(keys)
                        || (keys.isSingle() ? cover.contains(keys.from()) : cover.contains(keys))),
        "slot %s: a transaction used %s, its plan covers %s",
        in.slot(),
        Words.of(keys),
        covers(write).stream().map(Words::of).toList());
  }

  private static List<KeyRange> covers(WriteCommand write) {
    Optional<Plan> plan = write.plan();
    return plan.map(Plan::covers).orElse(List.of());
  }
}
