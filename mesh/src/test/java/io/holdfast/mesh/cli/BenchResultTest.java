package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BenchResultTest {

  @Test
  void ratesAreOfFullMinutesOnly() {
    List<Long> seconds = new ArrayList<>(Collections.nCopies(60, 100L));
    seconds.addAll(Collections.nCopies(60, 50L));
    seconds.addAll(Collections.nCopies(59, 1L));
    assertThat(result(seconds).rateByMinute()).containsExactly(100.0, 50.0);
  }

  @Test
  void oneSecondsStallIsSeen() {
    assertThat(result(List.of(900L, 0L, 900L)).slowestSecond()).isZero();
  }

  @Test
  void lessThanASecondHasNoRates() {
    assertThat(result(List.of()).rateByMinute()).isEmpty();
    assertThat(result(List.of()).slowestSecond()).isZero();
  }

  private static BenchRun.Result result(List<Long> bySecond) {
    return new BenchRun.Result(new Histogram(3), Map.of(), 0, bySecond.size(), bySecond);
  }
}
