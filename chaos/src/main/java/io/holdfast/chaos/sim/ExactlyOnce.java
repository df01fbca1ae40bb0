package io.holdfast.chaos.sim;

import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect;
import java.util.List;
import java.util.Optional;

/** A write id takes effect once; whoever comes again is told what came of it. */
final class ExactlyOnce extends Invariant {

  private final ReferenceModel reference;

  ExactlyOnce(ReferenceModel reference) {
    this.reference = reference;
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    if (applied.slot().isAfter(reference.executed())) {
      return;
    }
    List<CommandOutcome> expected = reference.outcomes(applied.slot());
    for (int i = 0; i < Math.min(expected.size(), applied.results().size()); i++) {
      CommandOutcome told = CommandCodec.decodeOutcome(applied.results().get(i));
      check(
          expected.get(i).replayed() == told.replayed(),
          "%s, slot %s, command %d: %s where the log means %s",
          at,
          applied.slot(),
          i,
          told,
          expected.get(i));
    }
  }

  @Override
  public void answered(ClientOperation operation) {
    operation
        .executed()
        .ifPresent(
            executed -> {
              Optional<CommandOutcome> execution = reference.executionOf(operation.writeId());
              check(
                  execution.isPresent()
                      && execution.get().slot().number() == executed.slot()
                      && (execution.get().result() instanceof CommandResult.LeaseAlive
                          || reference
                              .revisionTakenBy(operation.writeId())
                              .equals(operation.revisionTaken())),
                  "client %s is told %s of %s; the log means %s",
                  operation.process(),
                  executed,
                  operation.writeId(),
                  execution);
            });
  }
}
