package io.holdfast.mesh.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a verb waits for, told to a person who watches; and for how long it does. */
final class Waiting {

  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Console console;
  private final Duration bound;
  private final long startedNanos = System.nanoTime();
  private String waitsFor = "nothing was done yet";

  /**
   * @param bound after which the verb gives up
   */
  Waiting(Console console, Duration bound) {
    this.console = console;
    this.bound = bound;
  }

  /** From now on it waits for this. */
  void on(String what) {
    if (console.interactive() && !what.equals(waitsFor)) {
      console.err().println(what);
    }
    waitsFor = what;
  }

  /** Whether it has waited long enough. */
  boolean isOver() {
    return isLongerThan(bound);
  }

  /** Whether more than this has passed, or all there is. */
  boolean isLongerThan(Duration time) {
    Duration least = time.compareTo(bound) < 0 ? time : bound;
    return System.nanoTime() - startedNanos > least.toNanos();
  }

  void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE.toMillis()));
  }

  /** Since it began. */
  double seconds() {
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  /** That it has given up. */
  Failure failure() {
    return new Failure(
        Exit.UNREACHABLE,
        "not_done",
        "not done within %s; it waits for this: %s; run the same command again, it goes on"
            .formatted(text(bound), waitsFor));
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
