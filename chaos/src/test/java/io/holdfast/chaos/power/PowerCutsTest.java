package io.holdfast.chaos.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Power cuts against the journal and the store as they are, and as they must not be. */
final class PowerCutsTest {

  /** What takes some 15 s on two processors; all 500 are the verb's. */
  private static final int CYCLES = 40;

  private static final int CYCLES_TO_FIND_A_FAULT = 100;

  @Test
  void everyAcknowledgedWriteAndPromiseIsThereAfterEveryCut() throws InterruptedException {
    PowerCutReport report = PowerCuts.run(PowerCutPlan.of(CYCLES, 20_251_121), soFar -> {});

    assertThat(report.failures()).isEmpty();
    assertThat(report.cycles()).isEqualTo(CYCLES);
    assertThat(report.acknowledged()).isGreaterThan(20L * CYCLES);
    assertThat(report.duringStart()).isPositive();
    assertThat(report.duringWork()).isPositive();
    assertThat(report.atRest()).isPositive();
    assertThat(report.counts().torn()).isPositive();
    assertThat(report.counts().dropped()).isPositive();
    assertThat(report.upkeep().snapshots()).isPositive();
    assertThat(report.upkeep().trimmedSlots()).isPositive();
    assertThat(report.upkeep().deletedEvents()).isPositive();
    assertThat(report.upkeep().compactedRevisions()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Breakage.class)
  void findsEveryFaultThatIsPutIn(Breakage breakage) throws InterruptedException {
    int cycles = 0;
    PowerCutReport report = PowerCuts.run(PowerCutPlan.of(1, 0), soFar -> {});
    for (long seed = 1; report.ok() && cycles < CYCLES_TO_FIND_A_FAULT; seed++) {
      report =
          PowerCuts.run(
              new PowerCutPlan(PowerCutPlan.CYCLES_OF_A_MACHINE, seed, Optional.of(breakage)),
              soFar -> {});
      cycles += report.cycles();
    }
    assertThat(report.ok()).as("%s is found within %d cycles", breakage, cycles).isFalse();
  }
}
