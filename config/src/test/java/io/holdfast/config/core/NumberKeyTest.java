package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NumberKeyTest {

  private static final NumberKey COUNT = NumberKey.count("a.count", 2, 9);
  private static final NumberKey BYTES = NumberKey.bytes("a.bytes", 0, 4L << 30);
  private static final NumberKey TIME = NumberKey.duration("a.time");

  @Test
  void allowsItsBoundsAndWhatLiesBetween() {
    assertThat(COUNT.allows(2)).isTrue();
    assertThat(COUNT.allows(9)).isTrue();
    assertThat(COUNT.allows(1)).isFalse();
    assertThat(COUNT.allows(10)).isFalse();
    assertThatCode(() -> COUNT.require(5)).doesNotThrowAnyException();
  }

  @Test
  void refusesInWordsOfItsUnit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> COUNT.require(10))
        .withMessage("a.count = 10: allowed is 2 to 9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BYTES.require(-1))
        .withMessage("a.bytes = -1 B: allowed is 0 B to 4 GiB");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TIME.require(Duration.ofHours(2)))
        .withMessage("a.time = 2h: allowed is 1ms to 1h");
  }

  @Test
  void rendersBytesInTheLargestUnitThatIsExact() {
    assertThat(BYTES.render(0)).isEqualTo("0 B");
    assertThat(BYTES.render(1023)).isEqualTo("1023 B");
    assertThat(BYTES.render(1536)).isEqualTo("1536 B");
    assertThat(BYTES.render(3 << 10)).isEqualTo("3 KiB");
    assertThat(BYTES.render(5 << 20)).isEqualTo("5 MiB");
    assertThat(BYTES.render(1025 << 20)).isEqualTo("1025 MiB");
    assertThat(BYTES.render(2L << 30)).isEqualTo("2 GiB");
  }

  @Test
  void rendersTimesInTheLargestUnitThatIsExact() {
    assertThat(TIME.render(0)).isEqualTo("0ms");
    assertThat(TIME.render(7)).isEqualTo("7ns");
    assertThat(TIME.render(Duration.ofMillis(1500).toNanos())).isEqualTo("1500ms");
    assertThat(TIME.render(Duration.ofSeconds(90).toNanos())).isEqualTo("90s");
    assertThat(TIME.render(Duration.ofHours(3).toNanos())).isEqualTo("3h");
  }

  @Test
  void mayAllowOneValueOnlyButNotNone() {
    assertThat(NumberKey.count("a", 3, 3).allowed()).isEqualTo("3 to 3");
    assertThatIllegalArgumentException().isThrownBy(() -> NumberKey.count("a", 4, 3));
  }

  @Test
  void ruleComparesOnlyNumbersOfOneUnit() {
    NumberKey other = NumberKey.count("b.count", 1, 5);
    OrderRule rule = new OrderRule(COUNT, 1, other, "why");
    assertThat(rule.holds(4, 4)).isTrue();
    assertThat(rule.holds(3, 4)).isFalse();
    assertThat(rule.allowed(4, "file:3")).isEqualTo("at least b.count = 4 (file:3): why");
    assertThat(new OrderRule(COUNT, 3, other, "why").allowed(2, ""))
        .isEqualTo("at least 3 x b.count = 2: why");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OrderRule(COUNT, 1, BYTES, "why"))
        .withMessage("a.count and a.bytes cannot be compared");
    assertThatIllegalArgumentException().isThrownBy(() -> new OrderRule(COUNT, 0, other, "why"));
  }
}
