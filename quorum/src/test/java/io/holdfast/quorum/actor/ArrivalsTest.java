package io.holdfast.quorum.actor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private final Arrivals arrivals = new Arrivals();

  private void add(int from, int to) {
    for (int at = from; at < to; at++) {
      arrivals.add(at);
    }
  }

  @Test
  void namesTheOldestThatWaits() {
    add(1, 5);
    arrivals.dropOldest(2);

    assertThat(arrivals.oldest()).isEqualTo(3);
    arrivals.dropNewest(1);
    assertThat(arrivals.size()).isEqualTo(1);
    assertThat(arrivals.oldest()).isEqualTo(3);
  }

  @Test
  void growsWherePartOfItHasComeRound() {
    add(0, 200);
    arrivals.dropOldest(150);
    add(200, 1000);

    assertThat(arrivals.size()).isEqualTo(850);
    for (int at = 150; at < 1000; at++) {
      assertThat(arrivals.oldest()).isEqualTo(at);
      arrivals.dropOldest(1);
    }
    assertThat(arrivals.size()).isZero();
  }
}
