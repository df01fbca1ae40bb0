package io.holdfast.chaos.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.live.AckClass;
import io.holdfast.chaos.live.AckTrials;
import io.holdfast.chaos.live.Trial;
import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.Exit;
import io.holdfast.mesh.cli.OutputOptions;
import io.holdfast.mesh.cli.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast chaos acks}. */
@Command(
    name = "acks",
    description =
        "Start meshes of real processes on loopback, cut, slow and falsify what they "
            + "say, break a disk, and compare what callers are told of their writes with what "
            + "was done.",
    footer = {
      "",
      "Example:",
      "  holdfast chaos acks --trials 2 --nodes 3 --class cut-off,drift",
      "",
      "Exit status: 0 every trial held; 1 one did not; 5 nodes cannot be started."
    })
final class AcksVerb implements Verb {

  private static final int MOST_TRIALS = 1_000;
  private static final int FEWEST_NODES = 3;
  private static final int MOST_NODES = 7;

  private final Console console;

  @Option(
      names = "--trials",
      paramLabel = "COUNT",
      description = "Trials of each class and size (default: ${DEFAULT-VALUE}).")
  private int trials = 20;

  @Option(
      names = "--nodes",
      paramLabel = "N[,...]",
      split = ",",
      description = "Sizes of mesh (default: 3,5).")
  private List<Integer> nodes = List.of(3, 5);

  @Option(
      names = "--class",
      paramLabel = "CLASS[,...]",
      split = ",",
      description =
          "Which classes: cut-off, too-few, one-way, slow, late, drift, disk, replies, link"
              + " (default: all).")
  private List<String> classes = List.of();

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Decides which nodes play which part (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Put data and logs there, and leave them. Default: a folder that is removed.")
  private @Nullable Path keep;

  @Mixin private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  AcksVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<AckClass> wanted = wanted();
    long started = System.nanoTime();
    List<Trial> played;
    try (RunFolder folder = RunFolder.of(keep, "holdfast-acks")) {
      int all = trials * nodes.size() * wanted.size();
      AckTrials.Plan plan = new AckTrials.Plan(folder.path(), trials, nodes, wanted, seed);
      played = new AckTrials(plan, new Progress(all)::tell).run();
    } catch (RunFolder.NotEmpty e) {
      return console.fail(Exit.USAGE, String.valueOf(e.getMessage()));
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    boolean ok = played.stream().allMatch(Trial::ok);
    if (output.json()) {
      console.json(json(ok, played, seconds));
    } else {
      print(played, seconds);
    }
    return ok
        ? Exit.DONE.status()
        : console.fail(
            Exit.REFUSED,
            "a trial did not hold; run again with --keep DIR and read the nodes' logs there");
  }

  private List<AckClass> wanted() {
    if (trials < 1 || trials > MOST_TRIALS) {
      throw wrong("--trials " + trials + ": allowed is 1 to " + MOST_TRIALS);
    }
    for (int n : nodes) {
      if (n < FEWEST_NODES || n > MOST_NODES) {
        throw wrong("--nodes " + n + ": allowed is " + FEWEST_NODES + " to " + MOST_NODES);
      }
    }
    List<AckClass> wanted = new ArrayList<>();
    for (String word : classes) {
      wanted.add(
          AckClass.of(word)
              .orElseThrow(
                  () -> wrong("--class " + word + ": allowed is any of " + AckClass.words())));
    }
    return wanted.isEmpty() ? AckClass.all() : wanted.stream().distinct().toList();
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /** One line a trial, for a person who watches. */
  private final class Progress {
    private final int all;
    private int done;

    Progress(int all) {
      this.all = all;
    }

    void tell(Trial trial) {
      done++;
      if (console.interactive()) {
        console
            .err()
            .printf(
                Locale.ROOT,
                "%4d/%d %-4s n=%d w=%d %-8s %s: %s (%.1f s)%n",
                done,
                all,
                trial.ok() ? "ok" : "FAIL",
                trial.n(),
                trial.w(),
                trial.kind().word(),
                trial.cut(),
                trial.ok() ? trial.observed() : trial.failures().get(0),
                trial.took().toMillis() / 1e3);
      }
    }
  }

  private void print(List<Trial> played, double seconds) {
    TreeMap<String, int[]> sums = new TreeMap<>();
    for (Trial trial : played) {
      int[] sum =
          sums.computeIfAbsent(
              "n=%d %s".formatted(trial.n(), trial.kind().word()), unused -> new int[2]);
      sum[0] += trial.ok() ? 1 : 0;
      sum[1]++;
    }
    sums.forEach(
        (name, sum) -> console.out().printf("%-14s %d of %d held%n", name, sum[0], sum[1]));
    played.stream()
        .filter(trial -> !trial.ok())
        .forEach(
            trial ->
                console
                    .out()
                    .printf(
                        "FAILED: n=%d w=%d %s %d: %s; expected %s, observed %s: %s%n",
                        trial.n(),
                        trial.w(),
                        trial.kind().word(),
                        trial.number(),
                        trial.cut(),
                        trial.expected(),
                        trial.observed(),
                        String.join("; ", trial.failures())));
    console.out().printf(Locale.ROOT, "%d trials, %.0f s%n", played.size(), seconds);
  }

  private static ObjectNode json(boolean ok, List<Trial> played, double seconds) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("ok", ok);
    ArrayNode array = json.putArray("trials");
    for (Trial trial : played) {
      ObjectNode one =
          array
              .addObject()
              .put("n", trial.n())
              .put("w", trial.w())
              .put("cut", trial.cut())
              .put("expected", trial.expected())
              .put("observed", trial.observed())
              .put("got", trial.got())
              .put("needed", trial.needed());
      ArrayNode members = one.putArray("members");
      trial
          .members()
          .forEach(
              member ->
                  members
                      .addObject()
                      .put("node", member.node())
                      .put("state", member.state())
                      .put("millis", member.millis()));
      one.put("class", trial.kind().word())
          .put("number", trial.number())
          .put("ok", trial.ok())
          .put("attempts", trial.attempts())
          .put("millis", trial.took().toMillis());
      ArrayNode failures = one.putArray("failures");
      trial.failures().forEach(failures::add);
    }
    return json.put("seconds", Math.round(seconds * 10) / 10.0);
  }
}
