package io.holdfast.mesh.cli;

import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every verb that has the log decide something. */
final class DecisionOptions {

  @Option(
      names = "--write-id",
      paramLabel = "UUID",
      description =
          "Repeat it under the id that it had (a UUIDv7): it takes effect once. Default: a new one.")
  private @Nullable String writeId;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "Take 'in flight' for an answer after so long, instead of asking again.")
  private @Nullable Duration wait;

  WriteRequest request(MeshClient client, MeshOptions mesh, Command command) {
    String id = writeId == null ? client.newWriteId() : writeId;
    WriteId.refusalOf(id)
        .ifPresent(
            wrong -> {
              throw mesh.wrong(wrong);
            });
    return new WriteRequest(mesh.group(), Optional.of(id), command, Optional.ofNullable(wait));
  }

  /** Has a command decided and tells what came of it. */
  int decide(Console console, MeshOptions mesh, Command command) {
    try (MeshClient client = mesh.connect(console)) {
      WriteRequest request = request(client, mesh, command);
      return Answers.tellWrite(
          console, mesh, request.writeId().orElse(""), Answers.await(client.write(request)));
    }
  }
}
