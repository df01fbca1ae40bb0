package io.holdfast.mesh;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One write of one key.
 *
 * @param group the group
 * @param writeId a UUIDv7 chosen by the caller; absent: the node makes one
 * @param operation what to do
 * @param key the key
 * @param value the value; empty for a delete
 * @param expectedModRevision takes effect only if the key's modRevision is this; 0: only if the key
 *     is absent; absent: unconditional
 * @param patience how long the caller stays; absent: until the verdict
 */
public record WriteRequest(
    GroupId group,
    Optional<String> writeId,
    Operation operation,
    ByteString key,
    ByteString value,
    OptionalLong expectedModRevision,
    Optional<Duration> patience) {

  /** What to do with the key. */
  public enum Operation {
    PUT,
    DELETE
  }
}
