package io.holdfast.mesh.actor;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** So many at a time, and no more: nobody waits for a turn. For any thread. */
final class Turns {

  private final Semaphore free;

  /**
   * @param most how many may be under way; from 1
   */
  Turns(int most) {
    this.free = new Semaphore(most);
  }

  /** Begins, and ends with the answer; where too many are under way, what is said instead. */
  <T> CompletionStage<T> take(
      Supplier<CompletionStage<T>> begin, Supplier<CompletionStage<T>> none) {
    if (!free.tryAcquire()) {
      return none.get();
    }
    boolean begun = false;
    try {
      CompletionStage<T> answer = begin.get().whenComplete((value, failure) -> free.release());
      begun = true;
      return answer;
    } finally {
      if (!begun) {
        free.release();
      }
    }
  }
}
