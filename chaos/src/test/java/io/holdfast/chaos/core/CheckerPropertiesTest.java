package io.holdfast.chaos.core;

import static io.holdfast.chaos.core.CheckerAssertions.assertThatItExplains;
import static io.holdfast.chaos.core.CheckerAssertions.assertThatTheCounterexampleIsSmallest;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.core.Verdict.Valid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** The checker against the definition, on tens of thousands of small histories. */
class CheckerPropertiesTest {

  @Property(tries = 20_000, shrinking = ShrinkingMode.BOUNDED)
  void agreesWithTheDefinition(@ForAll("histories") History history) {
    Verdict verdict = LinearizabilityChecker.check(history, Budget.DEFAULT);
    assertThat(verdict instanceof Valid).isEqualTo(BruteForce.linearizable(history));
    if (verdict instanceof Invalid invalid) {
      assertThatTheCounterexampleIsSmallest(history, invalid.counterexample());
    }
  }

  @Property(tries = 20_000, shrinking = ShrinkingMode.BOUNDED)
  void findsOrdersThatExplainAllResults(@ForAll("histories") History history) {
    for (Part part : history.parts()) {
      RegisterSearch search = new RegisterSearch(part.history(), Budget.DEFAULT);
      if (search.run() == Search.Outcome.ORDER) {
        assertThatItExplains(search.order(), part.history());
      }
    }
  }

  @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
  void agreesWithTheDefinitionOnWhatClientsSaw(@ForAll long seed) {
    History history = SmallHistories.of(seed);
    Verdict verdict = LinearizabilityChecker.check(history, Budget.DEFAULT);
    assertThat(verdict instanceof Valid)
        .as("%s", history)
        .isEqualTo(BruteForce.linearizable(history));
    if (verdict instanceof Invalid invalid) {
      assertThatTheCounterexampleIsSmallest(history, invalid.counterexample());
    } else {
      RegisterSearch search = new RegisterSearch(history, Budget.DEFAULT);
      assertThat(search.run()).isEqualTo(Search.Outcome.ORDER);
      assertThatItExplains(search.order(), history);
    }
  }

  @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
  void isRightOrUndecidedWithALittleBudget(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int steps,
      @ForAll @IntRange(max = 200) int cache) {
    History history = SmallHistories.of(seed);
    Verdict verdict = LinearizabilityChecker.check(history, new Budget(steps, cache));
    if (!(verdict instanceof OutOfBudget)) {
      assertThat(verdict instanceof Valid)
          .as("%s", history)
          .isEqualTo(BruteForce.linearizable(history));
    }
    if (verdict instanceof Invalid invalid) {
      Counterexample found = invalid.counterexample();
      assertThat(BruteForce.linearizable(history.before(found.events()))).isFalse();
      if (found.shortest()) {
        assertThat(BruteForce.linearizable(history.before(found.events() - 1))).isTrue();
      }
    }
  }

  /** Up to seven operations of up to three processes on two keys, of few values. */
  @Provide
  Arbitrary<History> histories() {
    Arbitrary<String> value = Arbitraries.of("nil", "1", "2", "3");
    Arbitrary<Action> action =
        Arbitraries.oneOf(
            value.map(Read::new),
            value.map(Write::new),
            Combinators.combine(value, value).as(Cas::new));
    Arbitrary<Integer> length = Arbitraries.integers().between(1, 12);
    Arbitrary<String> key = Arbitraries.frequency(Tuple.of(5, "a"), Tuple.of(1, "b"));
    Arbitrary<Draft> draft =
        Combinators.combine(action, key, Arbitraries.integers().between(0, 13), length, outcome())
            .as(Draft::new);
    return draft.list().ofMaxSize(7).map(CheckerPropertiesTest::history);
  }

  private static Arbitrary<Boolean> outcome() {
    return Arbitraries.frequency(Tuple.of(3, true), Tuple.of(1, false));
  }

  private record Draft(Action action, String key, int start, int length, boolean known) {}

  /** Moves events that fall on one position apart. */
  private static History history(List<Draft> drafts) {
    Set<Integer> taken = new HashSet<>();
    List<Operation> operations = new ArrayList<>();
    for (Draft draft : drafts) {
      int invoked = free(draft.start() * 16, taken);
      OptionalInt returned =
          draft.known()
              ? OptionalInt.of(free(invoked + draft.length() * 16, taken))
              : OptionalInt.empty();
      operations.add(
          new Operation("p" + operations.size(), draft.key(), draft.action(), invoked, returned));
    }
    return new History(operations);
  }

  private static int free(int wanted, Set<Integer> taken) {
    int position = wanted;
    while (!taken.add(position)) {
      position++;
    }
    return position;
  }
}
