package io.holdfast.sync.actor;

import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import java.util.List;

/** The answer to whoever follows the history. */
public sealed interface ChangesReply {

  /**
   * What comes next; nothing when none came in time.
   *
   * @param changes in the order of their places, those of keys in the range alone
   * @param nextPlace where to go on
   * @param revision the newest revision here
   */
  record Next(List<Change> changes, long nextPlace, long revision) implements ChangesReply {
    public Next {
      changes = List.copyOf(changes);
    }
  }

  /**
   * The history is forgotten there.
   *
   * @param oldest the oldest revision from which it can be followed
   */
  record Compacted(long oldest) implements ChangesReply {}

  /**
   * It was not done; it may be tried again.
   *
   * @param reason why
   */
  record Refused(Refusal reason) implements ChangesReply {}
}
