package io.holdfast.chaos.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.KnownStates.Configuration;
import org.junit.jupiter.api.Test;

/** Which configurations need not be looked at because of one that was. */
class KnownStatesTest {

  private final KnownStates known = new KnownStates(10_000);

  KnownStatesTest() {
    assertThat(known.add(of(1, ints(5, 6), ints(2), ints(3), ints(8)))).isTrue();
  }

  @Test
  void looksAtTheSameOnce() {
    assertThat(known.add(of(1, ints(5, 6), ints(2), ints(3), ints(8)))).isFalse();
  }

  @Test
  void levelsHeldValuesAndWritesTellConfigurationsApart() {
    assertThat(known.add(of(0, ints(5, 6), ints(2), ints(3), ints(8)))).isTrue();
    assertThat(known.add(of(1, ints(6, 5), ints(2), ints(3), ints(8)))).isTrue();
    assertThat(known.add(of(1, ints(5, 6), ints(), ints(3), ints(8)))).isTrue();
  }

  @Test
  void moreReadsAreBetter() {
    assertThat(known.add(of(1, ints(5, 6), ints(2), ints(), ints(8)))).isFalse();
    assertThat(known.add(of(1, ints(5, 6), ints(2), ints(4), ints(8)))).isTrue();
    assertThat(known.add(of(1, ints(5, 6), ints(2), ints(3, 4), ints(8)))).isTrue();
  }

  @Test
  void fewerUnknownOperationsAreBetter() {
    assertThat(known.add(of(1, ints(5, 6), ints(2), ints(3), ints(7, 8)))).isFalse();
    assertThat(known.add(of(1, ints(5, 6), ints(2), ints(3), ints(7)))).isTrue();
    assertThat(known.add(of(1, ints(5, 6), ints(2), ints(3), ints()))).isTrue();
  }

  @Test
  void remembersNothingBeyondItsMemory() {
    KnownStates small = new KnownStates(0);
    assertThat(small.add(of(1, ints(), ints(), ints(), ints()))).isTrue();
    assertThat(small.add(of(1, ints(), ints(), ints(), ints()))).isTrue();
  }

  private static Configuration of(int level, int[] held, int[] writes, int[] reads, int[] unknown) {
    return new Configuration(level, held, writes, reads, unknown);
  }

  private static int[] ints(int... numbers) {
    return numbers;
  }
}
