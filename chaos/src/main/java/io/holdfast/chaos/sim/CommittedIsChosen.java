package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;

/** What a leader calls chosen, and what a caller is told is committed, has been chosen by then. */
final class CommittedIsChosen extends Invariant {

  private final ChosenLog chosen;

  CommittedIsChosen(ChosenLog chosen) {
    this.chosen = chosen;
  }

  @Override
  public void declared(SimNode at, Ballot ballot, Slot chosenUpTo) {
    check(
        chosenUpTo.isAtMost(chosen.contiguous()),
        "%s says under %s that slots up to %s are chosen; those up to %s are, and slot %s has"
            + " votes of %s under that ballot",
        at,
        ballot,
        chosenUpTo,
        chosen.contiguous(),
        chosen.contiguous().next(),
        chosen.votersFor(chosen.contiguous().next(), ballot));
  }

  @Override
  public void concluded(SimNode at, long token, BatchEntry entry, Outcome outcome) {
    if (outcome instanceof Outcome.Committed committed) {
      AckReport acks = committed.acks();
      check(
          acks.got() >= acks.w(),
          "%s: slot %s is called committed with %s",
          at,
          committed.slot(),
          acks);
      Batch batch = chosen.batch(committed.slot());
      check(
          batch != null && BatchFormat.decode(batch).contains(entry),
          "%s: an entry is committed in slot %s, which holds %s",
          at,
          committed.slot(),
          batch);
    }
  }
}
