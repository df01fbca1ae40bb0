package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StampRingTest {

  private final StampRing ring = new StampRing(4);

  @Test
  void givesAStampOnce() {
    ring.put(7, 70);

    assertThat(ring.take(7)).isEqualTo(70);
    assertThat(ring.take(7)).isZero();
    assertThat(ring.take(8)).isZero();
  }

  @Test
  void keepsTheBeginningOfWhatIsSentAgain() {
    ring.put(7, 70);
    ring.put(7, 90);

    assertThat(ring.take(7)).isEqualTo(70);
  }

  @Test
  void forgetsTheOldestWhenThereAreMore() {
    for (long number = 1; number <= 5; number++) {
      ring.put(number, 10 * number);
    }

    assertThat(ring.take(1)).isZero();
    assertThat(ring.take(5)).isEqualTo(50);
    assertThat(ring.take(2)).isEqualTo(20);
  }

  @Test
  void holdsAlsoWhatBeganAtZeroAndNegativeNumbers() {
    ring.put(-3, 0);

    assertThat(ring.take(-3)).isNotZero();
  }
}
