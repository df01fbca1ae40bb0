package io.holdfast.chaos.example;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.CallResult.Answered;
import io.holdfast.mesh.client.MeshClient;
import java.util.Optional;
import java.util.OptionalLong;

/** Hands out jobs: each has one worker, however many ask for it, and whatever goes wrong. */
final class JobBoard {

  private static final GroupId GROUP = new GroupId("main");
  private static final int ATTEMPTS = 10;

  private final MeshClient mesh;

  JobBoard(MeshClient mesh) {
    this.mesh = mesh;
  }

  /** Whether {@code worker} has the job from now on. */
  boolean claim(String job, String worker) {
    WriteRequest ifNobodyHasIt =
        new WriteRequest(
            GROUP,
            Optional.of(mesh.newWriteId()), // of all attempts: it takes effect once
            WriteRequest.put(key(job), ByteString.copyFromUtf8(worker), OptionalLong.of(0), 0),
            Optional.empty());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      CallResult<WriteAnswer> result = mesh.write(ifNobodyHasIt).toCompletableFuture().join();
      if (result instanceof Answered<WriteAnswer> answered) {
        OutcomeCode code = answered.answer().code();
        if (code == OutcomeCode.COMMITTED || code == OutcomeCode.COMPARE_FAILED) {
          return code == OutcomeCode.COMMITTED;
        }
      }
    }
    throw new IllegalStateException("nobody says who has " + job);
  }

  /** Who has the job. */
  Optional<String> workerOf(String job) {
    CallResult<ReadAnswer> result =
        mesh.read(new ReadRequest(GROUP, key(job), Consistency.LINEARIZABLE))
            .toCompletableFuture()
            .join();
    if (result instanceof Answered<ReadAnswer> answered) {
      if (answered.answer() instanceof ReadAnswer.Found found) {
        return Optional.of(found.value().toStringUtf8());
      }
      if (answered.answer() instanceof ReadAnswer.Absent) {
        return Optional.empty();
      }
    }
    throw new IllegalStateException("nobody says who has " + job);
  }

  private static ByteString key(String job) {
    return ByteString.copyFromUtf8("jobs/" + job);
  }
}
