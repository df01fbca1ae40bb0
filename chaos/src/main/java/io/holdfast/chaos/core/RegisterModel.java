package io.holdfast.chaos.core;

import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import java.util.Optional;

/**
 * One register with read, write and compare-and-set, as it behaves when operations come one by one.
 * An action is described in full by what it needs to find and what it leaves behind; the checker
 * uses nothing else, and its reductions rest on that.
 */
public final class RegisterModel {

  /** The register that holds nothing: how each one begins. */
  public static final String ABSENT = "nil";

  private RegisterModel() {}

  /** The value that the register must hold for {@code action} to happen; empty: any. */
  public static Optional<String> needs(Action action) {
    requireOneRegister(action);
    if (action instanceof Read read) {
      return Optional.of(read.value());
    }
    if (action instanceof Cas cas) {
      return Optional.of(cas.expected());
    }
    return Optional.empty();
  }

  /** The value that the register holds after {@code action}; empty: what it held before. */
  public static Optional<String> leaves(Action action) {
    requireOneRegister(action);
    if (action instanceof Write write) {
      return Optional.of(write.value());
    }
    if (action instanceof Cas cas && !cas.expected().equals(cas.replacement())) {
      return Optional.of(cas.replacement());
    }
    return Optional.empty();
  }

  /** The register after {@code action}; empty when it cannot happen in {@code state}. */
  public static Optional<String> step(String state, Action action) {
    Optional<String> needed = needs(action);
    if (needed.isPresent() && !needed.get().equals(state)) {
      return Optional.empty();
    }
    return Optional.of(leaves(action).orElse(state));
  }

  /** A transaction is no action on one register; {@link Registers} knows what it does. */
  private static void requireOneRegister(Action action) {
    if (action instanceof Action.Transaction) {
      throw new IllegalArgumentException("not an action on one register: " + action);
    }
  }
}
