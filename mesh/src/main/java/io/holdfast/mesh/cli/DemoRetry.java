package io.holdfast.mesh.cli;

import static io.holdfast.mesh.cli.DemoCalls.committed;
import static io.holdfast.mesh.cli.DemoCalls.executed;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.MeshClient;
import java.util.List;
import java.util.Optional;

/**
 * The demo's retries: the same write id takes effect once, at whatever node, after whatever crash.
 */
final class DemoRetry {

  private static final String RETRY_KEY = "demo/retried";

  private final List<MeshClient> clients;
  private final WriteRequest write;

  /**
   * @param clients one per node
   */
  DemoRetry(List<MeshClient> clients) {
    this.clients = clients;
    this.write =
        DemoCalls.put(
            clients.get(0).newWriteId(),
            ByteString.copyFromUtf8(RETRY_KEY),
            ByteString.copyFromUtf8("written once"));
  }

  /** Sends the write twice, to two nodes. */
  DemoStep twice() {
    MeshClient second = clients.get(clients.size() - 1);
    CallResult<WriteAnswer> once = Answers.await(clients.get(0).write(write));
    CallResult<WriteAnswer> twice = Answers.await(second.write(write));
    return new DemoStep(
        "retry", replays(once, twice) && version(RETRY_KEY) == 1, replayText(twice));
  }

  /** Sends it once more, when the mesh has been down. */
  DemoStep again() {
    CallResult<WriteAnswer> again = Answers.await(clients.get(0).write(write));
    boolean replayed =
        executed(again).map(WriteAnswer.Executed::replayed).orElse(false) && committed(again);
    return new DemoStep(
        "retry-after-crash", replayed && version(RETRY_KEY) == 1, replayText(again));
  }

  private static boolean replays(CallResult<WriteAnswer> once, CallResult<WriteAnswer> twice) {
    Optional<WriteAnswer.Executed> first = executed(once);
    Optional<WriteAnswer.Executed> second = executed(twice);
    return committed(once)
        && committed(twice)
        && first.isPresent()
        && second.isPresent()
        && second.get().replayed()
        && first.get().modRevision().equals(second.get().modRevision());
  }

  private String replayText(CallResult<WriteAnswer> result) {
    String answer =
        executed(result)
            .map(e -> "replayed=" + e.replayed() + " revision " + e.modRevision().orElse(0))
            .orElseGet(result::toString);
    return "the same write id again, at another node: "
        + answer
        + ", the key's version is "
        + version(RETRY_KEY);
  }

  private long version(String key) {
    CallResult<ReadAnswer> result =
        Answers.await(clients.get(0).read(DemoCalls.read(ByteString.copyFromUtf8(key))));
    return result instanceof CallResult.Answered<ReadAnswer> answered
            && answered.answer() instanceof ReadAnswer.Found found
        ? found.version()
        : -1;
  }
}
