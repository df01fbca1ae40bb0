package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.WatchListener;
import io.holdfast.mesh.client.WatchRequest;
import io.holdfast.mesh.client.Watching;
import io.holdfast.mesh.core.WatchPosition;
import io.holdfast.mesh.http.ResultJson;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast watch}. */
@Command(
    name = "watch",
    description = {
      "Print every change once, in order: the revision, put or delete, the key, the value.",
      "When a node fails it goes on at the next of --endpoints, from where it was."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast watch --prefix config/",
      "  holdfast watch greeting --from 17 --count 1 --json"
    })
final class WatchVerb implements Verb {

  private final Console console;

  @Parameters(index = "0", arity = "0..1", paramLabel = "KEY", description = "Only this key.")
  private @Nullable String key;

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description = "Only keys that begin like this. Default: every key.")
  private @Nullable String prefix;

  @Option(
      names = "--from",
      paramLabel = "REVISION",
      description = "Begin with this revision. Default: the next one.")
  private @Nullable String from;

  @Option(names = "--count", paramLabel = "N", description = "End after so many changes.")
  private @Nullable Long count;

  @Option(names = "--seconds", paramLabel = "N", description = "End after so many seconds.")
  private @Nullable Long seconds;

  @Mixin private MeshOptions mesh = new MeshOptions();

  WatchVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    WatchRequest request = request();
    try (MeshClient client = mesh.connect(console)) {
      Printing printing = new Printing();
      CompletableFuture<Integer> status = printing.status;
      if (seconds != null) {
        status.completeOnTimeout(Exit.DONE.status(), seconds, TimeUnit.SECONDS);
      }
      Watching watching = client.watch(request, printing);
      int exit = status.get();
      watching.close();
      return printing.sum(exit);
    }
  }

  private WatchRequest request() {
    if (key != null && prefix != null) {
      throw mesh.wrong("a KEY and --prefix exclude each other");
    }
    if ((key != null && key.isEmpty()) || (prefix != null && prefix.isEmpty())) {
      throw mesh.wrong("neither KEY nor --prefix may be empty");
    }
    if (from != null && WatchPosition.at(from).isEmpty()) {
      throw mesh.wrong("--from '" + from + "': allowed is a revision such as 17, or 17.3");
    }
    if ((count != null && count < 1) || (seconds != null && seconds < 1)) {
      throw mesh.wrong("--count and --seconds must be 1 or more");
    }
    return new WatchRequest(
        mesh.group(),
        Optional.ofNullable(from),
        Optional.ofNullable(key).map(ByteString::copyFromUtf8),
        Optional.ofNullable(prefix).map(ByteString::copyFromUtf8));
  }

  /** Prints on the client's event loop; while standard output is full, nothing more is received. */
  private final class Printing implements WatchListener {

    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private Optional<String> position = Optional.empty();
    private long printed;
    private boolean over;

    @Override
    public synchronized void changes(
        long revision, List<Changed> changes, String after, boolean last) {
      for (Changed change : changes) {
        if (over) {
          return;
        }
        console.out().println(mesh.json() ? json(change) : line(change));
        printed++;
        if (count != null && printed == count) {
          over = true;
          status.complete(Exit.DONE.status());
        }
      }
      position = Optional.of(after);
    }

    private String line(Changed change) {
      String key = ResultText.plain(change.key());
      return change
          .value()
          .map(value -> change.modRevision() + "\tput\t" + key + "\t" + ResultText.plain(value))
          .orElse(change.modRevision() + "\tdelete\t" + key);
    }

    private String json(Changed change) {
      return Console.compact(
          Answers.fields(
              out -> {
                out.writeStartObject();
                out.writeStringField("type", change.value().isPresent() ? "put" : "delete");
                ResultJson.writeBytes(out, "key", change.key());
                if (change.value().isPresent()) {
                  ResultJson.writeBytes(out, "value", change.value().get());
                }
                out.writeNumberField("createRevision", change.createRevision());
                out.writeNumberField("modRevision", change.modRevision());
                out.writeNumberField("version", change.version());
                out.writeEndObject();
              }));
    }

    @Override
    public synchronized void interrupted(MeshEndpoint endpoint, String what) {
      if (!over) {
        console.err().println("holdfast: " + endpoint + ": " + what + "; going on elsewhere");
      }
    }

    @Override
    public synchronized void ended(Optional<OutcomeCode> code, String detail, long oldestRevision) {
      if (over) {
        return;
      }
      over = true;
      if (code.isEmpty()) {
        status.complete(mesh.unreachable(console, detail));
      } else {
        console.fail(
            code.get().exitStatus() == Exit.USAGE.status() ? Exit.USAGE : Exit.REFUSED,
            code.get().code()
                + ": "
                + detail
                + (oldestRevision > 0 ? "; watch with --from " + oldestRevision : ""));
        status.complete(code.get().exitStatus());
      }
    }

    /** Tells where to resume. */
    synchronized int sum(int exit) {
      over = true;
      if (mesh.json() && exit == Exit.DONE.status()) {
        ObjectNode json = Answers.object().put("ok", true).put("changes", printed);
        position.ifPresent(after -> json.put("position", after));
        console.json(json);
      }
      return exit;
    }
  }
}
