package io.holdfast.mesh;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.Change;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What whoever follows a group's history is told. */
public sealed interface ChangesAnswer {

  /**
   * What comes next; nothing when nothing came in time.
   *
   * @param changes in the order of their places, those of the wanted keys alone
   * @param nextPlace where to go on
   * @param revision the newest revision here
   */
  record Next(List<Change> changes, long nextPlace, long revision) implements ChangesAnswer {
    public Next {
      changes = List.copyOf(changes);
    }
  }

  /**
   * The history is forgotten there.
   *
   * @param oldest the oldest revision from which it can be followed
   */
  record Compacted(long oldest) implements ChangesAnswer {}

  /**
   * No answer can be given.
   *
   * @param code why
   * @param detail one sentence for a person
   * @param retryAfter how long to wait before trying again, where that makes sense
   */
  record Refused(OutcomeCode code, String detail, Optional<Duration> retryAfter)
      implements ChangesAnswer {}
}
