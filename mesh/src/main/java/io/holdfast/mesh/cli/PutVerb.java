package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.MeshClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast put}. */
@Command(
    name = "put",
    description = "Write a key. Acknowledged by w members, or the reason why not.",
    footer = {
      "",
      "Examples:",
      "  holdfast put greeting hello",
      "  holdfast put config/app @app.conf --if-absent",
      "  date | holdfast put now -",
      "  holdfast put session/7 on --lease 1234"
    })
final class PutVerb implements Verb {

  private final Console console;

  @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Parameters(
      index = "1",
      paramLabel = "VALUE|-|@FILE",
      description =
          "The value; - reads it from standard input, @FILE from a file. A value that begins with"
              + " @ is written @@...")
  private String value = "";

  @Option(
      names = "--lease",
      paramLabel = "N",
      description = "Attach the key to this lease: when it ends, the key is deleted.")
  private long lease;

  @Mixin private MeshOptions mesh = new MeshOptions();
  @Mixin private WriteOptions write = new WriteOptions();

  PutVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (key.isEmpty()) {
      throw mesh.wrong("the key must not be empty");
    }
    if (lease < 0) {
      throw mesh.wrong("--lease must be 1 or more");
    }
    ByteString bytes;
    try {
      bytes = bytes();
    } catch (IOException e) {
      return console.fail(
          Exit.IO, "cannot read the value (" + e + "): check that " + value + " can be read");
    }
    try (MeshClient client = mesh.connect(console)) {
      WriteRequest request =
          write.request(
              client,
              mesh,
              WriteRequest.put(
                  ByteString.copyFromUtf8(key), bytes, write.expectedModRevision(mesh), lease));
      return Answers.tellWrite(
          console, mesh, request.writeId().orElse(""), Answers.await(client.write(request)));
    }
  }

  private ByteString bytes() throws IOException {
    if (value.equals("-")) {
      return ByteString.readFrom(console.in());
    }
    if (value.startsWith("@@")) {
      return ByteString.copyFromUtf8(value.substring(1));
    }
    if (value.startsWith("@")) {
      return ByteString.copyFrom(Files.readAllBytes(Path.of(value.substring(1))));
    }
    return ByteString.copyFromUtf8(value);
  }
}
