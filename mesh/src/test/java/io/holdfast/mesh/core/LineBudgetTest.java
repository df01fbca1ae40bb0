package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class LineBudgetTest {

  private static final long SECOND = 1_000_000_000L;

  /** Monotonic time may pass from the largest number to the smallest. */
  private static final long BEGIN = Long.valueOf(Long.MAX_VALUE - SECOND);

  private final LineBudget budget = new LineBudget();

  private int taken(String kind, int times, long nowNanos) {
    int taken = 0;
    for (int i = 0; i < times; i++) {
      taken += budget.take(kind, nowNanos) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void givesABurstAndThenOneLineASecond() {
    assertThat(taken("overloaded", 1000, BEGIN)).isEqualTo(LineBudget.BURST);
    assertThat(taken("overloaded", 1000, BEGIN + SECOND - 1)).isZero();
    assertThat(taken("overloaded", 1000, BEGIN + SECOND)).isEqualTo(1);
    assertThat(taken("overloaded", 1000, BEGIN + 4 * SECOND)).isEqualTo(3);
  }

  @Test
  void givesTheWholeBurstAgainAfterAsManyQuietSecondsAndNoMore() {
    assertThat(taken("denied", 30, BEGIN)).isEqualTo(LineBudget.BURST);
    assertThat(taken("denied", 30, BEGIN + 500 * SECOND)).isEqualTo(LineBudget.BURST);
  }

  @Test
  void kindsDoNotTakeFromEachOther() {
    assertThat(taken("overloaded", 1000, BEGIN)).isEqualTo(LineBudget.BURST);
    assertThat(taken("denied", 1, BEGIN)).isEqualTo(1);
  }

  @Test
  void tellsOnceASecondHowManyWereLeftOutAndLosesNone() {
    assertThat(taken("overloaded", LineBudget.BURST + 7, BEGIN)).isEqualTo(LineBudget.BURST);
    assertThat(budget.leftOut(BEGIN + SECOND - 1)).isEmpty();
    assertThat(budget.leftOut(BEGIN + SECOND)).isEqualTo(Map.of("overloaded", 7L));
    assertThat(budget.leftOut(BEGIN + 2 * SECOND)).isEmpty();

    assertThat(taken("overloaded", 9, BEGIN + 2 * SECOND)).isEqualTo(2);
    assertThat(budget.leftOutUntilNow()).isEqualTo(Map.of("overloaded", 7L));
    assertThat(budget.leftOutUntilNow()).isEmpty();
  }

  @Test
  void tellsNothingWhereNothingWasLeftOut() {
    assertThat(taken("denied", LineBudget.BURST, BEGIN)).isEqualTo(LineBudget.BURST);
    assertThat(budget.leftOut(BEGIN + 9 * SECOND)).isEmpty();
    assertThat(budget.leftOutUntilNow()).isEmpty();
  }
}
