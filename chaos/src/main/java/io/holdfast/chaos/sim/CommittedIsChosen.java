package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a leader calls chosen, and what a caller is told is committed, has been chosen by then. */
final class CommittedIsChosen extends Invariant {

  private record Proposal(@Nullable SimBoot boot, long token) {}

  private final ChosenLog chosen;
  private final Map<SimNode, Integer> leaderships = new HashMap<>();
  private final Map<Proposal, Integer> proposals = new HashMap<>();

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
  public void leads(SimNode at, Ballot ballot, Slot nextSlot, Configuration configuration) {
    leaderships.merge(at, 1, Integer::sum);
  }

  @Override
  public void proposed(SimNode at, long token, BatchEntry entry) {
    proposals.put(new Proposal(at.boot(), token), leaderships.getOrDefault(at, 0));
  }

  @Override
  public void concluded(SimNode at, long token, BatchEntry entry, Outcome outcome) {
    Integer proposedIn = proposals.remove(new Proposal(at.boot(), token));
    if (!(outcome instanceof Outcome.Committed committed)) {
      return;
    }
    Batch batch = chosen.batch(committed.slot());
    check(
        batch != null && BatchFormat.decode(batch).contains(entry),
        "%s: an entry is committed in slot %s, which holds %s",
        at,
        committed.slot(),
        batch);
    SimGroup group = at.group();
    boolean sameLeader =
        group != null
            && group.role() == Role.LEADING
            && Objects.equals(proposedIn, leaderships.get(at));
    AckReport acks = committed.acks();
    // Another leader may have it chosen without a word to the first.
    check(
        !sameLeader || acks.got() >= acks.w(),
        "%s, slot %s: committed with %s",
        at,
        committed.slot(),
        acks);
  }
}
