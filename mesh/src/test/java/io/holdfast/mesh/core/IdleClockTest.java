package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IdleClockTest {

  /** The largest step of all is from before to after zero: monotonic clocks may be negative. */
  private static final long START = -5;

  private final IdleClock clock = new IdleClock(Duration.ofNanos(10), START);

  @Test
  void endsOnceNobodyHasComeForSoLong() {
    assertThat(clock.ends(START + 9)).isFalse();
    assertThat(clock.ends(START + 10)).isTrue();
  }

  @Test
  void doesNotEndWhileSomebodyIsIn() {
    assertThat(clock.enter()).isTrue();
    assertThat(clock.enter()).isTrue();
    clock.leave(START + 1);
    assertThat(clock.ends(START + 1000)).isFalse();
    assertThat(clock.idle(START + 1000)).isZero();
  }

  @Test
  void countsFromWhenTheLastOneLeft() {
    assertThat(clock.enter()).isTrue();
    clock.leave(START + 100);
    assertThat(clock.idle(START + 109)).isEqualTo(Duration.ofNanos(9));
    assertThat(clock.ends(START + 109)).isFalse();
    assertThat(clock.ends(START + 110)).isTrue();
  }

  @Test
  void letsNobodyInAfterTheEnd() {
    assertThat(clock.ends(START + 10)).isTrue();
    assertThat(clock.enter()).isFalse();
    assertThat(clock.ends(START)).as("the end is for good").isTrue();
  }

  @Test
  void refusesAnEndWithoutPatienceAndALeaveWithoutAnEntry() {
    assertThatIllegalArgumentException().isThrownBy(() -> new IdleClock(Duration.ZERO, 0));
    assertThatIllegalStateException().isThrownBy(() -> clock.leave(0));
  }
}
