package io.holdfast.mesh.cli;

import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.sync.core.WriteId;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast resolve}. */
@Command(
    name = "resolve",
    description = {
      "Settle a write whose outcome is unknown: tells what came of it (status 0), or has it never"
          + " take effect (status 1, 'fenced').",
      "The same answer from then on, whoever asks, and whatever arrives late."
    },
    footer = {"", "Example:", "  holdfast resolve 01941f29-7c00-7a1b-8c2d-3e4f5a6b7c8d --json"})
final class ResolveVerb implements Verb {

  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "The write's id, a UUIDv7.")
  private String id = "";

  @Mixin private MeshOptions mesh = new MeshOptions();

  ResolveVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    WriteId.refusalOf(id)
        .ifPresent(
            wrong -> {
              throw mesh.wrong(wrong);
            });
    String writeId = id.toLowerCase(Locale.ROOT);
    try (MeshClient client = mesh.connect(console)) {
      return Answers.tellWrite(
          console,
          mesh,
          writeId,
          Answers.await(
              client.write(
                  new WriteRequest(
                      mesh.group(),
                      Optional.of(writeId),
                      new io.holdfast.sync.core.Command.Resolve(),
                      Optional.empty()))));
    }
  }
}
