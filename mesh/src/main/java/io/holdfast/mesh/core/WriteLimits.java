package io.holdfast.mesh.core;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandLimits;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.Operation;
import java.util.List;
import java.util.Optional;

/**
 * What a node admits of what the command format allows.
 *
 * @param keyBytes bytes of a key
 * @param valueBytes bytes of a value
 * @param operations conditions and operations of a transaction, those within it included
 * @param transactionBytes bytes of all keys and values of a transaction
 */
public record WriteLimits(int keyBytes, int valueBytes, int operations, int transactionBytes) {

  /** What is too large about this command; empty when nothing is. */
  public Optional<String> excessOf(Command command) {
    if (command instanceof Command.Transaction transaction) {
      return CommandLimits.excessOf(transaction, operations, transactionBytes)
          .or(() -> excessOf(transaction));
    }
    Optional<String> excess = CommandLimits.excessOf(command);
    if (excess.isPresent()) {
      return excess;
    } else if (command instanceof Command.Put put) {
      return excessOf(put.key(), put.value());
    } else if (command instanceof Command.PutIf put) {
      return excessOf(put.key(), put.value());
    } else if (command instanceof Command.OnKey onKey) {
      return excessOf(onKey.key(), ByteString.EMPTY);
    }
    return Optional.empty();
  }

  private Optional<String> excessOf(Command.Transaction transaction) {
    for (Comparison condition : transaction.conditions()) {
      Optional<String> excess = excessOf(condition.keys().from(), condition.value());
      if (excess.isPresent()) {
        return excess;
      }
    }
    for (List<Operation> list : List.of(transaction.then(), transaction.otherwise())) {
      for (Operation operation : list) {
        Optional<String> excess = excessOf(operation);
        if (excess.isPresent()) {
          return excess;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> excessOf(Operation operation) {
    if (operation instanceof Operation.Put put) {
      return excessOf(put.key(), put.value());
    }
    return operation instanceof Operation.Nested nested
        ? excessOf(nested.transaction())
        : Optional.empty();
  }

  /** The first key after one of the largest size may begin a range. */
  private Optional<String> excessOf(ByteString key, ByteString value) {
    if (key.size() > keyBytes + 1 || (key.size() > keyBytes && !endsWithZero(key))) {
      return Optional.of("key: " + key.size() + " bytes, allowed are " + keyBytes);
    }
    return value.size() > valueBytes
        ? Optional.of("value: " + value.size() + " bytes, allowed are " + valueBytes)
        : Optional.empty();
  }

  private static boolean endsWithZero(ByteString key) {
    return key.byteAt(key.size() - 1) == 0;
  }
}
