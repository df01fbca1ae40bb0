package io.holdfast.mesh.client;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import java.util.Optional;

/**
 * What to follow.
 *
 * @param group the group
 * @param from the first revision wanted, {@code 17}, or a change of it, {@code 17.3}; absent: what
 *     changes from now on
 * @param key only this key
 * @param prefix only keys that begin so; not together with {@code key}
 */
public record WatchRequest(
    GroupId group, Optional<String> from, Optional<ByteString> key, Optional<ByteString> prefix) {

  public WatchRequest {
    if (key.isPresent() && prefix.isPresent()) {
      throw new IllegalArgumentException("a key or a prefix, not both");
    }
  }
}
