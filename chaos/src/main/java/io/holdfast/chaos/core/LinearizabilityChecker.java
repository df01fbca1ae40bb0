package io.holdfast.chaos.core;

import io.holdfast.chaos.core.RegisterSearch.Outcome;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.core.Verdict.Valid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says whether a history of registers is linearizable (Herlihy and Wing, 1990): whether each
 * operation can be given one instant between its invocation and its return such that all results
 * follow. Keys are checked one by one, since linearizability is local; {@link RegisterSearch}
 * checks one.
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
    Map<String, History> parts = history.byKey();
    int keysLeft = parts.size();
    for (Map.Entry<String, History> part : parts.entrySet()) {
      Budget share = budget.withSteps(Math.max(1, left / keysLeft--));
      RegisterSearch search = new RegisterSearch(part.getValue(), share);
      Outcome outcome = search.run();
      left = Math.max(0, left - search.steps());
      if (outcome == Outcome.NO_ORDER) {
        // One broken key is enough, whatever the budget left open before.
        Budget rest = budget.withSteps(Math.max(1, left));
        return new Invalid(smallest(part.getKey(), part.getValue(), search.failing(), rest));
      }
      if (outcome == Outcome.OUT_OF_BUDGET && undecided.isEmpty()) {
        undecided = Optional.of(new OutOfBudget(part.getKey()));
      }
    }
    return undecided.orElseGet(Valid::new);
  }

  /**
   * Looks for the shortest prefix that fails; one that fails makes every longer one fail. The steps
   * back from the return that is known to fail grow, then the rest is halved: often it is this one.
   */
  private static Counterexample smallest(String key, History history, int failing, Budget budget) {
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
      RegisterSearch search =
          new RegisterSearch(
              history.before(returns[probe] + 1), budget.withSteps(Math.max(1, left / 2)));
      Outcome outcome = search.run();
      left -= search.steps();
      if (outcome == Outcome.NO_ORDER) {
        fails = Arrays.binarySearch(returns, search.failing());
      } else {
        holds = probe;
        shortest &= outcome == Outcome.ORDER;
      }
    }
    return counterexample(key, history, returns[fails], shortest, budget);
  }

  private static Counterexample counterexample(
      String key, History history, int end, boolean shortest, Budget budget) {
    Operation failing =
        history.operations().stream()
            .filter(operation -> operation.known() && operation.returned().getAsInt() == end)
            .findFirst()
            .orElseThrow();
    RegisterSearch search = new RegisterSearch(history.before(end), budget);
    List<Operation> order = search.run() == Outcome.ORDER ? search.order() : List.of();
    String state = RegisterModel.ABSENT;
    Set<Integer> placed = new HashSet<>();
    for (Operation operation : order) {
      placed.add(operation.invoked());
      state = RegisterModel.step(state, operation.action()).orElseThrow();
    }
    List<Operation> unplaced = new ArrayList<>();
    unplaced.add(failing);
    for (Operation operation : history.before(end + 1).operations()) {
      boolean open = !operation.known() || operation.returned().getAsInt() >= end;
      if (open
          && operation.invoked() != failing.invoked()
          && !placed.contains(operation.invoked())) {
        unplaced.add(operation);
      }
    }
    int from = Math.max(0, order.size() - PLACED_SHOWN);
    return new Counterexample(
        key, end + 1, shortest, failing, order.subList(from, order.size()), state, unplaced);
  }
}
