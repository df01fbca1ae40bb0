package io.holdfast.sync.core;

import io.holdfast.config.core.control.LimitsManifest;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What limits look at: the longest key and the largest value that a command names, and how many
 * conditions and operations it has.
 */
record CommandSize(int keyBytes, int valueBytes, int operations) {

  static CommandSize of(Command command) {
    if (command instanceof Command.Put put) {
      return new CommandSize(put.key().size(), put.value().size(), 1);
    } else if (command instanceof Command.PutIf put) {
      return new CommandSize(put.key().size(), put.value().size(), 1);
    } else if (command instanceof Command.OnKey onKey) {
      return new CommandSize(onKey.key().size(), 0, 1);
    }
    return command instanceof Command.Transaction transaction
        ? of(transaction)
        : new CommandSize(0, 0, 0);
  }

  private static CommandSize of(Command.Transaction transaction) {
    CommandSize size = new CommandSize(0, 0, 0);
    for (Comparison condition : transaction.conditions()) {
      size = size.plus(new CommandSize(0, condition.value().size(), 1));
    }
    for (Operation operation : transaction.then()) {
      size = size.plus(of(operation));
    }
    for (Operation operation : transaction.otherwise()) {
      size = size.plus(of(operation));
    }
    return size;
  }

  private static CommandSize of(Operation operation) {
    if (operation instanceof Operation.Put put) {
      return new CommandSize(put.key().size(), put.value().size(), 1);
    } else if (operation instanceof Operation.Nested nested) {
      return of(nested.transaction()).plus(new CommandSize(0, 0, 1));
    }
    return new CommandSize(0, 0, 1);
  }

  private CommandSize plus(CommandSize other) {
    return new CommandSize(
        Math.max(keyBytes, other.keyBytes),
        Math.max(valueBytes, other.valueBytes),
        operations + other.operations);
  }

  /** What is beyond the limits, in words. */
  Optional<String> excessOver(LimitsManifest limits) {
    return excess("key", keyBytes, "bytes", limits.keyBytes())
        .or(() -> excess("value", valueBytes, "bytes", limits.valueBytes()))
        .or(
            () ->
                excess(
                    "transaction",
                    operations,
                    "conditions and operations",
                    limits.transactionOperations()));
  }

  private static Optional<String> excess(String what, int found, String unit, OptionalInt most) {
    return most.isPresent() && found > most.getAsInt()
        ? Optional.of(
            "%s: %d %s, the limits of this group allow %d"
                .formatted(what, found, unit, most.getAsInt()))
        : Optional.empty();
  }
}
