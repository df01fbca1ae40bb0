package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Once the seal of a group is executed, nothing that stands later in its log has an effect or is
 * acknowledged, and whoever has executed it answers nobody from what it holds.
 */
final class NothingAfterSeal extends Invariant {

  private final ChosenLog chosen;
  private final Set<SimNode> sealed = new HashSet<>();
  private @Nullable StateHeader first;

  NothingAfterSeal(ChosenLog chosen) {
    this.chosen = chosen;
  }

  private boolean isBehind(Slot slot) {
    return chosen.sealedIn().filter(slot::isAfter).isPresent();
  }

  @Override
  public void recovered(SimNode at, Ballot promised, Slot storeDurable) {
    sealed.remove(at);
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    if (applied.changes().contains(new ChangeOutcome.Sealed())) {
      sealed.add(at);
    }
    if (!isBehind(applied.slot())) {
      return;
    }
    for (var result : applied.results()) {
      CommandOutcome outcome = CommandCodec.decodeOutcome(result);
      check(
          outcome.result() instanceof CommandResult.GroupSealed,
          "%s executes a command in slot %s, and the group was sealed in slot %s: %s",
          at,
          applied.slot(),
          chosen.sealedIn(),
          outcome);
    }
  }

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection held) {
    if (!header.membership().map(Membership::sealed).orElse(false)) {
      return;
    }
    sealed.add(at);
    StateHeader before = first == null ? header : first;
    first = before;
    check(
        withoutPlace(header).equals(withoutPlace(before)),
        "%s holds, in a group that was sealed, %s; before it was %s",
        at,
        header,
        before);
  }

  /** What goes on growing is the log. */
  private static StateHeader withoutPlace(StateHeader header) {
    return header.with(Digest.ZERO).at(Slot.ZERO);
  }

  @Override
  public void replicaAnswered(SimNode at, ReplicaEffect answer) {
    check(!sealed.contains(at), "%s has executed the seal, and answers %s", at, answer);
  }

  @Override
  public void answered(ClientOperation operation) {
    Optional<Slot> executed =
        operation.executed().map(done -> new Slot(done.slot())).filter(this::isBehind);
    check(
        operation.answer() != OutcomeCode.COMMITTED || executed.isEmpty(),
        "client %s is told that %s was done in slot %s, and the group was sealed in slot %s",
        operation.process(),
        operation.text(),
        executed,
        chosen.sealedIn());
  }
}
