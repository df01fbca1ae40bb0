package io.holdfast.chaos.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import java.util.List;

/** What must hold of each answer of the checker. */
final class CheckerAssertions {

  private CheckerAssertions() {}

  static Counterexample counterexample(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Invalid.class);
    return ((Invalid) verdict).counterexample();
  }

  static void assertThatTheCounterexampleIsSmallest(History history, Counterexample found) {
    History part =
        history.parts().stream()
            .filter(each -> each.name().equals(found.key()))
            .map(Part::history)
            .findFirst()
            .orElseThrow();
    assertThat(BruteForce.linearizable(part.before(found.events()))).isFalse();
    assertThat(BruteForce.linearizable(part.before(found.events() - 1))).isTrue();
  }

  /** All that returned has one place, in real-time order, and the registers answer as they did. */
  static void assertThatItExplains(List<Operation> order, History history) {
    assertThat(order).doesNotHaveDuplicates();
    assertThat(order).containsAll(history.operations().stream().filter(Operation::known).toList());
    Registers registers = new Registers();
    int lastInvoked = -1;
    for (Operation operation : order) {
      assertThat(operation.returned().orElse(Integer.MAX_VALUE)).isGreaterThan(lastInvoked);
      lastInvoked = Math.max(lastInvoked, operation.invoked());
      assertThat(registers.happen(operation)).as("%s after %s", operation, order).isTrue();
    }
  }
}
