package io.holdfast.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreePortsTest {

  private final Optional<String> before = Optional.ofNullable(System.getProperty(FreePorts.RANGE));

  @AfterEach
  void restore() {
    before.ifPresentOrElse(
        range -> System.setProperty(FreePorts.RANGE, range),
        () -> System.clearProperty(FreePorts.RANGE));
  }

  @Test
  void areDifferentOnesOfTheRange() {
    System.setProperty(FreePorts.RANGE, "14000-14099");

    assertThat(FreePorts.find(20))
        .hasSize(20)
        .doesNotHaveDuplicates()
        .allSatisfy(port -> assertThat(port).isBetween(14_000, 14_099));
  }

  @Test
  void areNotFoundWhereTheRangeHasTooFew() {
    System.setProperty(FreePorts.RANGE, "14000-14001");

    assertThatThrownBy(() -> FreePorts.find(3))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no 3 free ports in 14000-14001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "14000", "14010-14000", "14000-70000", "a-b", "14000 - 14010"})
  void rangeThatIsNoneIsRefusedByName(String range) {
    System.setProperty(FreePorts.RANGE, range);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> FreePorts.find(1))
        .withMessageContaining("local-mesh.ports=" + range);
  }
}
