package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.Now;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

  /** One byte a millisecond. */
  private final TokenBucket bucket = new TokenBucket(1_000);

  @Test
  void isOpenUntilAQuarterOfASecondIsSpent() {
    assertThat(bucket.isOpen(at(0))).isTrue();
    bucket.take(249);
    assertThat(bucket.isOpen(at(0))).isTrue();
    bucket.take(1);
    assertThat(bucket.isOpen(at(0))).isFalse();
  }

  @Test
  void waitsForWhatOneMessageTookTooMuch() {
    assertThat(bucket.isOpen(at(0))).isTrue();
    bucket.take(1_250);

    assertThat(bucket.isOpen(at(1_000))).isFalse();
    assertThat(bucket.isOpen(at(1_002))).isTrue();
  }

  @Test
  void savesNoMoreThanAQuarterOfASecond() {
    assertThat(bucket.isOpen(at(0))).isTrue();
    assertThat(bucket.isOpen(at(1_000_000))).isTrue();
    bucket.take(250);

    assertThat(bucket.isOpen(at(1_000_000))).isFalse();
  }

  @Test
  void countsPartsOfAByte() {
    assertThat(bucket.isOpen(at(0))).isTrue();
    bucket.take(251);
    boolean open = false;
    for (int micros = 0; micros <= 1_500; micros += 100) {
      open = bucket.isOpen(new Now(micros * 1_000L, 0));
    }
    assertThat(open).isTrue();
  }

  @Test
  void keepsToItsRateWhereTheMonotonicClockOverflows() {
    long start = Long.MAX_VALUE - 500_000_000;
    assertThat(bucket.isOpen(new Now(start, 0))).isTrue();
    bucket.take(750);
    assertThat(bucket.isOpen(new Now(start + 499_000_000, 0))).isFalse();
    assertThat(bucket.isOpen(new Now(start + 502_000_000, 0))).isTrue();
  }

  private static Now at(long millis) {
    return new Now(millis * 1_000_000, 0);
  }
}
