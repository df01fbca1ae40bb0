package io.holdfast.config.core;

import java.util.List;

/**
 * What this node admits of what the command format allows.
 *
 * @param transactionOperations conditions and operations of a transaction, those of transactions
 *     within it included
 * @param transactionBytes bytes of all keys and values of a transaction
 */
public record LimitsSettings(int transactionOperations, int transactionBytes) {

  /** Key of {@link #transactionOperations}. */
  public static final NumberKey TRANSACTION_OPERATIONS =
      NumberKey.count("holdfast.limits.transaction-operations", 1, 1024);

  /** Key of {@link #transactionBytes}. */
  public static final NumberKey TRANSACTION_BYTES =
      NumberKey.bytes("holdfast.limits.transaction-bytes", 1 << 10, 2 << 20);

  static final List<NumberKey> KEYS = List.of(TRANSACTION_OPERATIONS, TRANSACTION_BYTES);

  public LimitsSettings {
    TRANSACTION_OPERATIONS.require(transactionOperations);
    TRANSACTION_BYTES.require(transactionBytes);
  }
}
