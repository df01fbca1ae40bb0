package io.holdfast.chaos.core;

import static io.holdfast.chaos.core.CheckerAssertions.assertThatItExplains;
import static io.holdfast.chaos.core.CheckerAssertions.assertThatTheCounterexampleIsSmallest;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.Valid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The checker against the definition on the same few histories each time: what {@link
 * CheckerPropertiesTest} asks of many, at a cost that mutation tests can pay for each mutant.
 */
class SmallHistoriesTest {

  private static final int SEEDS = 1_500;

  @Test
  void agreesWithTheDefinition() {
    for (int seed = 0; seed < SEEDS; seed++) {
      History history = SmallHistories.of(seed);
      Verdict verdict = LinearizabilityChecker.check(history, Budget.DEFAULT);
      assertThat(verdict instanceof Valid)
          .as("%s: %s", seed, history)
          .isEqualTo(BruteForce.linearizable(history));
    }
  }

  @Test
  void explainsWhatHasAnOrder() {
    for (int seed = 0; seed < SEEDS; seed++) {
      History history = SmallHistories.of(seed);
      RegisterSearch search = new RegisterSearch(history, Budget.DEFAULT);
      if (search.run() == Search.Outcome.ORDER) {
        assertThatItExplains(search.order(), history);
      }
    }
  }

  @Test
  void showsTheSmallestPartThatFails() {
    for (int seed = 0; seed < SEEDS; seed++) {
      History history = SmallHistories.of(seed);
      if (LinearizabilityChecker.check(history, Budget.DEFAULT) instanceof Invalid invalid) {
        Counterexample found = invalid.counterexample();
        assertThatTheCounterexampleIsSmallest(history, found);
        assertThat(found.shortest()).isTrue();
        assertThatItShowsTheRegister(history, found);
      }
    }
  }

  private static void assertThatItShowsTheRegister(History history, Counterexample found) {
    int end = found.events() - 1;
    assertThat(found.failing().returned()).hasValue(end);
    assertThatItExplains(found.placed(), history.before(end));
    String state = RegisterModel.ABSENT;
    for (Operation operation : found.placed()) {
      state = RegisterModel.step(state, operation.action()).orElseThrow();
    }
    assertThat(found.state()).isEqualTo(state);
    List<Operation> open = new ArrayList<>(history.before(end).operations());
    open.removeAll(found.placed());
    open.remove(found.failing().before(end));
    assertThat(found.unplaced()).first().isEqualTo(found.failing());
    assertThat(found.unplaced().subList(1, found.unplaced().size())).isEqualTo(open);
  }
}
