package io.holdfast.config.core;

/**
 * A rule between two settings of the same unit: {@code larger >= factor x smaller}.
 *
 * @param larger the setting that must not be the smaller one
 * @param factor how many times {@code smaller} must fit into {@code larger}, at least 1
 * @param smaller the setting that bounds it from below
 * @param reason why, for the message
 */
public record OrderRule(NumberKey larger, int factor, NumberKey smaller, String reason) {

  public OrderRule {
    if (factor < 1 || larger.unit() != smaller.unit()) {
      throw new IllegalArgumentException(
          larger.path() + " and " + smaller.path() + " cannot be compared");
    }
  }

  /** Whether the rule holds; both values in the keys' unit and range. */
  public boolean holds(long largerValue, long smallerValue) {
    return largerValue >= factor * smallerValue;
  }

  /** What is allowed for {@code larger}, given the other key's value and where that came from. */
  public String allowed(long smallerValue, String smallerSource) {
    return "at least "
        + (factor == 1 ? "" : factor + " x ")
        + smaller.path()
        + " = "
        + smaller.render(smallerValue)
        + (smallerSource.isEmpty() ? "" : " (" + smallerSource + ")")
        + ": "
        + reason;
  }

  /**
   * Refuses values that break the rule.
   *
   * @throws IllegalArgumentException naming both keys, both values and the reason
   */
  public void require(long largerValue, long smallerValue) {
    if (!holds(largerValue, smallerValue)) {
      throw new IllegalArgumentException(
          larger.path()
              + " = "
              + larger.render(largerValue)
              + ": allowed is "
              + allowed(smallerValue, ""));
    }
  }
}
