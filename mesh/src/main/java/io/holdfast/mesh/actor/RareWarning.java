package io.holdfast.mesh.actor;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** A warning that may have cause to be repeated many times a second. For one thread. */
final class RareWarning {

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final Logger log;
  private final Supplier<Now> clock;
  private Optional<Now> last = Optional.empty();

  RareWarning(Logger log, Supplier<Now> clock) {
    this.log = log;
    this.clock = clock;
  }

  /** Logs it, unless that was done a moment ago. */
  @FormatMethod
  void log(@FormatString String text, Object... facts) {
    Now now = clock.get();
    if (last.isEmpty() || now.isAfter(last.get().nanosAfter(INTERVAL))) {
      last = Optional.of(now);
      log.warn(String.format(text, facts));
    }
  }
}
