package io.holdfast.chaos.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PowerCutPlanTest {

  @Test
  void machinesShareTheCycles() {
    PowerCutPlan plan = PowerCutPlan.of(60, 1);
    assertThat(plan.machines()).isEqualTo(3);
    assertThat(plan.cyclesOf(0)).isEqualTo(25);
    assertThat(plan.cyclesOf(2)).isEqualTo(10);
  }

  /** So the seed that a failure names plays its machine first. */
  @Test
  void firstMachineHasTheSeedOfThePlan() {
    long ofThird = PowerCutPlan.of(100, 7).seedOf(2);
    assertThat(PowerCutPlan.of(1, ofThird).seedOf(0)).isEqualTo(ofThird);
  }

  @Test
  void neighbouringSeedsShareNoMachine() {
    Set<Long> seeds = new HashSet<>();
    for (long seed = 0; seed < 100; seed++) {
      for (int machine = 0; machine < 100; machine++) {
        seeds.add(PowerCutPlan.of(10_000, seed).seedOf(machine));
      }
    }
    assertThat(seeds).hasSize(10_000).allSatisfy(seed -> assertThat(seed).isNotNegative());
  }

  @Test
  void refusesNoCycles() {
    assertThatThrownBy(() -> PowerCutPlan.of(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed are 1 to 1000000");
  }
}
