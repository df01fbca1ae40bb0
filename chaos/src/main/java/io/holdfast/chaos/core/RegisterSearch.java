package io.holdfast.chaos.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for an order of the operations of one register: the search of Wing and Gong (1993) with the
 * cache of configurations and the just-in-time order of Lowe (2017), and with what is special about
 * registers. Each of these keeps an order if there was one, by moving or renaming operations in it:
 *
 * <ul>
 *   <li>A read that fits is placed at once: it changes nothing, and what it waits for is behind it.
 *   <li>While nobody left could tell what the register holds, a write that nobody will see either
 *       is placed at once.
 *   <li>Of operations that do the same, the one that returns first is placed first, and one whose
 *       outcome is unknown last.
 *   <li>An operation whose outcome is unknown is placed only for a known operation that needs what
 *       it leaves, directly or through other unknown ones: otherwise it may as well never happen.
 *   <li>A value that is needed later is not overwritten when nothing is left to write it again.
 * </ul>
 */
final class RegisterSearch {

  /** How a search ended. */
  enum Outcome {
    ORDER,
    NO_ORDER,
    OUT_OF_BUDGET
  }

  /** A point at which there was a choice: the placements before it, and what is left to try. */
  private record Choice(int placed, Deque<Integer> candidates) {}

  private final Frontier frontier;
  private final Budget budget;
  private final Set<Frontier.Configuration> seen = new HashSet<>();
  private final boolean[] wanted;
  private long cachedWords;
  private long steps;

  RegisterSearch(History history, Budget budget) {
    this.frontier = new Frontier(history);
    this.budget = budget;
    this.wanted = new boolean[frontier.values()];
  }

  /** Configurations looked at so far. */
  long steps() {
    return steps;
  }

  /** After {@link Outcome#ORDER}: an order that explains all results. */
  List<Operation> order() {
    return frontier.order();
  }

  Outcome run() {
    for (int value = 0; value < frontier.values(); value++) {
      if (frontier.lost(value)) {
        return Outcome.NO_ORDER;
      }
    }
    Deque<Choice> choices = new ArrayDeque<>();
    while (true) {
      if (++steps > budget.steps()) {
        return Outcome.OUT_OF_BUDGET;
      }
      settle();
      if (frontier.complete()) {
        return Outcome.ORDER;
      }
      if (isNew()) {
        choices.push(new Choice(frontier.placed(), candidates()));
      }
      if (!advance(choices)) {
        return Outcome.NO_ORDER;
      }
    }
  }

  /** Places the next candidate of the latest choice that has one left. */
  private boolean advance(Deque<Choice> choices) {
    while (!choices.isEmpty()) {
      Choice choice = choices.peek();
      frontier.undoTo(choice.placed());
      Integer candidate = choice.candidates().poll();
      if (candidate == null) {
        choices.pop();
        continue;
      }
      int overwritten = frontier.state();
      frontier.place(candidate);
      if (!frontier.lost(overwritten)) {
        return true;
      }
    }
    return false;
  }

  /** Places what needs no choice. */
  private void settle() {
    boolean again = true;
    while (again && !frontier.complete()) {
      again = false;
      int next = frontier.firstByInvocation();
      while (!frontier.complete() && frontier.mayBeNext(next)) {
        int after = frontier.nextByInvocation(next);
        if (needsNoChoice(next)) {
          frontier.place(next);
          again = true;
        }
        next = after;
      }
    }
  }

  private boolean needsNoChoice(int operation) {
    if (!frontier.possible(operation)) {
      return false;
    }
    int left = frontier.leaves(operation);
    if (left == Frontier.NONE) {
      return true;
    }
    return frontier.needs(operation) == Frontier.NONE
        && frontier.unseen(frontier.state())
        && frontier.unseen(left);
  }

  private boolean isNew() {
    Frontier.Configuration configuration = frontier.configuration();
    if (cachedWords + configuration.words() > budget.cacheWords()) {
      return !seen.contains(configuration);
    }
    boolean added = seen.add(configuration);
    cachedWords += added ? configuration.words() : 0;
    return added;
  }

  /** What may come next, the most promising first; none when the most urgent cannot be served. */
  private Deque<Integer> candidates() {
    int urgent = frontier.mostUrgent();
    int needed = frontier.possible(urgent) ? Frontier.NONE : frontier.needs(urgent);
    List<Integer> found = new ArrayList<>();
    boolean served = needed == Frontier.NONE;
    List<Integer> wants = new ArrayList<>();
    int next = frontier.firstByInvocation();
    for (; frontier.mayBeNext(next); next = frontier.nextByInvocation(next)) {
      served |= frontier.leaves(next) == needed;
      want(frontier.needs(next), wants);
      if (frontier.possible(next)) {
        addUnlessSame(found, next);
      }
    }
    addUnknown(found, wants);
    served |=
        needed != Frontier.NONE && frontier.kindsLeaving(needed).stream().anyMatch(this::available);
    if (!served) {
      return new ArrayDeque<>();
    }
    found.sort(
        Comparator.<Integer>comparingInt(each -> frontier.leaves(each) == needed ? 0 : 1)
            .thenComparingInt(frontier::returned));
    return new ArrayDeque<>(found);
  }

  private boolean available(int kind) {
    return frontier.nextOfKind(kind) != Frontier.NONE;
  }

  private void want(int value, List<Integer> wants) {
    if (value != Frontier.NONE && !wanted[value]) {
      wanted[value] = true;
      wants.add(value);
    }
  }

  /** Adds the unknown operations that lead to a wanted value, and clears what is wanted. */
  private void addUnknown(List<Integer> found, List<Integer> wants) {
    for (int i = 0; i < wants.size(); i++) {
      for (int kind : frontier.kindsLeaving(wants.get(i))) {
        int operation = frontier.nextOfKind(kind);
        if (operation == Frontier.NONE) {
          continue;
        }
        want(frontier.needs(operation), wants);
        if (frontier.possible(operation) && frontier.leaves(operation) != frontier.state()) {
          addUnlessSame(found, operation);
        }
      }
    }
    for (int value : wants) {
      wanted[value] = false;
    }
  }

  /** Keeps of operations that do the same the one that returns first. */
  private void addUnlessSame(List<Integer> found, int operation) {
    for (int i = 0; i < found.size(); i++) {
      int other = found.get(i);
      if (frontier.needs(other) == frontier.needs(operation)
          && frontier.leaves(other) == frontier.leaves(operation)) {
        if (frontier.returned(operation) < frontier.returned(other)) {
          found.set(i, operation);
        }
        return;
      }
    }
    found.add(operation);
  }
}
