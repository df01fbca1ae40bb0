package io.holdfast.chaos.core;

import static java.util.Collections.disjoint;

import io.holdfast.chaos.core.Search.Outcome;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.core.Verdict.Valid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says whether a history of registers is linearizable (Herlihy and Wing, 1990): whether each
 * operation can be given one instant between its invocation and its return such that all results
 * follow. Keys are checked one by one, since linearizability is local, but for those that
 * transactions name together. A single register is checked by {@link RegisterSearch}; several are
 * by {@link VersionGraph} where the values tell in which order they were written, and else by
 * {@link TransactionSearch}.
 */
public final class LinearizabilityChecker {

  /** Enough to see how the register got to its last value. */
  private static final int PLACED_SHOWN = 20;

  private LinearizabilityChecker() {}

  /**
   * Checks a history.
   *
   * @param history what clients saw
   * @param budget the steps that all keys share, and the cache that each may use
   */
  public static Verdict check(History history, Budget budget) {
    Optional<Verdict> undecided = Optional.empty();
    long left = budget.steps();
    List<Part> parts = history.parts();
    int partsLeft = parts.size();
    for (Part part : parts) {
      Budget share = budget.withSteps(Math.max(1, left / partsLeft--));
      Search search = Search.of(part, share);
      Outcome outcome = search.run();
      left = Math.max(0, left - search.steps());
      if (outcome == Outcome.NO_ORDER) {
        // One broken part is enough, whatever the budget left open before.
        Budget rest = budget.withSteps(Math.max(1, left));
        return new Invalid(smallest(part, search.failing(), rest));
      }
      if (outcome == Outcome.OUT_OF_BUDGET && undecided.isEmpty()) {
        undecided = Optional.of(new OutOfBudget(part.name()));
      }
    }
    return undecided.orElseGet(Valid::new);
  }

  /**
   * Looks for the shortest prefix that fails; one that fails makes every longer one fail. The steps
   * back from the return that is known to fail grow, then the rest is halved: often it is this one.
   */
  private static Counterexample smallest(Part part, int failing, Budget budget) {
    History history = part.history();
    int[] returns =
        history.operations().stream()
            .filter(Operation::known)
            .mapToInt(operation -> operation.returned().getAsInt())
            .sorted()
            .toArray();
    int fails = Arrays.binarySearch(returns, failing);
    int holds = -1;
    int back = 1;
    boolean shortest = true;
    long left = budget.steps();
    while (fails - holds > 1) {
      int probe = holds == -1 ? Math.max(0, fails - back) : (fails + holds) >>> 1;
      back *= 4;
      Search search =
          Search.of(part.before(returns[probe] + 1), budget.withSteps(Math.max(1, left / 2)));
      Outcome outcome = search.run();
      left -= search.steps();
      if (outcome == Outcome.NO_ORDER) {
        fails = Arrays.binarySearch(returns, search.failing());
      } else {
        holds = probe;
        shortest &= outcome == Outcome.ORDER;
      }
    }
    return counterexample(part, returns[fails], shortest, budget);
  }

  private static Counterexample counterexample(
      Part part, int end, boolean shortest, Budget budget) {
    Operation failing =
        part.history().operations().stream()
            .filter(operation -> operation.known() && operation.returned().getAsInt() == end)
            .findFirst()
            .orElseThrow();
    Search search = Search.of(part.before(end), budget);
    List<Operation> order = search.run() == Outcome.ORDER ? search.order() : List.of();
    Registers registers = new Registers();
    Set<Integer> placed = new HashSet<>();
    for (Operation operation : order) {
      placed.add(operation.invoked());
      if (!registers.happen(operation)) {
        throw new IllegalStateException("no place for " + operation + " in the order found");
      }
    }
    List<Operation> unplaced = new ArrayList<>();
    unplaced.add(failing);
    for (Operation operation : part.history().before(end + 1).operations()) {
      boolean open = !operation.known() || operation.returned().getAsInt() >= end;
      if (open
          && operation.invoked() != failing.invoked()
          && !placed.contains(operation.invoked())) {
        unplaced.add(operation);
      }
    }
    // Of several registers, what has led to those that the failing operation is about.
    List<Operation> shown =
        order.stream().filter(each -> !disjoint(each.keys(), failing.keys())).toList();
    return new Counterexample(
        part.name(),
        end + 1,
        shortest,
        failing,
        shown.subList(Math.max(0, shown.size() - PLACED_SHOWN), shown.size()),
        state(registers, failing),
        unplaced);
  }

  private static String state(Registers registers, Operation failing) {
    if (failing.keys().size() == 1) {
      return registers.held(failing.keys().iterator().next());
    }
    return failing.keys().stream()
        .map(key -> key + " = " + registers.held(key))
        .collect(Collectors.joining(", "));
  }
}
