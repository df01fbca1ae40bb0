package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

class InvariantViolationTest {

  @Test
  void brokenRuleIsNamedWithItsFacts() {
    InvariantViolation violation =
        catchThrowableOfType(
            InvariantViolation.class,
            () -> InvariantViolation.check(false, "SlotsInOrder", "slot %d after %d", 3, 4));
    assertThat(violation).hasMessage("SlotsInOrder: slot 3 after 4");
    assertThat(violation.invariant()).isEqualTo("SlotsInOrder");
  }

  @Test
  void keptRuleSaysNothing() {
    assertThatCode(() -> InvariantViolation.check(true, "SlotsInOrder", "slot %d", 3))
        .doesNotThrowAnyException();
  }
}
