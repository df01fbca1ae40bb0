package io.holdfast.chaos.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import io.holdfast.chaos.core.Search.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a search may cost. Without one of its reductions it still answers the same, after many more
 * steps: the bounds are some percent above what was measured. One that claims to take far fewer
 * does not count its comparisons.
 */
class SearchCostTest {

  private static final int SEEDS = 20;

  /** Far more than any of these searches takes. */
  private static final Budget AMPLE = Budget.DEFAULT.withSteps(200_000);

  @ParameterizedTest
  @CsvSource({"0, 0.1, 1950", "5, 0.1, 2550", "20, 0.1, 2390", "5, 0.3, 2110"})
  void findsAnOrderInFewSteps(int values, double unknown, long bound) {
    long steps = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      History history = new SimulatedClients(12, 200, 1, values, unknown).history(seed);
      steps += steps(history, Outcome.ORDER);
    }
    assertThat(steps).isLessThanOrEqualTo(bound);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1, 1720", "3, 0.1, 10350", "5, 0.1, 8300", "5, 0.3, 27000"})
  void findsThatThereIsNoneInFewSteps(int values, double unknown, long bound) {
    long steps = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      steps +=
          steps(
              seenTwice(new SimulatedClients(12, 60, 1, values, unknown).history(seed)),
              Outcome.NO_ORDER);
    }
    assertThat(steps).isBetween(bound * 9 / 10, bound);
  }

  @Test
  void judgesSmallHistoriesInFewSteps() {
    long steps = 0;
    for (int seed = 0; seed < 1_500; seed++) {
      RegisterSearch search = new RegisterSearch(SmallHistories.of(seed), AMPLE);
      search.run();
      steps += search.steps();
    }
    assertThat(steps).isLessThanOrEqualTo(4_330);
  }

  @Test
  void needsTheStepsThatItTook() {
    History history = seenTwice(new SimulatedClients(6, 60, 1, 3, 0.1).history(1));
    long steps = steps(history, Outcome.NO_ORDER);
    assertThat(run(history, steps)).isEqualTo(Outcome.NO_ORDER);
    assertThat(run(history, steps - 1)).isEqualTo(Outcome.OUT_OF_BUDGET);
  }

  /** One write of a value that is read again after it was overwritten; no read shows it alone. */
  private static History seenTwice(History history) {
    List<Operation> operations = new ArrayList<>(history.operations());
    int end = 10_000;
    operations.add(operation(new Write("once"), end, OptionalInt.empty()));
    operations.add(operation(new Read("once"), end + 1, OptionalInt.of(end + 2)));
    operations.add(operation(new Write("other"), end + 3, OptionalInt.of(end + 4)));
    operations.add(operation(new Read("once"), end + 5, OptionalInt.of(end + 6)));
    return new History(operations);
  }

  private static Operation operation(Action action, int invoked, OptionalInt returned) {
    return new Operation("p" + invoked, "k0", action, invoked, returned);
  }

  private static long steps(History history, Outcome expected) {
    RegisterSearch search = new RegisterSearch(history, AMPLE);
    assertThat(search.run()).isEqualTo(expected);
    return search.steps();
  }

  private static Outcome run(History history, long steps) {
    return new RegisterSearch(history, AMPLE.withSteps(steps)).run();
  }
}
