package io.holdfast.mesh.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.Now;
import io.holdfast.mesh.ClockStatus;
import org.junit.jupiter.api.Test;

class ClockWatchTest {

  private final ClockWatch watch = new ClockWatch();
  private long nanos = Long.MAX_VALUE - 1_000_000_000L; // it passes the end of its numbers
  private long wall = 1_000_000;

  private ClockStatus after(long millis, long wallMillis) {
    nanos += millis * 1_000_000L;
    wall += wallMillis;
    return watch.look(new Now(nanos, wall));
  }

  @Test
  void clocksThatRunTogetherAreNotNoticed() {
    for (int i = 0; i < 10; i++) {
      assertThat(after(500, 500 + i)).isEqualTo(ClockStatus.at(wall));
    }
  }

  @Test
  void looksThatComeLateAreAStandstill() {
    after(0, 0);
    after(500, 500);
    assertThat(after(10_500, 10_500)).isEqualTo(new ClockStatus(wall, 0, -1, 10_500, 0));
    assertThat(after(500, 500)).isEqualTo(new ClockStatus(wall, 0, -1, 10_500, 500));
  }

  @Test
  void wallClockThatJumpsIsNoticedWhateverItsDirection() {
    after(0, 0);
    assertThat(after(500, 60_500)).isEqualTo(new ClockStatus(wall, 60_000, 0, 0, -1));
    assertThat(after(500, -60_500)).isEqualTo(new ClockStatus(wall, -61_000, 0, 0, -1));
    assertThat(after(500, 500)).isEqualTo(new ClockStatus(wall, -61_000, 500, 0, -1));
  }

  @Test
  void jumpDuringAStandstillIsNoticedBesideIt() {
    after(0, 0);
    assertThat(after(10_000, 70_000)).isEqualTo(new ClockStatus(wall, 60_000, 0, 10_000, 0));
  }
}
