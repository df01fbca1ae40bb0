package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import java.io.IOException;
import java.util.Base64;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast get}. */
@Command(
    name = "get",
    description =
        "Read a key: its bytes as they are, and a line end when a terminal shows them. Or read all"
            + " keys of a range, a line each: the key, a tab, the value.",
    footer = {
      "",
      "Examples:",
      "  holdfast get greeting",
      "  holdfast get greeting --revision 17 --json",
      "  holdfast get --prefix config/ --keys-only",
      "  holdfast get --from a --to b --count"
    })
final class GetVerb implements Verb {

  private final Console console;

  @Parameters(index = "0", arity = "0..1", paramLabel = "KEY", description = "The key.")
  private @Nullable String key;

  @Mixin private RangeOptions range = new RangeOptions();

  @Option(
      names = "--revision",
      paramLabel = "N",
      description = "Read as of this revision, unless it was compacted.")
  private @Nullable Long revision;

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
    if (revision != null && revision < 1) {
      throw mesh.wrong("--revision must be 1 or more");
    }
    OptionalLong at = revision == null ? OptionalLong.empty() : OptionalLong.of(revision);
    ReadRequest.Consistency consistency =
        local ? ReadRequest.Consistency.LOCAL : ReadRequest.Consistency.LINEARIZABLE;
    String one = key;
    if (one == null) {
      KeyRange keys = range.keys(mesh);
      try (MeshClient client = mesh.connect(console)) {
        return new Listing(console, mesh, client, range, consistency).tell(keys, at);
      }
    }
    range.refuseBeside(mesh);
    if (one.isEmpty()) {
      throw mesh.wrong("the key must not be empty");
    }
    ReadQuery query =
        new ReadQuery(KeyRange.key(ByteString.copyFromUtf8(one)), at, 1, ReadDetail.RECORDS);
    try (MeshClient client = mesh.connect(console)) {
      CallResult<ReadAnswer> result =
          Answers.await(client.read(new ReadRequest(mesh.group(), query, consistency)));
      if (result instanceof CallResult.Answered<ReadAnswer> answered) {
        return tell(one, answered);
      }
      return mesh.unreachable(console, ((CallResult.Unheard<ReadAnswer>) result).detail());
    }
  }

  private int tell(String key, CallResult.Answered<ReadAnswer> answered) throws IOException {
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
        json.put("lease", found.lease());
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
    return refuse(console, mesh, answered);
  }

  /** Tells why nothing was read. */
  static int refuse(Console console, MeshOptions mesh, CallResult.Answered<ReadAnswer> answered) {
    OutcomeCode code = OutcomeCode.COMPACTED;
    String detail;
    ObjectNode json = Answers.object().put("found", false);
    if (answered.answer() instanceof ReadAnswer.Compacted compacted) {
      detail = "the history is compacted there; read at " + compacted.oldest() + " or later";
      json.put("oldestRevision", compacted.oldest());
    } else if (answered.answer() instanceof ReadAnswer.Refused refused) {
      code = refused.code();
      detail = refused.detail();
    } else {
      throw new IllegalStateException("an answer to another read than this: " + answered.answer());
    }
    if (mesh.json()) {
      json.put("code", code.code()).put("detail", detail);
      Answers.trail(json, answered.trail());
      console.json(json);
    }
    console
        .err()
        .println(
            "holdfast: "
                + code.code()
                + ": "
                + detail
                + (code.retryable() ? "; try again, or read with --local what one node has" : ""));
    return code.exitStatus();
  }
}
