package io.holdfast.config.core;

import java.util.Set;

/** Whether this node's directory may vote. */
public sealed interface Admission {

  /**
   * It may vote, from now on and across restarts. If {@code changed}, {@code ledger} must be
   * durable before the first vote.
   *
   * @param ledger the ledger that says so
   * @param changed whether it differs from the one before
   */
  record Admitted(PeerLedger ledger, boolean changed) implements Admission {}

  /**
   * It may not vote yet.
   *
   * @param unacknowledged members that have not answered with a welcome
   * @param unbound members whose incarnation is not known here
   */
  record Waiting(Set<NodeId> unacknowledged, Set<NodeId> unbound) implements Admission {

    public Waiting {
      unacknowledged = Set.copyOf(unacknowledged);
      unbound = Set.copyOf(unbound);
    }
  }
}
