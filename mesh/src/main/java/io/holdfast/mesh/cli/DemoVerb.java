package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.LocalMesh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast demo}. */
@Command(
    name = "demo",
    description =
        "Three node processes, a few thousand records, the leader killed in mid-load, then cut off,"
            + " acknowledgements slowed, then all nodes killed at once: shows that what was"
            + " acknowledged is there, and what callers are told. Exit 0 if every step held.",
    footer = {"", "Example:", "  holdfast demo --keep /tmp/demo"})
final class DemoVerb implements Verb {

  private static final int NODES = 3;

  private final Console console;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Put data and logs there, and leave them. Default: a folder that is removed.")
  private @Nullable Path keep;

  @Mixin private OutputOptions output = new OutputOptions();

  DemoVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    long started = System.nanoTime();
    if (keep != null && Files.exists(keep.resolve("n1"))) {
      return console.fail(
          Exit.USAGE, keep + " holds nodes of an earlier run: name a folder without any");
    }
    List<RecordFile.Good> records = DemoRecords.read();
    Path dir = keep != null ? keep : Files.createTempDirectory("holdfast-demo");
    List<DemoChapter> chapters =
        ServiceLoader.load(DemoChapter.class).stream().map(ServiceLoader.Provider::get).toList();
    List<DemoStep> steps;
    Acknowledgements acknowledgements;
    try (DemoRun run =
        new DemoRun(LocalMesh.start(plan(dir, chapters)), records, chapters, progress())) {
      steps = run.run();
      acknowledgements = run.acknowledgements();
    } finally {
      if (keep == null) {
        remove(dir);
      }
    }
    boolean ok = steps.stream().allMatch(DemoStep::ok);
    double seconds = (System.nanoTime() - started) / 1e9;
    if (output.json()) {
      console.json(json(ok, steps, records.size(), seconds, acknowledgements));
    } else {
      print(steps, records.size(), seconds, acknowledgements);
    }
    if (ok) {
      return Exit.DONE.status();
    }
    boolean ran = steps.get(0).ok();
    return console.fail(
        ran ? Exit.REFUSED : Exit.UNREACHABLE,
        "a step did not hold; run again with --keep DIR and read the nodes' logs there");
  }

  private static LocalMesh.Plan plan(Path dir, List<DemoChapter> chapters) {
    return new LocalMesh.Plan(
        dir,
        NODES,
        Optional.empty(),
        LocalMesh.QUICK_FLAGS,
        chapters.stream().flatMap(chapter -> chapter.nodeArguments().stream()).toList());
  }

  private Consumer<DemoStep> progress() {
    return console.interactive()
        ? step -> console.err().println((step.ok() ? "ok    " : "FAIL  ") + step.name())
        : step -> {};
  }

  private void print(
      List<DemoStep> steps, int records, double seconds, Acknowledgements acknowledgements) {
    Table table = Table.of("step", "held", "what was seen");
    for (DemoStep step : steps) {
      table.row(step.name(), step.ok() ? "yes" : "NO", step.detail());
    }
    table.print(console.out());
    console.out().println();
    console
        .out()
        .printf(
            Locale.ROOT,
            "%,d records, %.1f s; acknowledgements: %s%n",
            records,
            seconds,
            acknowledgements);
  }

  private static ObjectNode json(
      boolean ok,
      List<DemoStep> steps,
      int records,
      double seconds,
      Acknowledgements acknowledgements) {
    ObjectNode json = Answers.object().put("ok", ok);
    ArrayNode array = json.putArray("steps");
    for (DemoStep step : steps) {
      array.addObject().put("name", step.name()).put("ok", step.ok()).put("detail", step.detail());
    }
    json.put("records", records).put("seconds", seconds);
    json.set("acknowledgements", acknowledgements.json());
    return json;
  }

  private static void remove(Path dir) throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
