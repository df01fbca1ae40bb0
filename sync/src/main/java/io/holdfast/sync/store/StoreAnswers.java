package io.holdfast.sync.store;

import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.StoreAnswer;
import io.holdfast.sync.core.StoreQuestion;
import java.util.List;

/** Has a store answer a replica's questions. */
public final class StoreAnswers {

  private StoreAnswers() {}

  /** Asks the store; blocks while it reads. */
  public static StoreAnswer answer(ReplicaStore store, StoreQuestion question) {
    if (question instanceof StoreQuestion.Versions versions) {
      return new StoreAnswer.Versions(store.readAt(versions.heads(), versions.revision()));
    } else if (question instanceof StoreQuestion.Results results) {
      return new StoreAnswer.Results(store.answer(results.ordinal()));
    }
    StoreQuestion.Changes wanted = (StoreQuestion.Changes) question;
    List<Change> changes =
        store.changes(wanted.from(), wanted.to(), wanted.maxChanges(), wanted.maxBytes());
    return new StoreAnswer.Changes(changes, isComplete(store, wanted, changes));
  }

  /**
   * Whether the range ends with these. A store stops before the change that would be too much, so
   * neither their number nor their bytes tell.
   */
  private static boolean isComplete(
      ReplicaStore store, StoreQuestion.Changes wanted, List<Change> changes) {
    if (changes.isEmpty()) {
      return true;
    }
    long next = changes.get(changes.size() - 1).place() + 1;
    return changes.size() < wanted.maxChanges() && store.changes(next, wanted.to(), 1, 1).isEmpty();
  }
}
