package io.holdfast.config.core;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/**
 * A named invariant of the protocol does not hold: a bug, or damage. The node that sees it stops.
 */
public final class InvariantViolation extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  private final String invariant;

  /**
   * @param invariant the invariant's name as in {@code docs/INVARIANTS.md}
   * @param facts what was seen, with the values that contradict each other
   */
  public InvariantViolation(String invariant, String facts) {
    super(invariant + ": " + facts);
    this.invariant = invariant;
  }

  /** The invariant's name as in {@code docs/INVARIANTS.md}. */
  public String invariant() {
    return invariant;
  }

  /**
   * Throws unless {@code holds}.
   *
   * @param holds whether the invariant holds
   * @param invariant its name
   * @param facts a format string, filled in only when it does not hold
   * @param values the values for {@code facts}
   */
  @FormatMethod
  public static void check(
      boolean holds, String invariant, @FormatString String facts, Object... values) {
    if (!holds) {
      throw new InvariantViolation(invariant, String.format(facts, values));
    }
  }
}
