package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NowTest {

  @Test
  void deadlineIsPassedStrictlyAfterItsInstant() {
    assertThat(new Now(99, 0).isAfter(100)).isFalse();
    assertThat(new Now(100, 0).isAfter(100)).isFalse();
    assertThat(new Now(101, 0).isAfter(100)).isTrue();
  }

  @Test
  void monotonicTimeMayWrapAround() {
    Now before = new Now(Long.MAX_VALUE - 5, 0);
    long deadline = before.nanosAfter(Duration.ofNanos(10));
    assertThat(deadline).isNegative();
    assertThat(before.isAfter(deadline)).isFalse();
    assertThat(new Now(deadline + 1, 0).isAfter(deadline)).isTrue();
    assertThat(new Now(deadline, 0).nanosSince(before.monotonicNanos())).isEqualTo(10);
  }

  @Test
  void wallTimeDecidesNothing() {
    assertThat(new Now(100, 5_000).isAfter(100)).isFalse();
    assertThat(new Now(100, 5_000).nanosSince(40)).isEqualTo(60);
    assertThat(new Now(100, 5_000).nanosAfter(Duration.ofNanos(7))).isEqualTo(107);
  }
}
