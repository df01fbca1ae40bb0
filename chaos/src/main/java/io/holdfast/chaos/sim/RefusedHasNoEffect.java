package io.holdfast.chaos.sim;

import io.holdfast.sync.core.Command;
import java.util.ArrayList;
import java.util.List;

/** A write that was refused never takes effect. */
final class RefusedHasNoEffect extends Invariant {

  private final ReferenceModel reference;
  private final List<ClientOperation> refused = new ArrayList<>();

  RefusedHasNoEffect(ReferenceModel reference) {
    this.reference = reference;
  }

  @Override
  public void answered(ClientOperation operation) {
    if (operation.hadNoEffect()) {
      refused.add(operation);
    }
  }

  @Override
  public void finished() {
    for (ClientOperation operation : refused) {
      // Some were tried again since.
      check(
          !operation.hadNoEffect() || reference.revisionTakenBy(operation.writeId()).isEmpty(),
          "client %s was told %s of %s, which took effect",
          operation.process(),
          operation.answer(),
          operation.writeId());
      boolean activates = operation.command().orElse(null) instanceof Command.Activate;
      check(
          !activates
              || !operation.hadNoEffect()
              || reference.executionOf(operation.writeId()).isEmpty(),
          "client %s was told %s of an activation, which took effect",
          operation.process(),
          operation.answer());
    }
  }
}
