package io.holdfast.chaos.core;

import static io.holdfast.chaos.core.CheckerAssertions.assertThatItExplains;
import static io.holdfast.chaos.core.CheckerAssertions.counterexample;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Valid;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of operations on one register, within the default budget. */
class LongHistoriesTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 50, 300})
  void findsALongOrderThatExplainsAllResults(int values) {
    History history = new SimulatedClients(30, 3_000, 1, values, 0.05).history(13);
    RegisterSearch search = new RegisterSearch(history, Budget.DEFAULT);
    assertThat(search.run()).isEqualTo(Search.Outcome.ORDER);
    assertThatItExplains(search.order(), history);
  }

  @Test
  void findsAStaleReadAtTheEndOfALongHistory() {
    for (int values : new int[] {0, 50, 2_000}) {
      List<Operation> operations =
          new ArrayList<>(new SimulatedClients(30, 10_000, 1, values, 0).history(14).operations());
      int end = 30_000;
      operations.add(onKey(known(new Write("old"), end, end + 1)));
      operations.add(onKey(known(new Write("new"), end + 2, end + 3)));
      Operation stale = onKey(known(new Read("old"), end + 4, end + 5));
      operations.add(stale);
      Verdict verdict = LinearizabilityChecker.check(new History(operations), Budget.DEFAULT);
      Counterexample found = counterexample(verdict);
      assertThat(found.failing()).isEqualTo(stale);
      assertThat(found.shortest()).isTrue();
      assertThat(found.state()).isEqualTo("new");
    }
  }

  @Test
  void findsASecondReadOfWhatWasWrittenOnceAtTheEndOfALongHistory() {
    for (int values : new int[] {0, 5, 50}) {
      List<Operation> operations =
          new ArrayList<>(new SimulatedClients(30, 10_000, 1, values, 0).history(15).operations());
      int end = 30_000;
      operations.add(onKey(unknown(new Write("once"), end)));
      operations.add(onKey(known(new Read("once"), end + 1, end + 2)));
      operations.add(onKey(known(new Write("other"), end + 3, end + 4)));
      Operation second = onKey(known(new Read("once"), end + 5, end + 6));
      operations.add(second);
      Verdict verdict = LinearizabilityChecker.check(new History(operations), Budget.DEFAULT);
      assertThat(counterexample(verdict).failing()).isEqualTo(second);
      assertThat(counterexample(verdict).shortest()).isTrue();
    }
  }

  private static Operation onKey(Operation each) {
    return new Operation(each.process(), "k0", each.action(), each.invoked(), each.returned());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5, 20, 50, 200})
  void judgesTenThousandOperationsOnOneRegister(int values) {
    judges(new SimulatedClients(30, 10_000, 1, values, 0.05).history(11));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5, 50})
  void judgesTenThousandOperationsOnSomeRegisters(int values) {
    judges(new SimulatedClients(30, 10_000, 5, values, 0.05).history(12));
  }

  private static void judges(History history) {
    assertThat(LinearizabilityChecker.check(history, Budget.DEFAULT)).isEqualTo(new Valid());
    List<Operation> broken = new ArrayList<>(history.operations());
    Predicate<Operation> late = each -> each.action() instanceof Read && each.known();
    int flipped = broken.size() - 100;
    while (!late.test(broken.get(flipped))) {
      flipped++;
    }
    Operation read = broken.get(flipped);
    Operation impossible =
        new Operation(
            read.process(), read.key(), new Read("never"), read.invoked(), read.returned());
    broken.set(flipped, impossible);
    Verdict verdict = LinearizabilityChecker.check(new History(broken), Budget.DEFAULT);
    assertThat(counterexample(verdict).failing()).isEqualTo(impossible);
    assertThat(counterexample(verdict).shortest()).isTrue();
  }

  private static Operation known(Action action, int invoked, int returned) {
    return new Operation("p" + invoked, "k", action, invoked, OptionalInt.of(returned));
  }

  private static Operation unknown(Action action, int invoked) {
    return new Operation("p" + invoked, "k", action, invoked, OptionalInt.empty());
  }
}
