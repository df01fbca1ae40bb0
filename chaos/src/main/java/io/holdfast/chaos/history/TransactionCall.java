package io.holdfast.chaos.history;

import java.util.List;
import java.util.Optional;

/**
 * What a client asks of several keys at once: if all guards hold, the steps happen, all at one
 * instant; else nothing is changed. The sibling of {@link RegisterCall}; what that says of
 * revisions as guards holds here too.
 *
 * <p>Let values be unique, say with the transaction's name in them, and let each write be a {@link
 * Cas}: then the checker need not search for the order of writes.
 *
 * @param parts guards and steps, in order, at least one
 */
public record TransactionCall(List<Part> parts) {

  /** A guard, a step, or both. */
  public sealed interface Part {

    /** The register. */
    String key();
  }

  /** Reads; the answer says what. */
  public record Read(String key) implements Part {}

  /**
   * Writes without a guard.
   *
   * @param value what the register holds afterwards; empty: a delete
   */
  public record Write(String key, Optional<String> value) implements Part {}

  /**
   * A guard and a write of the same register.
   *
   * @param expected what the register must hold; empty: nothing
   * @param replacement what it holds afterwards; empty: a delete
   */
  public record Cas(String key, Optional<String> expected, Optional<String> replacement)
      implements Part {}

  /**
   * A guard.
   *
   * @param value what the register must hold; empty: nothing
   */
  public record Is(String key, Optional<String> value) implements Part {}

  /** A guard: the register holds something, whatever it is. */
  public record Present(String key) implements Part {}

  /** Copies the parts. */
  public TransactionCall {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a transaction needs a part");
    }
  }
}
