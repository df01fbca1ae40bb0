package io.holdfast.chaos.core;

/** A part of a transaction. Parts happen in order, and each sees what those before it did. */
public sealed interface Step {

  /** The register. */
  String key();

  /**
   * A read that returned {@code value}; of a transaction that did not return the value means
   * nothing.
   */
  record Read(String key, String value) implements Step {
    @Override
    public String toString() {
      return "r " + key + " " + value;
    }
  }

  /** A write of {@code value}; a delete writes {@link RegisterModel#ABSENT}. */
  record Write(String key, String value) implements Step {
    @Override
    public String toString() {
      return "w " + key + " " + value;
    }
  }

  /** A guard and a write: without {@code expected} the whole transaction has no effect. */
  record Cas(String key, String expected, String replacement) implements Step {
    @Override
    public String toString() {
      return "cas " + key + " " + expected + " " + replacement;
    }
  }

  /** A guard: the register holds {@code value}; with {@link RegisterModel#ABSENT}, nothing. */
  record Is(String key, String value) implements Step {
    @Override
    public String toString() {
      return "is " + key + " " + value;
    }
  }

  /** A guard: the register holds something. */
  record Present(String key) implements Step {
    @Override
    public String toString() {
      return "present " + key;
    }
  }
}
