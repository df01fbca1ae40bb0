package io.holdfast.chaos.core;

import static io.holdfast.chaos.core.CheckerAssertions.assertThatItExplains;
import static io.holdfast.chaos.core.CheckerAssertions.counterexample;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Search.Outcome;
import io.holdfast.chaos.core.SimulatedTransfers.Bug;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Valid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories as a storm of transfers gives them: 64 clients, 100 accounts, some never answered. */
class TransferHistoriesTest {

  /** A twentieth of the usual one: these take seconds, not minutes. */
  private static final Budget BUDGET = Budget.DEFAULT.withSteps(2_500_000);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void judgesFiveThousandOperationsOfSixtyFourClients(boolean tagged) {
    History history = storm(tagged).history(1);
    assertThat(history.operations()).hasSizeGreaterThanOrEqualTo(5_000);
    assertThat(history.operations()).filteredOn(each -> !each.known()).hasSizeGreaterThan(80);
    assertThat(LinearizabilityChecker.check(history, BUDGET)).isEqualTo(new Valid());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void findsWhatAStoreDidWrong(Bug bug) {
    for (boolean tagged : new boolean[] {true, false}) {
      History history = storm(tagged).history(2, bug);
      Counterexample found = counterexample(LinearizabilityChecker.check(history, BUDGET));
      assertThat(found.shortest()).as("%s, tagged %s", bug, tagged).isTrue();
      assertThat(found.placed()).isNotEmpty();
      assertThat(found.placed())
          .allSatisfy(
              each -> assertThat(each.keys()).containsAnyElementsOf(found.failing().keys()));
      History holds = history.before(found.events() - 1);
      assertThat(LinearizabilityChecker.check(holds, BUDGET)).isEqualTo(new Valid());
    }
  }

  @Test
  void graphAndSearchFindOrdersOfTheSame() {
    History history = storm(true).history(3);
    Transitions transitions = new Transitions(history);
    for (Search search :
        new Search[] {
          VersionGraph.of(transitions).orElseThrow(), new TransactionSearch(transitions, BUDGET)
        }) {
      assertThat(search.run()).isEqualTo(Outcome.ORDER);
      assertThatItExplains(search.order(), history);
    }
  }

  @Test
  void balancesThatAreWrittenAgainTellNoOrder() {
    assertThat(VersionGraph.of(new Transitions(storm(false).history(3)))).isEmpty();
  }

  private static SimulatedTransfers storm(boolean tagged) {
    return new SimulatedTransfers(64, 5_000, 100, 0.02, tagged);
  }
}
