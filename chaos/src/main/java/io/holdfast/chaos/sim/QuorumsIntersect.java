package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.Configuration;

/** Whoever leads does so under a configuration of the log, and its quorums intersect. */
final class QuorumsIntersect extends Invariant {

  private final ChosenLog chosen;

  QuorumsIntersect(ChosenLog chosen) {
    this.chosen = chosen;
  }

  @Override
  public void leads(SimNode at, Ballot ballot, Slot nextSlot, Configuration configuration) {
    check(
        configuration.prepareQuorum() + configuration.w() > configuration.n(),
        "%s leads with %s",
        at,
        configuration);
    check(
        chosen.everGoverned(configuration), "%s leads with %s, not in the log", at, configuration);
  }
}
