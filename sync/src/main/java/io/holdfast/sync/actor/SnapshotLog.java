package io.holdfast.sync.actor;

import io.holdfast.config.core.Now;
import io.holdfast.sync.core.SnapshotProgress;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;

/** Says from time to time how far a snapshot is that is being received. */
final class SnapshotLog {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Logger log;
  private Optional<Now> last = Optional.empty();

  SnapshotLog(Logger log) {
    this.log = log;
  }

  /** What is received now, if anything is. */
  void note(Optional<SnapshotProgress> progress, Now now) {
    if (progress.isEmpty()) {
      last = Optional.empty();
    } else if (last.isEmpty() || now.isAfter(last.get().nanosAfter(INTERVAL))) {
      last = Optional.of(now);
      SnapshotProgress at = progress.get();
      log.info(
          "receiving a snapshot of slot {} from {}: {} of about {} bytes",
          at.slot(),
          at.from().node(),
          at.receivedBytes(),
          at.aboutBytes());
    }
  }
}
