package io.holdfast.mesh;

import io.holdfast.config.core.OutcomeCode;
import java.time.Duration;
import java.util.Optional;

/** What the caller who asks for a snapshot of a group is told. */
public sealed interface SnapshotAnswer {

  /**
   * It is there to be read.
   *
   * @param stream to be closed by the caller
   */
  record Opened(SnapshotStream stream) implements SnapshotAnswer {}

  /**
   * None can be had now.
   *
   * @param code why
   * @param detail one sentence for a person
   * @param retryAfter how long to wait before trying again, where that makes sense
   */
  record Refused(OutcomeCode code, String detail, Optional<Duration> retryAfter)
      implements SnapshotAnswer {}
}
