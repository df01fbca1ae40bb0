package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.WriteCommand;

/**
 * A rule about every command of the log and what came of it. The first replica to execute a slot is
 * looked at: that others do the same is another rule.
 */
abstract class EachCommand extends Invariant {

  private final ChosenLog chosen;
  private Slot last = Slot.ZERO;

  EachCommand(ChosenLog chosen) {
    this.chosen = chosen;
  }

  @Override
  public final void applied(SimNode at, ReplicaEffect.Applied applied) {
    Batch batch = chosen.batch(applied.slot());
    if (!applied.slot().isAfter(last) || batch == null) {
      return;
    }
    last = applied.slot();
    int command = 0;
    for (BatchEntry entry : BatchFormat.decode(batch)) {
      if (entry instanceof BatchEntry.CommandEntry one && command < applied.results().size()) {
        CommandOutcome outcome = CommandCodec.decodeOutcome(applied.results().get(command++));
        executed(applied, CommandCodec.decode(one.bytes()), outcome);
      }
    }
  }

  abstract void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome);
}
