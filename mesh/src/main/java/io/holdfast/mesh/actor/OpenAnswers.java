package io.holdfast.mesh.actor;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Answers that actors owe, so that nobody waits for one that has ended. For any thread. */
final class OpenAnswers {

  private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** An answer that is to come; fails once the actors have ended. */
  <T> CompletableFuture<T> expect() {
    CompletableFuture<T> answer = new CompletableFuture<>();
    open.add(answer);
    var unused = answer.whenComplete((value, failure) -> open.remove(answer));
    if (closed) {
      fail(answer);
    }
    return answer;
  }

  /** How many are owed. */
  int count() {
    return open.size();
  }

  /** The actors have ended. Closing again does nothing. */
  void close() {
    closed = true;
    open.forEach(OpenAnswers::fail);
  }

  private static void fail(CompletableFuture<?> answer) {
    answer.completeExceptionally(new RunEnded());
  }
}
