package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Groups of three with w = 1, whose leaders acknowledge alone and crash. */
final class OneWayPushSimulationTest {

  @Test
  void losesNothingAcknowledgedHoweverLeadersCrashAndComeBack() throws InterruptedException {
    RangeResult result = run(Profile.CRASHES);

    assertThat(result.failures()).isEmpty();
    assertThat(result.count(Coverage.CRASHES)).isPositive();
    assertThat(result.count(Coverage.ELECTIONS)).isPositive();
    assertThat(result.count("operations")).isPositive();
  }

  @Test
  void losesNothingAcknowledgedInPartitions() throws InterruptedException {
    RangeResult result = run(Profile.PARTITIONS);

    assertThat(result.failures()).isEmpty();
    assertThat(result.count(Coverage.PARTITIONS)).isPositive();
  }

  private static RangeResult run(Profile profile) throws InterruptedException {
    SeedRange range = new SeedRange(1, 6, profile, OptionalInt.of(3), OptionalInt.of(1));
    return SeedRuns.run(
        range, Optional.empty(), Runtime.getRuntime().availableProcessors(), done -> {});
  }
}
