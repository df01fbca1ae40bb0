package io.holdfast.chaos.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import java.util.List;
import java.util.Optional;

/** What must hold of each answer of the checker. */
final class CheckerAssertions {

  private CheckerAssertions() {}

  static Counterexample counterexample(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Invalid.class);
    return ((Invalid) verdict).counterexample();
  }

  static void assertThatTheCounterexampleIsSmallest(History history, Counterexample found) {
    History part = history.byKey().getOrDefault(found.key(), new History(List.of()));
    assertThat(BruteForce.linearizable(part.before(found.events()))).isFalse();
    assertThat(BruteForce.linearizable(part.before(found.events() - 1))).isTrue();
  }

  /** All that returned has one place, in real-time order, and the register answers as it did. */
  static void assertThatItExplains(List<Operation> order, History history) {
    assertThat(order).doesNotHaveDuplicates();
    assertThat(order).containsAll(history.operations().stream().filter(Operation::known).toList());
    String state = RegisterModel.ABSENT;
    int lastInvoked = -1;
    for (Operation operation : order) {
      assertThat(operation.returned().orElse(Integer.MAX_VALUE)).isGreaterThan(lastInvoked);
      lastInvoked = Math.max(lastInvoked, operation.invoked());
      Optional<String> after = RegisterModel.step(state, operation.action());
      assertThat(after).as("%s while the register holds %s", operation, state).isPresent();
      state = after.orElseThrow();
    }
  }
}
