package io.holdfast.mesh;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;

/**
 * A read of one key.
 *
 * @param group the group
 * @param key the key
 * @param consistency how fresh the answer must be
 */
public record ReadRequest(GroupId group, ByteString key, Consistency consistency) {

  /** How fresh an answer must be. */
  public enum Consistency {
    /** Reflects every write that was acknowledged before the read arrived. */
    LINEARIZABLE,
    /** What this node has applied; the answer says how old that may be. */
    LOCAL
  }
}
