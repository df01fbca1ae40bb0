package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.CommandResult.CompareFailed;
import io.holdfast.sync.core.Comparison.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Executes commands on keys: reads through a {@link CommandStep} and changes it, and says what came
 * of it.
 */
final class Execution {

  private final CommandStep step;
  private final ResultBudget budget;

  Execution(CommandStep step, ResultBudget budget) {
    this.step = step;
    this.budget = budget;
  }

  // ---- One key

  /** The modRevision that keeps a guarded command of one key from being done, if one does. */
  Optional<CompareFailed> guardFailure(Command.OnKey command) {
    long found = step.meta(command.key()).map(VersionedValue::modRevision).orElse(0L);
    boolean holds =
        command instanceof Command.PutIf put
            ? put.expectedModRevision() == found
            : !(command instanceof Command.DeleteIf delete)
                || delete.expectedModRevision() == found;
    return holds ? Optional.empty() : Optional.of(new CompareFailed(found));
  }

  /** Does what a command of one key wants; the key's modRevision before, 0 if it was absent. */
  long run(Command.OnKey command) {
    if (command instanceof Command.Put put) {
      return step.put(put.key(), put.value(), put.lease());
    } else if (command instanceof Command.PutIf put) {
      return step.put(put.key(), put.value(), put.lease());
    }
    long before = step.meta(command.key()).map(VersionedValue::modRevision).orElse(0L);
    step.delete(KeyRange.key(command.key()));
    return before;
  }

  // ---- Transactions

  /** Does one branch of a transaction. */
  OperationResult.Nested run(Command.Transaction transaction) {
    boolean succeeded = true;
    for (Comparison condition : transaction.conditions()) {
      // All are looked at, so that what is covered does not depend on which fails first.
      succeeded &= holds(condition);
    }
    List<OperationResult> results = new ArrayList<>();
    for (Operation operation : succeeded ? transaction.then() : transaction.otherwise()) {
      results.add(run(operation));
    }
    return new OperationResult.Nested(succeeded, results);
  }

  private OperationResult run(Operation operation) {
    if (operation instanceof Operation.Put put) {
      return new OperationResult.Put(step.put(put.key(), put.value(), put.lease()));
    } else if (operation instanceof Operation.Delete delete) {
      return new OperationResult.Deleted(step.delete(delete.keys()));
    } else if (operation instanceof Operation.Nested nested) {
      return run(nested.transaction());
    }
    return read((Operation.Read) operation);
  }

  private OperationResult.Read read(Operation.Read read) {
    List<ByteString> keys = step.keysIn(read.keys(), CommandStep.MAX_COUNTED + 1);
    int count = Math.min(keys.size(), CommandStep.MAX_COUNTED);
    List<KeyRecord> records = new ArrayList<>();
    boolean counting = read.detail() == ReadDetail.COUNT;
    int wanted = counting ? 0 : Math.min(read.limit(), count);
    for (ByteString key : keys.subList(0, wanted)) {
      VersionedValue meta = step.metaOfListed(key);
      ByteString value = read.detail() == ReadDetail.KEYS ? ByteString.EMPTY : step.value(key);
      budget.give(key.size() + value.size());
      records.add(
          new KeyRecord(
              key,
              new VersionedValue(
                  value, meta.createRevision(), meta.modRevision(), meta.version(), meta.lease())));
    }
    boolean more = keys.size() > (counting ? count : wanted);
    return new OperationResult.Read(records, count, more);
  }

  private boolean holds(Comparison condition) {
    if (condition.keys().isSingle()) {
      ByteString key = condition.keys().from();
      return holds(condition, key, step.meta(key));
    }
    if (condition.field() == Field.PRESENCE) {
      return step.keysIn(condition.keys(), 1).isEmpty() == (condition.number() == 0);
    }
    List<ByteString> keys = step.keysIn(condition.keys(), CommandStep.MAX_COUNTED + 1);
    if (keys.size() > CommandStep.MAX_COUNTED) {
      throw new CommandStep.Impossible(new CommandResult.TooManyChanges());
    }
    boolean all = true;
    for (ByteString key : keys) {
      all &= holds(condition, key, Optional.of(step.metaOfListed(key)));
    }
    return all;
  }

  private boolean holds(Comparison condition, ByteString key, Optional<VersionedValue> found) {
    if (condition.field() == Field.VALUE) {
      return found.isPresent()
          && condition.relation().holds(KeyRange.ORDER.compare(step.value(key), condition.value()));
    }
    long number =
        switch (condition.field()) {
          case PRESENCE -> found.isPresent() ? 1 : 0;
          case VERSION -> found.map(VersionedValue::version).orElse(0L);
          case CREATE_REVISION -> found.map(VersionedValue::createRevision).orElse(0L);
          case MOD_REVISION -> found.map(VersionedValue::modRevision).orElse(0L);
          case VALUE -> throw new IllegalStateException("a value is not a number");
        };
    return condition.relation().holds(Long.compare(number, condition.number()));
  }
}
