package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.ReplicaEffect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Slots are executed one after the other, and a write is told the result of its own entry. */
final class AppliedInOrder extends Invariant {

  private final ChosenLog chosen;
  private final ReferenceModel reference;
  private final Map<SimNode, Slot> last = new HashMap<>();

  AppliedInOrder(ChosenLog chosen, ReferenceModel reference) {
    this.chosen = chosen;
    this.reference = reference;
  }

  @Override
  public void recovered(SimNode at, Ballot promised, Slot storeDurable) {
    last.put(at, storeDurable);
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    Slot before = last.getOrDefault(at, Slot.ZERO);
    check(
        applied.slot().equals(before.next()),
        "%s executes slot %s after slot %s",
        at,
        applied.slot(),
        before);
    last.put(at, applied.slot());
  }

  @Override
  public void concluded(SimNode at, long token, BatchEntry entry, Outcome outcome) {
    if (!(outcome instanceof Outcome.Committed committed)
        || !(entry instanceof BatchEntry.CommandEntry)
        || committed.slot().isAfter(reference.executed())) {
      return;
    }
    List<BatchEntry> commands =
        BatchFormat.decode(Objects.requireNonNull(chosen.batch(committed.slot()))).stream()
            .filter(BatchEntry.CommandEntry.class::isInstance)
            .toList();
    CommandOutcome told = CommandCodec.decodeOutcome(committed.result());
    List<CommandOutcome> meant = reference.outcomes(committed.slot());
    // The same entry may stand in a batch twice, once for each attempt.
    boolean holds =
        IntStream.range(0, commands.size())
            .anyMatch(i -> commands.get(i).equals(entry) && meant.get(i).equals(told));
    check(holds, "%s, slot %s: told %s, the log means %s", at, committed.slot(), told, meant);
  }
}
