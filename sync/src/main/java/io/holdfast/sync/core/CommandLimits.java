package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * The sizes that the command format allows. They are constants, not settings: a command beyond them
 * is invalid at every replica alike. A node may admit less.
 */
public final class CommandLimits {

  /** Bytes of a key. */
  public static final int MAX_KEY_BYTES = 4096;

  /** Bytes of a value. */
  public static final int MAX_VALUE_BYTES = 1024 * 1024;

  /** Conditions and operations of a transaction, those of transactions within it included. */
  public static final int MAX_OPERATIONS = 1024;

  /** Bytes of all keys and values of a transaction. */
  public static final int MAX_TRANSACTION_BYTES = 2 * 1024 * 1024;

  /** How deep transactions may stand in one another; one without any within has depth 1. */
  public static final int MAX_DEPTH = 8;

  /** Records that a read within a transaction gives. */
  public static final int MAX_READ_LIMIT = 1000;

  /** Keys that one command may change. */
  public static final int MAX_CHANGED_KEYS = 10_000;

  /** Bytes of keys and values that the reads of one command may give. */
  public static final int MAX_RESULT_BYTES = 1024 * 1024;

  /** The same of all commands of a slot. */
  public static final int MAX_SLOT_RESULT_BYTES = 8 * 1024 * 1024;

  /** Keys, deleted ones that are still remembered included, that one command may look at. */
  public static final int MAX_LOOKED_AT = 100_000;

  /** How long a lease may live without being renewed: a day. */
  public static final long MAX_LEASE_MILLIS = 24L * 60 * 60 * 1000;

  /** Leases that a group may have. */
  public static final int MAX_LEASES = 100_000;

  private CommandLimits() {}

  /** What is too large about this command; empty when nothing is. */
  public static Optional<String> excessOf(Command command) {
    if (command instanceof Command.Put put) {
      return excessOf(put.key(), put.value());
    } else if (command instanceof Command.PutIf put) {
      return excessOf(put.key(), put.value());
    } else if (command instanceof Command.OnKey onKey) {
      return excessOf(onKey.key(), ByteString.EMPTY);
    } else if (command instanceof Command.Transaction transaction) {
      return excessOf(transaction, MAX_OPERATIONS, MAX_TRANSACTION_BYTES);
    } else if (command instanceof Command.GrantLease grant
        && grant.ttlMillis() > MAX_LEASE_MILLIS) {
      return Optional.of(
          "lease: %d ms, allowed are %d".formatted(grant.ttlMillis(), MAX_LEASE_MILLIS));
    }
    return Optional.empty();
  }

  /**
   * What is too large about this transaction where a node admits less than the format allows.
   *
   * @param maxOperations conditions and operations, up to {@link #MAX_OPERATIONS}
   * @param maxBytes bytes of keys and values, up to {@link #MAX_TRANSACTION_BYTES}
   */
  public static Optional<String> excessOf(
      Command.Transaction transaction, int maxOperations, int maxBytes) {
    TransactionSize size = new TransactionSize();
    size.add(transaction, 1);
    if (size.excess().isPresent()) {
      return size.excess();
    }
    if (size.operations() > maxOperations) {
      return Optional.of(
          "transaction: %d conditions and operations, allowed are %d"
              .formatted(size.operations(), maxOperations));
    }
    if (size.bytes() > maxBytes) {
      return Optional.of(
          "transaction: %d bytes of keys and values, allowed are %d"
              .formatted(size.bytes(), maxBytes));
    }
    return Optional.empty();
  }

  static Optional<String> excessOf(ByteString key, ByteString value) {
    if (key.size() > MAX_KEY_BYTES) {
      return Optional.of("key: " + key.size() + " bytes, allowed are " + MAX_KEY_BYTES);
    }
    if (value.size() > MAX_VALUE_BYTES) {
      return Optional.of("value: " + value.size() + " bytes, allowed are " + MAX_VALUE_BYTES);
    }
    return Optional.empty();
  }

  /** Adds up what a transaction and those within it hold. */
  private static final class TransactionSize {

    private int operations;
    private long bytes;
    private Optional<String> excess = Optional.empty();

    void add(Command.Transaction transaction, int depth) {
      if (depth > MAX_DEPTH) {
        note(Optional.of("transaction: nested deeper than " + MAX_DEPTH));
        return;
      }
      for (Comparison condition : transaction.conditions()) {
        operations++;
        add(condition.keys(), condition.value());
      }
      for (List<Operation> list : List.of(transaction.then(), transaction.otherwise())) {
        for (Operation operation : list) {
          operations++;
          add(operation, depth);
        }
      }
    }

    private void add(Operation operation, int depth) {
      if (operation instanceof Operation.Put put) {
        note(CommandLimits.excessOf(put.key(), put.value()));
        bytes += put.key().size() + put.value().size();
      } else if (operation instanceof Operation.Read read) {
        add(read.keys(), ByteString.EMPTY);
        if (read.limit() > MAX_READ_LIMIT) {
          note(
              Optional.of(
                  "transaction: a read of %d records, allowed are %d"
                      .formatted(read.limit(), MAX_READ_LIMIT)));
        }
      } else if (operation instanceof Operation.Delete delete) {
        add(delete.keys(), ByteString.EMPTY);
      } else if (operation instanceof Operation.Nested nested) {
        add(nested.transaction(), depth + 1);
      }
    }

    private void add(KeyRange keys, ByteString value) {
      note(CommandLimits.excessOf(keys.from(), value));
      if (!keys.isSingle()) {
        note(CommandLimits.excessOf(keys.to(), ByteString.EMPTY));
      }
      bytes += keys.from().size() + keys.to().size() + value.size();
    }

    private void note(Optional<String> found) {
      if (excess.isEmpty()) {
        excess = found;
      }
    }

    Optional<String> excess() {
      return excess;
    }

    int operations() {
      return operations;
    }

    long bytes() {
      return bytes;
    }
  }
}
