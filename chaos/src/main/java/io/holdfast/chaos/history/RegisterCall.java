package io.holdfast.chaos.history;

import java.util.Optional;

/**
 * What a client asks of one key, seen as a register: it holds a value or nothing. A revision is not
 * part of it: a write guarded by a revision is a {@link Cas} on the value that the client knows to
 * have had this revision, and one guarded by revision 0 a {@link Cas} on nothing. That is weaker
 * than the guard where values are written again; let clients that use guards write values of their
 * own.
 */
public sealed interface RegisterCall {

  /** The register. */
  String key();

  /** A linearizable read. Local reads promise less and have no place in a history. */
  record Read(String key) implements RegisterCall {}

  /**
   * A write without a guard.
   *
   * @param value what the register holds afterwards; empty: a delete
   */
  record Write(String key, Optional<String> value) implements RegisterCall {}

  /**
   * A write that takes effect only while the register holds what is expected.
   *
   * @param expected what the guard stands for; empty: nothing
   * @param replacement what the register holds afterwards; empty: a delete
   */
  record Cas(String key, Optional<String> expected, Optional<String> replacement)
      implements RegisterCall {}
}
