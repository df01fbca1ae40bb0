package io.holdfast.sync.core;

import io.holdfast.sync.core.CommandResult.Detailed;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Gives a recorded outcome its details back: the table of write ids has no room for them, the store
 * keeps them.
 */
final class RecordedResults {

  private RecordedResults() {}

  /**
   * Hands an outcome on, with its details where they are kept.
   *
   * @param ordinal under which the write is remembered
   * @param outcome the outcome as the table has it
   * @param then takes the whole outcome
   */
  static void complete(
      ReplicatedState state,
      StoreDesk store,
      long ordinal,
      CommandOutcome outcome,
      BiConsumer<CommandOutcome, List<ReplicaEffect>> then,
      List<ReplicaEffect> effects) {
    if (!(outcome.result() instanceof Detailed known)
        || known.hasDetails()
        || !known.mayHaveDetails()) {
      then.accept(outcome, effects);
      return;
    }
    Optional<Detailed> inMemory = state.overlay().answer(ordinal);
    if (inMemory.isPresent()) {
      then.accept(with(outcome, inMemory.get()), effects);
    } else if (state.overlay().isAnswerFlushed(ordinal) && !store.isFull()) {
      store.ask(
          new StoreQuestion.Results(ordinal),
          (answer, now, out) ->
              then.accept(
                  ((StoreAnswer.Results) answer)
                      .results()
                      .map(kept -> with(outcome, kept))
                      .orElse(outcome),
                  out),
          effects);
    } else {
      // They were too large to be kept, or the store is asked too much: the outcome is the same.
      then.accept(outcome, effects);
    }
  }

  private static CommandOutcome with(CommandOutcome outcome, Detailed results) {
    return new CommandOutcome(results, outcome.replayed(), outcome.slot());
  }
}
