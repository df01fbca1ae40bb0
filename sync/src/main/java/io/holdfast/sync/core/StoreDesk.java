package io.holdfast.sync.core;

import io.holdfast.config.core.Now;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps who asked the store what, until it answers; bounded. */
final class StoreDesk {

  /** Who asked. */
  interface Asker {

    /** The store answers. */
    void answered(StoreAnswer answer, Now now, List<ReplicaEffect> effects);
  }

  private final int maxQuestions;
  private final Map<Long, Asker> askers = new HashMap<>();
  private long lastQuestion;

  StoreDesk(int maxQuestions) {
    this.maxQuestions = maxQuestions;
  }

  /** Whether the store is asked as much as may be. */
  boolean isFull() {
    return askers.size() >= maxQuestions;
  }

  /** Asks; there is an answer, unless the node ends before. */
  void ask(StoreQuestion question, Asker asker, List<ReplicaEffect> effects) {
    long number = ++lastQuestion;
    askers.put(number, asker);
    effects.add(new ReplicaEffect.AskStore(number, question));
  }

  /** The store answers. */
  void answered(ReplicaInput.StoreAnswered answered, Now now, List<ReplicaEffect> effects) {
    Asker asker = askers.remove(answered.question());
    if (asker == null) {
      throw new IllegalStateException(
          "the store answered question " + answered.question() + " twice");
    }
    asker.answered(answered.answer(), now, effects);
  }
}
