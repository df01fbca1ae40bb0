package io.holdfast.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockFaultsTest {

  private final ClockFaults clock = new ClockFaults(() -> 1_000_000);

  @Test
  void tellsTheRightTimeUntilItIsSetOff() {
    assertThat(clock.getAsLong()).isEqualTo(1_000_000);
    assertThat(clock.wrongReads()).isZero();
  }

  @Test
  void isAheadOrBehindByWhatItWasLastToldAndCountsHowOftenThatWasRead() {
    clock.setOff(Duration.ofSeconds(5));
    assertThat(clock.getAsLong()).isEqualTo(1_005_000);
    clock.setOff(Duration.ofSeconds(-5));
    assertThat(clock.getAsLong()).isEqualTo(995_000);
    assertThat(clock.wrongReads()).isEqualTo(2);
  }

  @Test
  void isRightAgainWhenHealed() {
    clock.setOff(ClockFaults.MOST);
    clock.heal();
    assertThat(clock.getAsLong()).isEqualTo(1_000_000);
    assertThat(clock.wrongReads()).isZero();
    assertThat(clock.offset()).isZero();
  }

  @Test
  void refusesMoreThanADay() {
    Duration more = ClockFaults.MOST.plusMillis(1);
    assertThatThrownBy(() -> clock.setOff(more)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> clock.setOff(more.negated()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
