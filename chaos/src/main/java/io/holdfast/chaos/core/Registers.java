package io.holdfast.chaos.core;

import java.util.HashMap;
import java.util.Map;

/** Registers as they behave when operations come one by one; each begins with nothing. */
final class Registers {

  private final Map<String, String> held = new HashMap<>();

  /** What a register holds. */
  String held(String key) {
    return held.getOrDefault(key, RegisterModel.ABSENT);
  }

  /**
   * Lets {@code operation} happen; false when it cannot, and then nothing has changed. What an
   * operation without a return has read means nothing.
   */
  boolean happen(Operation operation) {
    if (operation.action() instanceof Action.Transaction transaction) {
      Map<String, String> changed = new HashMap<>();
      for (Step step : transaction.steps()) {
        String now = changed.getOrDefault(step.key(), held(step.key()));
        if (!holds(step, now, operation.known())) {
          return false;
        }
        if (step instanceof Step.Write write) {
          changed.put(write.key(), write.value());
        } else if (step instanceof Step.Cas cas) {
          changed.put(cas.key(), cas.replacement());
        }
      }
      held.putAll(changed);
      return true;
    }
    if (operation.action() instanceof Action.Read && !operation.known()) {
      return true;
    }
    var after = RegisterModel.step(held(operation.key()), operation.action());
    after.ifPresent(value -> held.put(operation.key(), value));
    return after.isPresent();
  }

  private static boolean holds(Step step, String now, boolean known) {
    if (step instanceof Step.Read read) {
      return !known || read.value().equals(now);
    }
    if (step instanceof Step.Cas cas) {
      return cas.expected().equals(now);
    }
    if (step instanceof Step.Is guard) {
      return guard.value().equals(now);
    }
    return step instanceof Step.Write || !now.equals(RegisterModel.ABSENT);
  }
}
