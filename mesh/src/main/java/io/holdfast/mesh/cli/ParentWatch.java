package io.holdfast.mesh.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Ends this process when another one has ended, however it ended: a mesh of local processes leaves
 * no orphan behind, not even when the process that started it is killed with SIGKILL.
 *
 * <p>It asks for the process's life four times a second. A process handle knows the start time, so
 * a new process under the same number is not taken for the old one.
 */
final class ParentWatch {

  private static final Duration PERIOD = Duration.ofMillis(250);
  private static final Duration ORDERLY_STOP = Duration.ofSeconds(5);

  private ParentWatch() {}

  /** Watches from a thread of its own. */
  static void start(long pid) {
    start(pid, ParentWatch::endThisProcess);
  }

  /** Runs {@code then} once the process {@code pid} has ended, or at once if there is none. */
  static Thread start(long pid, Runnable then) {
    Optional<ProcessHandle> parent = ProcessHandle.of(pid);
    Thread watch =
        new Thread(
            () -> {
              try {
                while (parent.isPresent() && parent.get().isAlive()) {
                  Thread.sleep(PERIOD.toMillis());
                }
                then.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // whoever interrupts ends the watch
              }
            },
            "holdfast-parent-watch");
    watch.setDaemon(true);
    watch.start();
    return watch;
  }

  private static void endThisProcess() {
    Thread halt =
        new Thread(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(ORDERLY_STOP.toMillis());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(Exit.UNREACHABLE.status());
            },
            "holdfast-parent-watch-halt");
    halt.setDaemon(true);
    halt.start();
    System.exit(Exit.UNREACHABLE.status());
  }
}
