package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.config.core.Now;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveLoadTest {

  private final LiveLoad live = new LiveLoad();
  private long millis = 7_000_000;

  @Test
  void isNothingAtFirst() {
    assertThat(live.commandsPerSecond(now())).isZero();
    assertThat(live.bytesPerSecond(now())).isZero();
  }

  @Test
  void comesToWhatIsExecutedASecond() {
    load(30_000, 100, 25_000);

    assertThat(live.commandsPerSecond(now())).isCloseTo(1_000, within(20.0));
    assertThat(live.bytesPerSecond(now())).isCloseTo(250_000, within(5_000.0));
  }

  /** Monotonic clocks begin anywhere, below zero too, and pass the largest number. */
  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -5_000_000_000_000_000_000L, -1, Long.MAX_VALUE})
  void itDoesNotMatterWhereTheClockBegins(long nanos) {
    LiveLoad load = new LiveLoad();
    assertThat(load.commandsPerSecond(new Now(nanos, 0))).isZero();
    long at = nanos;
    for (int i = 0; i < 300; i++) {
      at += 100_000_000;
      load.executed(100, 25_000, new Now(at, 0));
    }
    assertThat(load.commandsPerSecond(new Now(at, 0))).isCloseTo(1_000, within(20.0));
    assertThat(load.bytesPerSecond(new Now(at, 0))).isCloseTo(250_000, within(5_000.0));
    assertThat(load.commandsPerSecond(new Now(at + 1_000_000_000, 0))).isZero();
  }

  @Test
  void isSeenWithinASecond() {
    load(1_000, 300, 300);

    assertThat(live.commandsPerSecond(now())).isGreaterThan(512);
  }

  @Test
  void falls() {
    load(30_000, 100, 100);
    load(10_000, 10, 10);

    assertThat(live.commandsPerSecond(now())).isCloseTo(100 + 900 * Math.exp(-2), within(5.0));
    assertThat(live.bytesPerSecond(now())).isCloseTo(100 + 900 * Math.exp(-2), within(5.0));
  }

  @Test
  void outlastsAStall() {
    load(30_000, 100, 100);
    millis += 900;
    assertThat(live.commandsPerSecond(now())).isGreaterThan(800);
    millis += 500;

    live.executed(1, 1, now());

    assertThat(live.commandsPerSecond(now())).isGreaterThan(700);
    assertThat(live.bytesPerSecond(now())).isGreaterThan(700);
  }

  @Test
  void hasEndedAfterASecondWithoutACommand() {
    load(30_000, 100, 100);
    millis += 999;
    live.executed(0, 1_000_000, now());
    assertThat(live.bytesPerSecond(now())).isPositive();
    millis++;

    assertThat(live.commandsPerSecond(now())).isZero();
    assertThat(live.bytesPerSecond(now())).isZero();
  }

  @Test
  void isAsAtFirstAfterALongPause() {
    load(30_000, 100, 100);
    millis += 1_000_000_000;
    live.executed(10, 20, now());

    assertThat(live.commandsPerSecond(now())).isEqualTo(2);
    assertThat(live.bytesPerSecond(now())).isEqualTo(4);
  }

  @Test
  void countsNothingThatHasNoCommand() {
    live.executed(0, 1_000, now());

    assertThat(live.bytesPerSecond(now())).isZero();
  }

  /** A tenth of a second apart. */
  private void load(long forMillis, int commands, long bytes) {
    for (long end = millis + forMillis; millis < end; ) {
      millis += 100;
      live.executed(commands, bytes, now());
    }
  }

  private Now now() {
    return new Now(millis * 1_000_000, 0);
  }
}
