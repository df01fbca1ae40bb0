package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.MeshClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast delete}. */
@Command(
    name = "delete",
    description = "Delete a key. Deleting a key that is not there succeeds and changes nothing.",
    footer = {"", "Example:", "  holdfast delete greeting --if-revision 7"})
final class DeleteVerb implements Verb {

  private final Console console;

  @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Mixin private MeshOptions mesh = new MeshOptions();
  @Mixin private WriteOptions write = new WriteOptions();

  DeleteVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (MeshClient client = mesh.connect(console)) {
      WriteRequest request =
          write.request(
              client,
              mesh,
              WriteRequest.Operation.DELETE,
              key,
              ByteString.EMPTY,
              write.expectedModRevision(mesh));
      return Answers.tellWrite(
          console, mesh, request.writeId().orElse(""), Answers.await(client.write(request)));
    }
  }
}
