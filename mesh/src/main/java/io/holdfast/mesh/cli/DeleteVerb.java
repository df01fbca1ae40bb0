package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast delete}. */
@Command(
    name = "delete",
    description =
        "Delete a key, or all keys with a prefix. Deleting what is not there succeeds and changes"
            + " nothing.",
    footer = {
      "",
      "Examples:",
      "  holdfast delete greeting --if-revision 7",
      "  holdfast delete --prefix session/ --json"
    })
final class DeleteVerb implements Verb {

  private final Console console;

  @Parameters(index = "0", arity = "0..1", paramLabel = "KEY", description = "The key.")
  private @Nullable String key;

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description = "Delete every key that begins like this, in one step.")
  private @Nullable String prefix;

  @Mixin private MeshOptions mesh = new MeshOptions();
  @Mixin private WriteOptions write = new WriteOptions();

  DeleteVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    io.holdfast.sync.core.Command command = command();
    try (MeshClient client = mesh.connect(console)) {
      WriteRequest request = write.request(client, mesh, command);
      return Answers.tellWrite(
          console, mesh, request.writeId().orElse(""), Answers.await(client.write(request)));
    }
  }

  private io.holdfast.sync.core.Command command() {
    OptionalLong expected = write.expectedModRevision(mesh);
    if ((key == null) == (prefix == null)) {
      throw mesh.wrong("a KEY or --prefix is needed, one of them");
    }
    if (key != null) {
      if (key.isEmpty()) {
        throw mesh.wrong("the key must not be empty");
      }
      return WriteRequest.delete(ByteString.copyFromUtf8(key), expected);
    }
    if (prefix == null || prefix.isEmpty() || expected.isPresent()) {
      throw mesh.wrong("--prefix must not be empty, and has no revision to compare");
    }
    return new io.holdfast.sync.core.Command.Transaction(
        List.of(),
        List.of(new Operation.Delete(KeyRange.prefix(ByteString.copyFromUtf8(prefix)))),
        List.of());
  }
}
