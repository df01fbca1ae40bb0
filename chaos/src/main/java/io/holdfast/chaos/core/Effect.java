package io.holdfast.chaos.core;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an operation needs to find and what it leaves behind in each of its registers, as if its
 * steps were one: a transaction is described in full by that, and the searches use nothing else.
 */
final class Effect {

  /** Of one register. */
  static final class Touch {
    private Optional<String> found = Optional.empty();
    private Optional<String> written = Optional.empty();
    private boolean present;

    /** The value that must be there; empty: any, or any but none, as {@link #present} says. */
    Optional<String> needs() {
      return found;
    }

    /** Whether there must be a value, whichever. */
    boolean present() {
      return present && found.isEmpty();
    }

    /** The value that is there afterwards; empty: the one that was there before. */
    Optional<String> leaves() {
      return written.equals(found) ? Optional.empty() : written;
    }
  }

  private final Map<String, Touch> touches = new TreeMap<>();
  private boolean possible = true;

  private Effect() {}

  static Effect of(Operation operation) {
    Effect effect = new Effect();
    if (operation.action() instanceof Action.Transaction transaction) {
      transaction.steps().forEach(step -> effect.add(step, operation.known()));
      return effect;
    }
    Touch touch = effect.touch(operation.key());
    if (operation.known() || !(operation.action() instanceof Action.Read)) {
      touch.found = RegisterModel.needs(operation.action());
      touch.written = RegisterModel.leaves(operation.action());
    }
    return effect;
  }

  /** By register. */
  Map<String, Touch> touches() {
    return touches;
  }

  /** False when its own steps contradict each other. */
  boolean possible() {
    return possible;
  }

  private Touch touch(String key) {
    return touches.computeIfAbsent(key, unseen -> new Touch());
  }

  private void add(Step step, boolean known) {
    Touch touch = touch(step.key());
    if (step instanceof Step.Read read && known) {
      need(touch, read.value());
    } else if (step instanceof Step.Is guard) {
      need(touch, guard.value());
    } else if (step instanceof Step.Present) {
      needSomething(touch);
    } else if (step instanceof Step.Cas cas) {
      need(touch, cas.expected());
      touch.written = Optional.of(cas.replacement());
    } else if (step instanceof Step.Write write) {
      touch.written = Optional.of(write.value());
    }
  }

  private void need(Touch touch, String value) {
    if (touch.written.isPresent()) {
      possible &= touch.written.get().equals(value);
      return;
    }
    possible &= touch.found.orElse(value).equals(value);
    possible &= !touch.present || !value.equals(RegisterModel.ABSENT);
    touch.found = Optional.of(value);
  }

  private void needSomething(Touch touch) {
    Optional<String> now = touch.written.or(() -> touch.found);
    if (now.isPresent()) {
      possible &= !now.get().equals(RegisterModel.ABSENT);
    } else {
      touch.present = true;
    }
  }
}
