package io.holdfast.config.core.control;

import io.holdfast.config.core.NumberKey;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How large and how many things of a group may be. What is absent has no limit of its own: those of
 * the settings and of the format hold all the same.
 *
 * @param keyBytes bytes of a key, 1 to 4096
 * @param valueBytes bytes of a value, 0 to 1048576
 * @param keys keys of the group, 0 to 1000000000
 * @param transactionOperations conditions and operations of a transaction, 1 to 1024
 * @param writesPerSecond writes that are admitted within a second, 1 to 1000000
 */
public record LimitsManifest(
    OptionalInt keyBytes,
    OptionalInt valueBytes,
    OptionalLong keys,
    OptionalInt transactionOperations,
    OptionalInt writesPerSecond)
    implements Manifest {

  static final NumberKey KEY_BYTES = NumberKey.count("keyBytes", 1, 4096);
  static final NumberKey VALUE_BYTES = NumberKey.count("valueBytes", 0, 1_048_576);
  static final NumberKey KEYS = NumberKey.count("keys", 0, 1_000_000_000);
  static final NumberKey TRANSACTION_OPERATIONS = NumberKey.count("transactionOperations", 1, 1024);
  static final NumberKey WRITES_PER_SECOND = NumberKey.count("writesPerSecond", 1, 1_000_000);

  /** Every limit that there is. */
  static final List<NumberKey> ALL =
      List.of(KEY_BYTES, VALUE_BYTES, KEYS, TRANSACTION_OPERATIONS, WRITES_PER_SECOND);

  /** No limits. */
  static final LimitsManifest NONE =
      new LimitsManifest(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalInt.empty(),
          OptionalInt.empty());

  public LimitsManifest {
    keyBytes.ifPresent(KEY_BYTES::require);
    valueBytes.ifPresent(VALUE_BYTES::require);
    keys.ifPresent(KEYS::require);
    transactionOperations.ifPresent(TRANSACTION_OPERATIONS::require);
    writesPerSecond.ifPresent(WRITES_PER_SECOND::require);
  }

  @Override
  public ManifestType type() {
    return ManifestType.LIMITS;
  }
}
