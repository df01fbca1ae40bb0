package io.holdfast.chaos.core;

import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * One operation of a client. Operations that are known to have had no effect are no part of a
 * history.
 *
 * @param process the client
 * @param key the register; empty for a transaction, whose steps name theirs
 * @param action what it did, or may have done
 * @param invoked the position of its start among the events of the history, from 0
 * @param returned the position of its end; empty when the outcome is unknown: it may take effect at
 *     any time after {@code invoked}, or never
 */
public record Operation(
    String process, String key, Action action, int invoked, OptionalInt returned) {

  /** Rejects an operation that ends before it starts, and a transaction with a key of its own. */
  public Operation {
    if (action instanceof Action.Transaction && !key.isEmpty()) {
      throw new IllegalArgumentException("key " + key + ": the steps of a transaction name keys");
    }
    if (invoked < 0) {
      throw new IllegalArgumentException("invoked " + invoked + ": a position is 0 or more");
    }
    if (returned.isPresent() && returned.getAsInt() <= invoked) {
      throw new IllegalArgumentException(
          "returned " + returned.getAsInt() + " is not after invoked " + invoked);
    }
  }

  /** Whether it returned, so that it has taken effect once, between its two positions. */
  public boolean known() {
    return returned.isPresent();
  }

  /** The registers that it is about, in order. */
  public Set<String> keys() {
    if (action instanceof Action.Transaction transaction) {
      Set<String> keys = new TreeSet<>();
      transaction.steps().forEach(step -> keys.add(step.key()));
      return keys;
    }
    return Set.of(key);
  }

  /** The operation as it looked just before position {@code end}. */
  Operation before(int end) {
    return known() && returned.getAsInt() >= end
        ? new Operation(process, key, action, invoked, OptionalInt.empty())
        : this;
  }
}
