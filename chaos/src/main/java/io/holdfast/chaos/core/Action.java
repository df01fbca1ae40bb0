package io.holdfast.chaos.core;

import java.util.List;

/**
 * What an operation did to its register, or registers. Values are compared as text; {@link
 * RegisterModel#ABSENT} is the register that holds nothing.
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

  /**
   * Steps on any registers that happen together, at one instant, if all guards among them hold, and
   * else not at all.
   *
   * @param steps in order, at least one
   */
  record Transaction(List<Step> steps) implements Action {
    /** Copies the steps. */
    public Transaction {
      steps = List.copyOf(steps);
      if (steps.isEmpty()) {
        throw new IllegalArgumentException("a transaction needs a step");
      }
    }

    @Override
    public String toString() {
      return "txn " + steps;
    }
  }
}
