package io.holdfast.chaos.core;

import static io.holdfast.chaos.core.CheckerAssertions.assertThatItExplains;
import static io.holdfast.chaos.core.CheckerAssertions.assertThatTheCounterexampleIsSmallest;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Search.Outcome;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.core.Verdict.Valid;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The checker of transactions against the definition, on many small histories. */
class TransactionPropertiesTest {

  @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
  void agreesWithTheDefinition(@ForAll long seed, @ForAll Style style) {
    History history = SmallTransactions.of(seed, style);
    Verdict verdict = LinearizabilityChecker.check(history, Budget.DEFAULT);
    assertThat(verdict instanceof Valid)
        .as("%s: %s", seed, history)
        .isEqualTo(BruteForce.linearizable(history));
    if (verdict instanceof Invalid invalid) {
      assertThatTheCounterexampleIsSmallest(history, invalid.counterexample());
    }
  }

  @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
  void searchAndGraphAgreeWithTheDefinition(@ForAll long seed, @ForAll Style style) {
    History history = SmallTransactions.of(seed, style);
    Transitions transitions = new Transitions(history);
    Outcome expected = BruteForce.linearizable(history) ? Outcome.ORDER : Outcome.NO_ORDER;
    assertFinds(new TransactionSearch(transitions, Budget.DEFAULT), history, expected);
    Optional<VersionGraph> graph = VersionGraph.of(transitions);
    graph.ifPresent(search -> assertFinds(search, history, expected));
  }

  private static void assertFinds(Search search, History history, Outcome expected) {
    assertThat(search.run()).as("%s of %s", search, history).isEqualTo(expected);
    if (expected == Outcome.ORDER) {
      assertThatItExplains(search.order(), history);
    } else {
      assertThat(BruteForce.linearizable(history.before(search.failing() + 1))).isFalse();
    }
  }

  @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
  void isRightOrUndecidedWithALittleBudget(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int steps,
      @ForAll @IntRange(max = 200) int cache) {
    History history = SmallTransactions.of(seed, Style.FEW_VALUES);
    Verdict verdict = LinearizabilityChecker.check(history, new Budget(steps, cache));
    if (!(verdict instanceof OutOfBudget)) {
      assertThat(verdict instanceof Valid).isEqualTo(BruteForce.linearizable(history));
    }
  }

  /** At a cost that mutation tests can pay for each mutant. */
  @Test
  void agreesWithTheDefinitionOnTheSameFew() {
    for (Style style : Style.values()) {
      for (int seed = 0; seed < 1_500; seed++) {
        searchAndGraphAgreeWithTheDefinition(seed, style);
        agreesWithTheDefinition(seed, style);
      }
    }
  }

  @Test
  void historiesAreOfAllKinds() {
    for (Style style : Style.values()) {
      Set<Boolean> verdicts = new HashSet<>();
      int graphs = 0;
      int invalid = 0;
      int seeds = 400;
      for (int seed = 0; seed < seeds; seed++) {
        History history = SmallTransactions.of(seed, style);
        boolean linearizable = BruteForce.linearizable(history);
        verdicts.add(linearizable);
        invalid += linearizable ? 0 : 1;
        graphs += VersionGraph.of(new Transitions(history)).isPresent() ? 1 : 0;
      }
      assertThat(verdicts).as("%s", style).containsExactlyInAnyOrder(true, false);
      assertThat(invalid).as("%s", style).isBetween(seeds / 10, seeds * 9 / 10);
      if (style == Style.UNIQUE_VALUES) {
        assertThat(graphs).as("%s", style).isGreaterThan(seeds / 4);
      }
    }
  }

  /** What the values of a history are like. */
  enum Style {
    FEW_VALUES,
    UNIQUE_VALUES
  }
}
