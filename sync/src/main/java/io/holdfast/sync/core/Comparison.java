package io.holdfast.sync.core;

import com.google.protobuf.ByteString;

/**
 * A condition of a transaction. Of an absent key version, createRevision and modRevision are 0; it
 * has no value, so no condition on its value holds. On a range it holds when it holds for every key
 * that is there; {@link Field#PRESENCE} asks of a range whether any key is.
 *
 * @param keys the key or range that it looks at
 * @param field what of it
 * @param relation how that must relate to the operand
 * @param value the operand for {@link Field#VALUE}; else empty
 * @param number the operand for every other field, 0 or more; for {@link Field#PRESENCE} 1
 *     (present) or 0 (absent), with {@link Relation#EQUAL}
 */
public record Comparison(
    KeyRange keys, Field field, Relation relation, ByteString value, long number) {

  /** What of a key is compared. */
  public enum Field {
    VALUE,
    VERSION,
    CREATE_REVISION,
    MOD_REVISION,
    PRESENCE
  }

  /** How the key's must relate to the operand. Values compare byte by byte, as unsigned. */
  public enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    GREATER;

    /** Whether it holds where comparing left with right gave this sign. */
    boolean holds(int sign) {
      return switch (this) {
        case EQUAL -> sign == 0;
        case NOT_EQUAL -> sign != 0;
        case LESS -> sign < 0;
        case GREATER -> sign > 0;
      };
    }
  }

  public Comparison {
    if (field == Field.VALUE ? number != 0 : !value.isEmpty() || number < 0) {
      throw new IllegalArgumentException("comparison of " + field + ": not its kind of operand");
    }
    if (field == Field.PRESENCE && (relation != Relation.EQUAL || number > 1)) {
      throw new IllegalArgumentException("comparison of presence: must be equal to 0 or 1");
    }
  }

  /** The key's value must relate so. */
  public static Comparison value(KeyRange keys, Relation relation, ByteString value) {
    return new Comparison(keys, Field.VALUE, relation, value, 0);
  }

  /** A number of the key must relate so. */
  public static Comparison number(KeyRange keys, Field field, Relation relation, long number) {
    return new Comparison(keys, field, relation, ByteString.EMPTY, number);
  }

  /** The key must be there, or must not. */
  public static Comparison presence(KeyRange keys, boolean present) {
    return number(keys, Field.PRESENCE, Relation.EQUAL, present ? 1 : 0);
  }

  /** Whether a value must be known to decide it. */
  boolean readsValue() {
    return field == Field.VALUE;
  }
}
