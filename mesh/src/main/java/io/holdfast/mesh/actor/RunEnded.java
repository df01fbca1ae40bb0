package io.holdfast.mesh.actor;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who would have answered has ended, and no run of the group follows. */
final class RunEnded extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RunEnded() {
    super("this run of the group has ended");
  }

  RunEnded(Throwable cause) {
    super("this run of the group has ended", cause);
  }

  /** The answer, or what is said in its place where nobody is there to give it. */
  static <T> CompletionStage<T> orElse(CompletionStage<T> answer, Supplier<T> otherwise) {
    return answer.exceptionally(
        failure -> {
          if (cause(failure) instanceof RunEnded) {
            return otherwise.get();
          }
          throw failure instanceof CompletionException wrapped
              ? wrapped
              : new CompletionException(failure);
        });
  }

  private static @Nullable Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }
}
