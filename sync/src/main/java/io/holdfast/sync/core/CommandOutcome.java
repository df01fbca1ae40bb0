package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;

/**
 * A result with where it was decided.
 *
 * @param result what became of the command
 * @param replayed whether this is the recorded result of an earlier execution under the same id
 * @param slot the slot of the execution: for a replay, the original one
 */
public record CommandOutcome(CommandResult result, boolean replayed, Slot slot) {

  /** The same for somebody who may not know what a command has read or found. */
  CommandOutcome withoutResults() {
    return result instanceof CommandResult.Detailed detailed
        ? new CommandOutcome(detailed.inShort(), replayed, slot)
        : this;
  }
}
