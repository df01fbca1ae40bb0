package io.holdfast.chaos.core;

import java.util.List;

/** Looks for an order of the operations of one {@link Part}. */
interface Search {

  /** How a search ended. */
  enum Outcome {
    ORDER,
    NO_ORDER,
    OUT_OF_BUDGET
  }

  /** The search that fits: the fast ones where their conditions hold. */
  static Search of(Part part, Budget budget) {
    History history = part.history();
    boolean plain =
        history.operations().stream()
            .noneMatch(operation -> operation.action() instanceof Action.Transaction);
    if (plain && part.registers() == 1) {
      return new RegisterSearch(history, budget);
    }
    Transitions transitions = new Transitions(history);
    return VersionGraph.of(transitions)
        .<Search>map(graph -> graph)
        .orElseGet(() -> new TransactionSearch(transitions, budget));
  }

  /** Searches, once. */
  Outcome run();

  /** Configurations looked at so far. */
  long steps();

  /** After {@link Outcome#NO_ORDER}: the return of an operation up to which there is none. */
  int failing();

  /** After {@link Outcome#ORDER}: an order that explains all results. */
  List<Operation> order();
}
