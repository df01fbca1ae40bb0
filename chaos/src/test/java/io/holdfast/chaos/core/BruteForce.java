package io.holdfast.chaos.core;

import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Transaction;
import io.holdfast.chaos.core.Action.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The definition of linearizability, tried out: every order that respects real time. */
final class BruteForce {

  private BruteForce() {}

  private record Reached(List<Operation> left, Map<String, String> registers) {}

  static boolean linearizable(History history) {
    return search(history.operations(), new HashMap<>(), new HashSet<>());
  }

  private static boolean search(
      List<Operation> left, Map<String, String> registers, Set<Reached> before) {
    if (left.stream().noneMatch(Operation::known)) {
      return true;
    }
    if (!before.add(new Reached(left, registers))) {
      return false;
    }
    for (Operation next : left) {
      boolean first =
          left.stream()
              .noneMatch(other -> other.known() && other.returned().getAsInt() < next.invoked());
      if (!first) {
        continue;
      }
      List<Operation> rest = new ArrayList<>(left);
      rest.remove(next);
      if (!next.known() && search(rest, registers, before)) {
        return true;
      }
      Map<String, String> changed = new HashMap<>(registers);
      if (happens(next, changed) && search(rest, changed, before)) {
        return true;
      }
    }
    return false;
  }

  private static boolean happens(Operation operation, Map<String, String> registers) {
    String held = registers.getOrDefault(operation.key(), "nil");
    if (operation.action() instanceof Read read) {
      return !operation.known() || Objects.equals(read.value(), held);
    }
    if (operation.action() instanceof Write write) {
      registers.put(operation.key(), write.value());
      return true;
    }
    if (operation.action() instanceof Transaction transaction) {
      for (Step step : transaction.steps()) {
        if (!happens(step, operation.known(), registers)) {
          return false;
        }
      }
      return true;
    }
    Cas cas = (Cas) operation.action();
    registers.put(operation.key(), cas.replacement());
    return cas.expected().equals(held);
  }

  private static boolean happens(Step step, boolean known, Map<String, String> registers) {
    String held = registers.getOrDefault(step.key(), "nil");
    if (step instanceof Step.Read read) {
      return !known || read.value().equals(held);
    }
    if (step instanceof Step.Is guard) {
      return guard.value().equals(held);
    }
    if (step instanceof Step.Present) {
      return !held.equals("nil");
    }
    if (step instanceof Step.Write write) {
      registers.put(step.key(), write.value());
      return true;
    }
    Step.Cas cas = (Step.Cas) step;
    registers.put(step.key(), cas.replacement());
    return cas.expected().equals(held);
  }
}
