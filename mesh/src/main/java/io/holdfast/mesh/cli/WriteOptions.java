package io.holdfast.mesh.cli;

import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.sync.core.Command;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a verb that writes one key. */
final class WriteOptions {

  @Option(
      names = "--if-revision",
      paramLabel = "N",
      description = "Only if the key's modification revision is N (as 'get --json' shows it).")
  private @Nullable Long ifRevision;

  @Option(names = "--if-absent", description = "Only if the key does not exist.")
  private boolean ifAbsent;

  @Option(
      names = "--write-id",
      paramLabel = "UUID",
      description =
          "Repeat a write under the id that it had (a UUIDv7): it takes effect once. Default: a new"
              + " one.")
  private @Nullable String writeId;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "Take 'in flight' for an answer after so long, instead of asking again.")
  private @Nullable Duration wait;

  OptionalLong expectedModRevision(MeshOptions mesh) {
    if (ifAbsent && ifRevision != null) {
      throw mesh.wrong("--if-absent and --if-revision exclude each other");
    }
    if (ifRevision != null && ifRevision < 1) {
      throw mesh.wrong(
          "--if-revision must be 1 or more; --if-absent is for keys that do not exist");
    }
    return ifAbsent
        ? OptionalLong.of(0)
        : ifRevision == null ? OptionalLong.empty() : OptionalLong.of(ifRevision);
  }

  WriteRequest request(MeshClient client, MeshOptions mesh, Command command) {
    return new WriteRequest(
        mesh.group(),
        Optional.of(writeId == null ? client.newWriteId() : writeId),
        command,
        Optional.ofNullable(wait));
  }
}
