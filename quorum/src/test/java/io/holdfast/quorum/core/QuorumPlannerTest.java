package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.quorum.core.QuorumPlanner.Plan;
import java.util.function.IntPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Compares the planner with a dumb count over every set of failed members; member 0 leads. */
class QuorumPlannerTest {

  @Property
  void survivesExactlyWhatEverySetOfFailuresLeavesAlive(@ForAll @IntRange(min = 1, max = 9) int n) {
    for (Plan plan : QuorumPlanner.plans(n)) {
      assertThat(plan.writesSurvive()).isEqualTo(most(n, false, up -> up >= plan.w()));
      assertThat(plan.electionSurvives())
          .isEqualTo(most(n, true, up -> up >= plan.prepareQuorum()));
      assertThat(plan.leaderFailureSurvives())
          .isEqualTo(most(n, true, up -> up >= plan.prepareQuorum() && up >= plan.w()));
    }
  }

  @Property
  void everyTwoQuorumsIntersect(@ForAll @IntRange(min = 1, max = 99) int n) {
    assertThat(QuorumPlanner.plans(n))
        .hasSize(n)
        .allSatisfy(plan -> assertThat(plan.w() + plan.prepareQuorum()).isGreaterThan(n));
  }

  @Property
  void exactlyOneChoiceIsTheDefaultAndIsATrueMajority(@ForAll @IntRange(min = 1, max = 99) int n) {
    assertThat(QuorumPlanner.plans(n).stream().filter(Plan::isDefault))
        .singleElement()
        .satisfies(plan -> assertThat(2 * plan.w()).isGreaterThan(n))
        .satisfies(plan -> assertThat(2 * (plan.w() - 1)).isLessThanOrEqualTo(n));
  }

  @Test
  void refusesGroupsThatCannotBe() {
    assertThatThrownBy(() -> QuorumPlanner.plans(0)).hasMessageContaining("1 to 99");
    assertThatThrownBy(() -> QuorumPlanner.plans(100)).hasMessageContaining("1 to 99");
  }

  /** The largest number of failures such that every set of so many leaves {@code alive} true. */
  private static int most(int n, boolean leaderMayFail, IntPredicate alive) {
    int most = 0;
    for (int failures = 0; failures <= n; failures++) {
      boolean all = true;
      for (int set = 0; set < 1 << n; set++) {
        boolean leaderFails = (set & 1) != 0;
        if (Integer.bitCount(set) == failures && (leaderMayFail || !leaderFails)) {
          all &= alive.test(n - failures);
        }
      }
      if (all && (leaderMayFail || failures < n)) {
        most = failures;
      }
    }
    return most;
  }
}
