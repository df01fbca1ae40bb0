package io.holdfast.quorum.core;

/**
 * A change as it stands in the log.
 *
 * @param change what to change
 * @param basis the number of the configuration that its leader had in view: what that leader has
 *     checked holds for no other
 */
public record ProposedChange(MembershipChange change, long basis) {

  public ProposedChange {
    if (basis < 0) {
      throw new IllegalArgumentException("basis " + basis + ": must not be negative");
    }
  }
}
