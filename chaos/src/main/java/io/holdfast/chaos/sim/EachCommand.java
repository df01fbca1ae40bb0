package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.WriteCommand;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A rule about every command of the log and what came of it. The first replica to execute a slot is
 * looked at: that others do the same is another rule.
 */
abstract class EachCommand extends Invariant {

  private final ReferenceModel reference;
  private Slot last = Slot.ZERO;
  private ReferenceControl.@Nullable State under;

  EachCommand(ReferenceModel reference) {
    this.reference = reference;
  }

  @Override
  public final void applied(SimNode at, ReplicaEffect.Applied applied) {
    if (!applied.slot().isAfter(last) || applied.slot().isAfter(reference.executed())) {
      return;
    }
    last = applied.slot();
    List<WriteCommand> commands = reference.commands(last);
    List<ReferenceControl.State> control = reference.under(last);
    for (int i = 0; i < Math.min(commands.size(), applied.results().size()); i++) {
      under = control.get(i);
      executed(applied, commands.get(i), CommandCodec.decodeOutcome(applied.results().get(i)));
    }
  }

  /** What is active where the command stands that is looked at. */
  final ReferenceControl.State under() {
    return Objects.requireNonNull(under);
  }

  abstract void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome);
}
