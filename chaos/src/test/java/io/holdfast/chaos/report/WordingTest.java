package io.holdfast.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class WordingTest {

  @Test
  void lengthsHaveTheUnitThatFits() {
    assertThat(Wording.length(Duration.ZERO)).isEqualTo("0 ms");
    assertThat(Wording.length(Duration.ofMillis(999))).isEqualTo("999 ms");
    assertThat(Wording.length(Duration.ofSeconds(1))).isEqualTo("1.00 s");
    assertThat(Wording.length(Duration.ofMillis(3042))).isEqualTo("3.04 s");
    assertThat(Wording.length(Duration.ofMillis(59_999))).isEqualTo("59.99 s");
    assertThat(Wording.length(Duration.ofMinutes(10))).isEqualTo("10 min");
    assertThat(Wording.length(Duration.ofSeconds(245))).isEqualTo("4 min 5 s");
  }

  @Test
  void momentsAreMinutesAndSeconds() {
    assertThat(Wording.at(Duration.ZERO)).isEqualTo("0:00.0");
    assertThat(Wording.at(Duration.ofMillis(127_399))).isEqualTo("2:07.3");
    assertThat(Wording.at(Duration.ofMinutes(61))).isEqualTo("61:00.0");
  }

  @Test
  void latenciesHaveThreeDigitsOrSo() {
    assertThat(Wording.millis(0.8412)).isEqualTo("0.84");
    assertThat(Wording.millis(12.34)).isEqualTo("12.3");
    assertThat(Wording.millis(1204.4)).isEqualTo("1,204");
  }

  @Test
  void ratesAreWholeUnlessSmall() {
    assertThat(Wording.rate(0.4)).isEqualTo("0.4");
    assertThat(Wording.rate(3)).isEqualTo("3");
    assertThat(Wording.rate(1204.4)).isEqualTo("1,204");
  }

  @Test
  void numbersAreTheSameOnEveryMachine() {
    Locale machine = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Wording.count(1_234_567)).isEqualTo("1,234,567");
      assertThat(Wording.length(Duration.ofMillis(1500))).isEqualTo("1.50 s");
      assertThat(Wording.millis(1.5)).isEqualTo("1.50");
    } finally {
      Locale.setDefault(machine);
    }
  }

  @Test
  void longTextIsCut() {
    assertThat(Wording.bounded("x".repeat(400))).hasSize(400).doesNotContain("…");
    assertThat(Wording.bounded("x".repeat(401))).hasSize(400).endsWith("x…");
  }

  @Test
  void textIsNotCutWithinACharacter() {
    assertThat(Wording.bounded("ab\uD83D\uDE00cd", 4)).isEqualTo("ab…");
    assertThat(Wording.bounded("ab\uD83D\uDE00cd", 5)).isEqualTo("ab\uD83D\uDE00…");
  }
}
