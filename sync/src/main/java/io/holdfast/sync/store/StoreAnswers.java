package io.holdfast.sync.store;

import io.holdfast.sync.core.StoreAnswer;
import io.holdfast.sync.core.StoreQuestion;

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
    return new StoreAnswer.Changes(
        store.changes(wanted.from(), wanted.to(), wanted.maxChanges(), wanted.maxBytes()));
  }
}
