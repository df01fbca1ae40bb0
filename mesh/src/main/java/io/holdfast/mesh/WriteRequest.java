package io.holdfast.mesh;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something to be decided by a group's log: a write of one key, a transaction, a lease, a
 * compaction, the settling of an earlier write.
 *
 * @param group the group
 * @param writeId a UUIDv7 chosen by the caller; absent: the node makes one
 * @param command what to do; for {@link Command.Resolve} the write id is that of the write to be
 *     settled
 * @param patience how long the caller stays; absent: until the verdict
 * @param caller who asks for it
 */
public record WriteRequest(
    GroupId group,
    Optional<String> writeId,
    Command command,
    Optional<Duration> patience,
    Caller caller) {

  /** For anybody. */
  public WriteRequest(
      GroupId group, Optional<String> writeId, Command command, Optional<Duration> patience) {
    this(group, writeId, command, patience, Caller.ANYBODY);
  }

  public WriteRequest {
    if (command instanceof Command.Housekeeping) {
      throw new IllegalArgumentException("only a leader proposes " + command);
    }
    if (command instanceof Command.Resolve && writeId.isEmpty()) {
      throw new IllegalArgumentException("resolve: the id of a write is needed");
    }
  }

  /**
   * The command that sets a key.
   *
   * @param key the key, 1 byte or more
   * @param value its new value
   * @param expectedModRevision takes effect only if the key's modRevision is this; 0: only if the
   *     key is absent; absent: unconditional
   * @param lease the lease to attach it to, 0 for none
   */
  public static Command put(
      ByteString key, ByteString value, OptionalLong expectedModRevision, long lease) {
    return expectedModRevision.isPresent()
        ? new Command.PutIf(key, value, expectedModRevision.getAsLong(), lease)
        : new Command.Put(key, value, lease);
  }

  /**
   * The command that deletes a key.
   *
   * @param key the key, 1 byte or more
   * @param expectedModRevision as in {@link #put}
   */
  public static Command delete(ByteString key, OptionalLong expectedModRevision) {
    return expectedModRevision.isPresent()
        ? new Command.DeleteIf(key, expectedModRevision.getAsLong())
        : new Command.Delete(key);
  }
}
