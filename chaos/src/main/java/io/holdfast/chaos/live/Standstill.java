package io.holdfast.chaos.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process that stands still (SIGSTOP) until this is closed (SIGCONT).
 *
 * <p>A stopped process sees nothing, not even that whoever started it has died. So a guard, a
 * process of its own, stops it, waits for the end of its standard input, which comes with {@link
 * #close} and with the end of this process, however it ends, and lets the stopped one go on: a node
 * then finds its parent gone and ends. The guard ignores what Ctrl-C and a closed terminal send to
 * all processes of theirs, and outlives this one.
 */
final class Standstill implements AutoCloseable {

  private static final String GUARD =
      "trap '' HUP INT TERM; kill -STOP \"$1\" && echo stopped; cat >/dev/null; kill -CONT \"$1\"";

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Process guard;

  private Standstill(Process guard) {
    this.guard = guard;
  }

  /**
   * Stops a process; returns once it stands still.
   *
   * @throws IllegalStateException where there is no such process
   */
  static Standstill of(long pid) {
    try {
      Process guard =
          new ProcessBuilder("sh", "-c", GUARD, "holdfast-guard", "" + pid)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      Standstill standstill = new Standstill(guard);
      try {
        standstill.await(pid);
        return standstill;
      } catch (IOException | RuntimeException e) {
        standstill.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("stopping process " + pid, e);
    }
  }

  private void await(long pid) throws IOException {
    if (guard.getInputStream().read() < 0) {
      throw new IllegalStateException("process " + pid + " cannot be stopped: is it gone?");
    }
    // Each of its threads stops when it next leaves the kernel.
    Waiting.until("process " + pid + " stands still", PATIENCE, () -> isStopped(pid));
  }

  /** Lets it go on; returns once the signal is sent. Nothing where it is gone, or goes on. */
  @Override
  public void close() {
    try {
      guard.getOutputStream().close();
      if (!guard.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new NotInTime("a guard does not let its process go on");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("letting a process go on", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** By {@code /proc}, else by {@code ps}. */
  static boolean isStopped(long pid) {
    Path stat = Path.of("/proc", "" + pid, "stat");
    try {
      if (Files.exists(stat)) {
        String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
        // The name before it is in parentheses, and may hold anything.
        return line.startsWith(") T", line.lastIndexOf(')'));
      }
      Process ps = new ProcessBuilder("ps", "-o", "stat=", "-p", "" + pid).start();
      return new String(ps.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
          .strip()
          .startsWith("T");
    } catch (IOException e) {
      throw new UncheckedIOException("the state of process " + pid, e);
    }
  }
}
