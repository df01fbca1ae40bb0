package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;

/**
 * Numbers that are not given away though their pool has them.
 *
 * @param span which
 * @param reason why, for people; may be empty
 */
public record Exclusion(Pool.Span span, String reason) {

  public Exclusion {
    ReservationText.requireWord("reason", reason);
  }

  boolean contains(long value) {
    return span.first() <= value && value <= span.last();
  }
}
