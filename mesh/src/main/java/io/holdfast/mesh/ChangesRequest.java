package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.KeyRange;
import java.time.Duration;

/**
 * Asks for the next changes of a group's history, as far as this node has executed it.
 *
 * @param group the group
 * @param fromPlace the first place wanted ({@link io.holdfast.sync.core.Place})
 * @param keys of which keys
 * @param patience how long to wait where there is no change yet
 * @param caller who asks
 */
public record ChangesRequest(
    GroupId group, long fromPlace, KeyRange keys, Duration patience, Caller caller) {

  /** For anybody. */
  public ChangesRequest(GroupId group, long fromPlace, KeyRange keys, Duration patience) {
    this(group, fromPlace, keys, patience, Caller.ANYBODY);
  }

  public ChangesRequest {
    if (fromPlace < 0 || patience.isNegative()) {
      throw new IllegalArgumentException(
          "changes from place " + fromPlace + ", patience " + patience + ": 0 or more each");
    }
  }
}
