package io.holdfast.chaos.core;

import java.util.List;

/** What the checker found. */
public sealed interface Verdict {

  /** An order of the operations explains everything that clients saw. */
  record Valid() implements Verdict {}

  /** No order does. */
  record Invalid(Counterexample counterexample) implements Verdict {}

  /** The budget did not suffice to tell; neither valid nor invalid. */
  record OutOfBudget(String key) implements Verdict {}

  /**
   * The smallest failing part.
   *
   * @param key the register whose operations have no order; of several that transactions name
   *     together, the first and how many more
   * @param events the length of the shortest prefix of the history that fails, in events
   * @param shortest whether no shorter prefix fails; false when the budget ended before that was
   *     shown
   * @param failing the operation whose return ends the prefix
   * @param placed an order that explains the prefix without that return; the last operations of it
   *     on the registers of {@code failing}
   * @param state what those registers hold after {@code placed}
   * @param unplaced the operations without a place in that order: {@code failing}, then those that
   *     were still open
   */
  record Counterexample(
      String key,
      int events,
      boolean shortest,
      Operation failing,
      List<Operation> placed,
      String state,
      List<Operation> unplaced) {

    /** Copies the lists. */
    public Counterexample {
      placed = List.copyOf(placed);
      unplaced = List.copyOf(unplaced);
    }
  }
}
