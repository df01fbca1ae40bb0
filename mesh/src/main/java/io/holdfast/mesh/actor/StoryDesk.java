package io.holdfast.mesh.actor;

import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.core.GroupAnswers;
import io.holdfast.sync.actor.LookupReply;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Where stories of writes are put together: each looks through all that a group remembers, so there
 * is one at a time in a process, beside those who serve, and few wait.
 */
final class StoryDesk {

  private static final int MAX_WAITING = 16;

  private static final ThreadPoolExecutor THREAD =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          work -> {
            Thread thread = new Thread(work, "holdfast-stories");
            thread.setDaemon(true);
            return thread;
          });

  static {
    THREAD.allowCoreThreadTimeOut(true);
  }

  private StoryDesk() {}

  /** Tells a story once the replica has answered; {@code overloaded} where too many are asked. */
  static CompletionStage<StoryAnswer> thenTell(
      CompletionStage<LookupReply> reply, Function<LookupReply, StoryAnswer> story) {
    return reply.thenCompose(
        known -> {
          try {
            return CompletableFuture.supplyAsync(() -> story.apply(known), THREAD);
          } catch (RejectedExecutionException tooMany) {
            return CompletableFuture.completedFuture(GroupAnswers.noStory(Refusal.OVERLOADED));
          }
        });
  }
}
