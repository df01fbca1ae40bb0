package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FreshnessTest {

  @Test
  void isUnknownUntilALeaderNamesASlotThatIsExecuted() {
    Freshness behind = Freshness.UNKNOWN.applied(new Slot(4)).chosen(new Slot(5), at(10));

    assertThat(behind.age(at(20))).isEmpty();
    assertThat(behind.applied(new Slot(5)).chosen(new Slot(5), at(20)).age(at(27)))
        .contains(Duration.ofMillis(7));
  }

  @Test
  void growsOldWhileTheNodeIsBehind() {
    Freshness level = Freshness.UNKNOWN.applied(new Slot(5)).chosen(new Slot(5), at(0));

    assertThat(level.chosen(new Slot(6), at(50)).age(at(60))).contains(Duration.ofMillis(60));
  }

  @Test
  void isLevelWithALeaderThatLagsBehind() {
    Freshness level = Freshness.UNKNOWN.applied(new Slot(5)).chosen(new Slot(3), at(8));

    assertThat(level.age(at(8))).contains(Duration.ZERO);
  }

  private static Now at(long millis) {
    return new Now(millis * 1_000_000, 0);
  }
}
