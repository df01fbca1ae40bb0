package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.MeshClient;
import java.io.IOException;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast get}. */
@Command(
    name = "get",
    description = "Read a key: its bytes as they are, and a line end when a terminal shows them.",
    footer = {"", "Examples:", "  holdfast get greeting", "  holdfast get greeting --local --json"})
final class GetVerb implements Verb {

  private final Console console;

  @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Option(
      names = "--local",
      description =
          "Read what the asked node has, however old. Default: linearizable, which reflects every"
              + " acknowledged write.")
  private boolean local;

  @Mixin private MeshOptions mesh = new MeshOptions();

  GetVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (key.isEmpty()) {
      throw mesh.wrong("the key must not be empty");
    }
    try (MeshClient client = mesh.connect(console)) {
      CallResult<ReadAnswer> result =
          Answers.await(
              client.read(
                  new ReadRequest(
                      mesh.group(),
                      ByteString.copyFromUtf8(key),
                      local
                          ? ReadRequest.Consistency.LOCAL
                          : ReadRequest.Consistency.LINEARIZABLE)));
      if (result instanceof CallResult.Answered<ReadAnswer> answered) {
        return tell(answered);
      }
      return mesh.unreachable(console, ((CallResult.Unheard<ReadAnswer>) result).detail());
    }
  }

  private int tell(CallResult.Answered<ReadAnswer> answered) throws IOException {
    ObjectNode json = Answers.object().put("key", key);
    if (answered.answer() instanceof ReadAnswer.Found found) {
      if (mesh.json()) {
        json.put("found", true);
        if (found.value().isValidUtf8()) {
          json.put("value", found.value().toStringUtf8());
        } else {
          json.put("valueBase64", Base64.getEncoder().encodeToString(found.value().toByteArray()));
        }
        json.put("createRevision", found.createRevision());
        json.put("modRevision", found.modRevision());
        json.put("version", found.version());
        json.put("slot", found.at().slot()).put("revision", found.at().revision());
        Answers.trail(json, answered.trail());
        console.json(json);
      } else {
        found.value().writeTo(console.out());
        if (console.interactive()) {
          console.out().println();
        }
        console.out().flush();
      }
      return Exit.DONE.status();
    }
    if (answered.answer() instanceof ReadAnswer.Absent absent) {
      if (mesh.json()) {
        json.put("found", false).put("code", OutcomeCode.NOT_FOUND.code());
        json.put("slot", absent.at().slot()).put("revision", absent.at().revision());
        Answers.trail(json, answered.trail());
        console.json(json);
      }
      return console.fail(
          Exit.REFUSED,
          "no key '" + key + "' in group " + mesh.group() + "; 'holdfast put' creates it");
    }
    ReadAnswer.Refused refused = (ReadAnswer.Refused) answered.answer();
    if (mesh.json()) {
      json.put("found", false).put("code", refused.code().code());
      json.put("detail", refused.detail());
      Answers.trail(json, answered.trail());
      console.json(json);
    }
    console
        .err()
        .println(
            "holdfast: "
                + refused.code().code()
                + ": "
                + refused.detail()
                + (refused.code().retryable()
                    ? "; try again, or read with --local what one node has"
                    : ""));
    return refused.code().exitStatus();
  }
}
