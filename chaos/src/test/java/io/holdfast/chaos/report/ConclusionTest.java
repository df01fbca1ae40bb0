package io.holdfast.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.chaos.report.RunReport.Conclusion;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConclusionTest {

  @Test
  void recoveryIsTheNearestRank() {
    Conclusion three = conclusion(30, 10, 20);
    assertThat(three.recovery(0.5)).contains(Duration.ofMillis(20));
    assertThat(three.recovery(0.34)).contains(Duration.ofMillis(20));
    assertThat(three.recovery(0.33)).contains(Duration.ofMillis(10));
    assertThat(three.recovery(0.99)).contains(Duration.ofMillis(30));
    assertThat(three.recovery(1)).contains(Duration.ofMillis(30));
  }

  @Test
  void nothingRecoveredHasNoRecovery() {
    assertThat(conclusion().recovery(0.5)).isEmpty();
  }

  @Test
  void shareBeyondAllIsRefused() {
    for (double share : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> conclusion(1).recovery(share))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Conclusion conclusion(int... recoveries) {
    List<Duration> list = Arrays.stream(recoveries).mapToObj(Duration::ofMillis).toList();
    return new Conclusion("valid", "", 0, 0, 0, 0, 0, list);
  }
}
