package io.holdfast.chaos.live;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Asks again and again until there is an answer. */
public final class Waiting {

  private static final Duration PAUSE = Duration.ofMillis(15);

  private Waiting() {}

  /**
   * The first answer.
   *
   * @param what is waited for, in the words of a complaint
   * @throws NotInTime where there is none within {@code patience}
   */
  public static <T> T forAnswer(String what, Duration patience, Supplier<Optional<T>> question) {
    long started = System.nanoTime();
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() - started > patience.toNanos()) {
        throw new NotInTime("not within " + patience.toSeconds() + " s: " + what);
      }
      pause(PAUSE);
    }
  }

  /** Returns once {@code holds}. */
  public static void until(String what, Duration patience, BooleanSupplier holds) {
    var unused =
        forAnswer(
            what, patience, () -> holds.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }

  /** Lets time pass: for trials that are about time. */
  public static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotInTime("interrupted");
    }
  }
}
