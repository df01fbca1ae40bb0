package io.holdfast.chaos.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.live.NotInTime;
import io.holdfast.chaos.report.ReportPage;
import io.holdfast.chaos.report.RunReport;
import io.holdfast.chaos.report.RunReport.Check;
import io.holdfast.chaos.report.RunReport.Conclusion;
import io.holdfast.chaos.run.ChaosRun;
import io.holdfast.chaos.run.ChaosRun.SoftwareFacts;
import io.holdfast.chaos.run.FaultKind;
import io.holdfast.chaos.run.RunPlan;
import io.holdfast.chaos.run.RunSummary;
import io.holdfast.chaos.run.WorkloadKind;
import io.holdfast.config.core.NodeFlaw;
import io.holdfast.mesh.Software;
import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.Exit;
import io.holdfast.mesh.cli.OutputOptions;
import io.holdfast.mesh.cli.Verb;
import io.holdfast.mesh.client.MeshEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast chaos run}. */
@Command(
    name = "run",
    description =
        "Start a mesh of real processes, let clients work on it while faults are "
            + "injected by a seeded schedule, make it well again, and say whether everything "
            + "that clients saw is right.",
    footer = {
      "",
      "Examples:",
      "  holdfast chaos run --duration 60s",
      "  holdfast chaos run --nodes 5 --duration 10m --faults kill,partition --workload transfer",
      "  holdfast chaos run --endpoints 127.0.0.1:8100,127.0.0.1:8101,127.0.0.1:8102",
      "",
      "The verdict is valid; invalid; out_of_budget, where the checker could not tell; or",
      "nothing_proved, where a fault that was asked for did something less than 5 times.",
      "",
      "Exit status: 0 valid; 1 invalid or nothing proved; 2 out of budget, or no such mesh;",
      "4 wrong arguments; 5 nodes cannot be started, or the report not written."
    })
final class RunVerb implements Verb {

  private final Console console;

  @Option(names = "--nodes", paramLabel = "N", description = "3 to 7. Default: ${DEFAULT-VALUE}.")
  private int nodes = 3;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "How long faults are injected: 60s, 10m. Default: 60s.")
  private Duration duration = Duration.ofSeconds(60);

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Decides which faults come when, and what clients do. Default: any.")
  private @Nullable Long seed;

  @Option(
      names = "--faults",
      paramLabel = "KIND[,...]",
      split = ",",
      description =
          "Which: kill, pause, partition, proxy, clock, disk; or none. Default: all of them.")
  private List<String> faults = List.of();

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      description = "register, transfer, counter, set or mixed. Default: ${DEFAULT-VALUE}.")
  private String workload = "mixed";

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "Turns a second, of all clients together: 1 to 100000; most ask twice."
              + " Default: ${DEFAULT-VALUE}.")
  private int rate = 200;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "1 to 256, on all nodes in turn. Default: 4 for each node.")
  private @Nullable Integer clients;

  @Option(
      names = "--accounts",
      paramLabel = "N",
      description = "2 to 100, of the transfers. Default: ${DEFAULT-VALUE}.")
  private int accounts = 20;

  @Option(
      names = "--break",
      paramLabel = "FAULT",
      description =
          "Start the nodes with this wrong in them, to see that the run finds it:"
              + " reads-without-probe, ack-before-disk or forgetful-acceptor.")
  private @Nullable String broken;

  @Option(
      names = "--endpoints",
      paramLabel = "HOST:PORT[,...]",
      split = ",",
      description =
          "Work on a mesh that runs already: the front doors of all its nodes. Faults: partition,"
              + " clock and slow disks, where all nodes were started with chaos on.")
  private List<String> endpoints = List.of();

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Where the page goes. Default: chaos-report-SEED.html.")
  private @Nullable Path report;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Write what clients did there, for 'holdfast chaos check'.")
  private @Nullable Path history;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Put data and logs there, and leave them. Default: a folder that is removed.")
  private @Nullable Path keep;

  @Mixin private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  RunVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long chosen = seed != null ? seed : ThreadLocalRandom.current().nextLong(1, 1_000_000);
    Path page = report != null ? report : Path.of("chaos-report-" + chosen + ".html");
    for (Path file : history != null ? List.of(page, history) : List.of(page)) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        return console.fail(
            Exit.IO, folder + " is no folder: make it, or name another for " + file);
      }
    }
    try (RunFolder folder = RunFolder.of(keep, "holdfast-chaos")) {
      RunPlan plan = plan(folder.path(), chosen);
      RunReport found = run(plan);
      ReportPage.write(found, page);
      tell(found, page);
      return exit(found.conclusion().verdict());
    } catch (RunFolder.NotEmpty e) {
      return console.fail(Exit.USAGE, String.valueOf(e.getMessage()));
    } catch (NotInTime | UncheckedIOException e) {
      return endpoints.isEmpty()
          ? console.fail(Exit.IO, "no mesh can be started: " + e.getMessage())
          : console.fail(Exit.UNREACHABLE, "the mesh cannot be reached: " + e.getMessage());
    }
  }

  private RunReport run(RunPlan plan) throws IOException {
    SoftwareFacts facts =
        new SoftwareFacts(
            Software.version(), Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    RunProgress progress = new RunProgress(console, plan.length());
    ChaosRun run = new ChaosRun(plan, facts, progress::tell);
    try {
      return run.run();
    } finally {
      progress.end();
      if (history != null) {
        try (Writer out = Files.newBufferedWriter(history)) {
          run.writeHistory(out);
        }
      }
    }
  }

  private RunPlan plan(Path dir, long chosen) {
    WorkloadKind kind =
        WorkloadKind.of(workload)
            .orElseThrow(
                () -> wrong("--workload " + workload + ": allowed is " + WorkloadKind.words()));
    try {
      return new RunPlan(
          dir,
          endpoints.isEmpty() ? nodes : endpoints.size(),
          duration,
          chosen,
          kinds(),
          kind,
          clients != null ? clients : 4 * nodes,
          rate,
          accounts,
          flaw(),
          endpoints(),
          command(chosen));
    } catch (IllegalArgumentException e) {
      throw wrong("--" + e.getMessage());
    }
  }

  private List<FaultKind> kinds() {
    List<FaultKind> allowed = endpoints.isEmpty() ? FaultKind.all() : FaultKind.ofNodesOfOthers();
    if (faults.isEmpty()) {
      return allowed;
    }
    List<FaultKind> kinds = new ArrayList<>();
    for (String word : faults.equals(List.of("none")) ? List.<String>of() : faults) {
      kinds.add(
          FaultKind.of(word)
              .orElseThrow(
                  () ->
                      wrong(
                          "--faults "
                              + word
                              + ": allowed is any of "
                              + FaultKind.words()
                              + "; or none")));
    }
    for (FaultKind kind : kinds) {
      if (!allowed.contains(kind)) {
        throw wrong(
            "--faults "
                + kind.word()
                + ": a mesh that runs already takes partition, clock, disk"
                + " or none");
      }
    }
    return kinds;
  }

  private List<MeshEndpoint> endpoints() {
    if (broken != null && !endpoints.isEmpty()) {
      throw wrong("--break needs nodes of the run's own: leave --endpoints out");
    }
    try {
      return endpoints.stream().map(MeshEndpoint::parse).toList();
    } catch (IllegalArgumentException e) {
      throw wrong("--endpoints: " + e.getMessage());
    }
  }

  private Optional<NodeFlaw> flaw() {
    return Optional.ofNullable(broken)
        .map(
            word ->
                NodeFlaw.of(word)
                    .orElseThrow(
                        () ->
                            wrong("--break " + word + ": allowed is any of " + NodeFlaw.ALLOWED)));
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private String command(long chosen) {
    String kinds = faults.isEmpty() ? "" : " --faults " + String.join(",", faults);
    return "holdfast chaos run"
        + (endpoints.isEmpty()
            ? " --nodes " + nodes
            : " --endpoints " + String.join(",", endpoints))
        + " --duration "
        + duration.toMillis()
        + "ms"
        + " --seed "
        + chosen
        + kinds
        + " --workload "
        + workload
        + " --rate "
        + rate
        + (clients != null ? " --clients " + clients : "")
        + " --accounts "
        + accounts
        + (broken != null ? " --break " + broken : "");
  }

  private void tell(RunReport found, Path page) {
    if (output.json()) {
      console.json(json(found, page));
      return;
    }
    Conclusion conclusion = found.conclusion();
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s: %d operations, %d faults, %d acknowledged writes, %d lost. %s%n",
            conclusion.verdict(),
            conclusion.operations(),
            found.faults().size(),
            conclusion.acknowledged(),
            conclusion.lostAcknowledged(),
            conclusion.why());
    for (Check check : found.checks()) {
      console
          .out()
          .printf("  %-4s %s: %s%n", check.held() ? "ok" : "NOT", check.claim(), check.detail());
    }
    console.out().println("Report: " + page.toAbsolutePath());
  }

  private static ObjectNode json(RunReport found, Path page) {
    RunSummary summary = RunSummary.of(found);
    Conclusion conclusion = found.conclusion();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("verdict", conclusion.verdict())
            .put("why", conclusion.why())
            .put("operations", conclusion.operations());
    ObjectNode faults = json.putObject("faults");
    summary.faults().forEach(faults::put);
    ObjectNode verdicts = json.putObject("verdicts");
    found.outcomes().forEach(verdicts::put);
    json.put("acknowledged", conclusion.acknowledged())
        .put("lostAcknowledged", conclusion.lostAcknowledged())
        .put("unknown", conclusion.unknown())
        .put("resolved", conclusion.resolved());
    json.putObject("recoverySeconds")
        .put("p50", summary.recoveryP50())
        .put("p99", summary.recoveryP99());
    ArrayNode checks = json.putArray("checks");
    for (Check check : found.checks()) {
      checks
          .addObject()
          .put("claim", check.claim())
          .put("held", check.held())
          .put("detail", check.detail());
    }
    return json.put("seed", found.setup().seed())
        .put("replay", found.setup().command())
        .put("report", page.toAbsolutePath().toString());
  }

  private static int exit(String verdict) {
    return switch (verdict) {
      case RunSummary.VALID -> Exit.DONE.status();
      case RunSummary.OUT_OF_BUDGET -> Exit.UNREACHABLE.status();
      default -> Exit.REFUSED.status();
    };
  }
}
