package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.MeshClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast load}. */
@Command(
    name = "load",
    description =
        "Write the records of a file: JSON lines {\"key\": ..., \"value\": ...}, or CSV (*.csv) with"
            + " a header that names key and value. It can be stopped at any time and run again: each"
            + " record takes effect once.",
    footer = {"", "Example:", "  holdfast load countries.jsonl --in-flight 128"})
final class LoadVerb implements Verb {

  /** What to do with a line that is no record. */
  enum OnError {
    STOP,
    SKIP
  }

  private final Console console;

  @Parameters(index = "0", paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "64",
      description = "Records in flight, 1 to 4096. Default: ${DEFAULT-VALUE}.")
  private int inFlight = 64;

  @Option(
      names = "--on-error",
      paramLabel = "stop|skip",
      defaultValue = "stop",
      description =
          "At a line that is no record: stop there (exit 4), or say so and go on. Default:"
              + " ${DEFAULT-VALUE}.")
  private OnError onError = OnError.STOP;

  @Option(
      names = "--resume-file",
      paramLabel = "PATH",
      description = "Where progress is kept. Default: FILE.progress; it goes away at the end.")
  private @Nullable Path resumeFile;

  @Option(names = "--restart", description = "Forget the progress of earlier runs.")
  private boolean restart;

  @Mixin private MeshOptions mesh = new MeshOptions();

  LoadVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (inFlight < 1 || inFlight > 4096) {
      throw mesh.wrong("--in-flight " + inFlight + ": allowed are 1 to 4096");
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      return console.fail(Exit.IO, "cannot read " + file + ": name a readable file");
    }
    Path progressFile =
        resumeFile != null ? resumeFile : file.resolveSibling(file.getFileName() + ".progress");
    LoadProgress progress =
        (restart ? Optional.<LoadProgress>empty() : LoadProgress.read(progressFile))
            .orElseGet(() -> LoadProgress.fresh(UUID.randomUUID().toString()));
    if (!unchanged(progress)) {
      return console.fail(
          Exit.USAGE,
          "the first "
              + progress.doneLines()
              + " lines of "
              + file
              + ", loaded earlier, have changed; --restart loads the whole file again");
    }
    long started = System.nanoTime();
    Loader.Summary summary;
    try (MeshClient client =
            MeshClient.create(
                mesh.settings(console).withConnectionsPerEndpoint(Math.min(inFlight, 256)));
        RecordFile records = RecordFile.open(file)) {
      summary =
          new Loader(
                  client,
                  mesh.group(),
                  progressFile,
                  progress,
                  inFlight,
                  onError == OnError.SKIP,
                  System::currentTimeMillis,
                  console,
                  ticker())
              .run(records);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    if (summary.stop().isEmpty()) {
      Files.deleteIfExists(progressFile);
    }
    return tell(summary, seconds, progressFile);
  }

  /** Whether the part of the file that was loaded earlier still is what was loaded. */
  private boolean unchanged(LoadProgress progress) throws IOException {
    if (progress.doneLines() == 0) {
      return true;
    }
    try (RecordFile records = RecordFile.open(file)) {
      boolean more = true;
      while (more && records.lines() < progress.doneLines()) {
        more = records.next().isPresent();
      }
      return records.lines() == progress.doneLines()
          && records.digestSoFar().equals(progress.prefixDigest());
    }
  }

  private LongConsumer ticker() {
    if (!console.interactive()) {
      return written -> {};
    }
    long started = System.nanoTime();
    long[] shown = {started};
    return written -> {
      long now = System.nanoTime();
      if (now - shown[0] > 250_000_000L) {
        shown[0] = now;
        console
            .err()
            .printf(
                Locale.ROOT, "\r%,d records, %,.0f/s ", written, written / ((now - started) / 1e9));
        console.err().flush();
      }
    };
  }

  private int tell(Loader.Summary summary, double seconds, Path progressFile) {
    if (console.interactive()) {
      console.err().print("\r\033[K");
    }
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", summary.stop().isEmpty());
      json.put("records", summary.written()).put("replayed", summary.replayed());
      json.put("skipped", summary.skipped()).put("retries", summary.retries());
      json.put("seconds", seconds);
      summary
          .stop()
          .ifPresent(
              stop -> json.putObject("stopped").put("line", stop.line()).put("why", stop.why()));
      console.json(json);
    } else {
      console
          .out()
          .printf(
              Locale.ROOT,
              "%,d records written (%,d of them had been before), %,d lines skipped, %,d retries,"
                  + " %.1f s%n",
              summary.written(),
              summary.replayed(),
              summary.skipped(),
              summary.retries(),
              seconds);
    }
    if (summary.stop().isEmpty()) {
      return Exit.DONE.status();
    }
    Loader.Stop stop = summary.stop().get();
    String what = file + ":" + stop.line() + ": " + stop.why();
    if (stop.exit() == Exit.UNREACHABLE && summary.written() == 0 && !mesh.configured(console)) {
      return mesh.unreachable(console, what);
    }
    return console.fail(
        stop.exit(),
        what
            + "; "
            + summary.written()
            + " records are written and noted in "
            + progressFile
            + ": "
            + (stop.exit() == Exit.USAGE ? "mend that line" : "see 'holdfast status'")
            + " and run the same command again, it goes on from there");
  }
}
