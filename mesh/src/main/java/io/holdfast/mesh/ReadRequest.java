package io.holdfast.mesh;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.ReadQuery;

/**
 * A read of a key or a range of keys, now or at a past revision.
 *
 * @param group the group
 * @param query what to read
 * @param consistency how fresh the answer must be
 * @param caller who asks
 */
public record ReadRequest(GroupId group, ReadQuery query, Consistency consistency, Caller caller) {

  /** For anybody. */
  public ReadRequest(GroupId group, ReadQuery query, Consistency consistency) {
    this(group, query, consistency, Caller.ANYBODY);
  }

  /** One key as it is now. */
  public ReadRequest(GroupId group, ByteString key, Consistency consistency) {
    this(group, ReadQuery.of(key), consistency);
  }

  /** How fresh an answer must be. */
  public enum Consistency {
    /** Reflects every write that was acknowledged before the read arrived. */
    LINEARIZABLE,
    /** What this node has applied; the answer says how old that may be. */
    LOCAL
  }
}
