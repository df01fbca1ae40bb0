package io.holdfast.chaos.core;

/**
 * What an operation did to its register. Values are compared as text; {@link RegisterModel#ABSENT}
 * is the register that holds nothing.
 */
public sealed interface Action {

  /** A read that returned {@code value}; of a read that did not return the value means nothing. */
  record Read(String value) implements Action {
    @Override
    public String toString() {
      return "read " + value;
    }
  }

  /** A write of {@code value}; a delete writes {@link RegisterModel#ABSENT}. */
  record Write(String value) implements Action {
    @Override
    public String toString() {
      return "write " + value;
    }
  }

  /** A compare-and-set that takes effect only while the register holds {@code expected}. */
  record Cas(String expected, String replacement) implements Action {
    @Override
    public String toString() {
      return "cas " + expected + " " + replacement;
    }
  }
}
