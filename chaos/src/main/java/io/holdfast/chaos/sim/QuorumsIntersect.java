package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.Configuration;

/** Whoever leads does so under the one configuration of its slots, whose quorums intersect. */
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
        nextSlot.isAfter(chosen.known()) || chosen.configurationOf(nextSlot).equals(configuration),
        "%s leads slot %s with %s; it is %s",
        at,
        nextSlot,
        configuration,
        nextSlot.isAfter(chosen.known()) ? "" : chosen.configurationOf(nextSlot));
  }
}
