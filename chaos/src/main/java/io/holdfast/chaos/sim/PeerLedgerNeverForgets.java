package io.holdfast.chaos.sim;

import io.holdfast.config.core.PeerLedger;

/** What a node knows of its peers stays known. */
final class PeerLedgerNeverForgets extends Invariant {

  @Override
  public void ledgerSaved(SimNode at, PeerLedger before, PeerLedger after) {
    check(after.remembers(before), "%s knew %s and now %s", at, before, after);
  }
}
