package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.sync.core.Command;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the demo's steps send, and how they read the answers. */
final class DemoCalls {

  static final GroupId GROUP = new GroupId(MeshOptions.DEFAULT_GROUP);

  /** For each request, all attempts included. */
  static final Duration DEADLINE = Duration.ofSeconds(20);

  /** Requests at a time. */
  static final int IN_FLIGHT = 48;

  private DemoCalls() {}

  static WriteRequest put(String writeId, ByteString key, ByteString value) {
    return new WriteRequest(
        GROUP, Optional.of(writeId), new Command.Put(key, value), Optional.empty());
  }

  static ReadRequest read(ByteString key) {
    return new ReadRequest(GROUP, key, ReadRequest.Consistency.LINEARIZABLE);
  }

  static boolean committed(@Nullable CallResult<WriteAnswer> result) {
    return result instanceof CallResult.Answered<WriteAnswer> answered
        && answered.answer().code() == OutcomeCode.COMMITTED;
  }

  static Optional<WriteAnswer.Executed> executed(CallResult<WriteAnswer> result) {
    return result instanceof CallResult.Answered<WriteAnswer> answered
        ? answered.answer().result()
        : Optional.empty();
  }
}
