package io.holdfast.chaos.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.power.Breakage;
import io.holdfast.chaos.power.Finding;
import io.holdfast.chaos.power.PowerCutPlan;
import io.holdfast.chaos.power.PowerCutReport;
import io.holdfast.chaos.power.PowerCuts;
import io.holdfast.chaos.power.Upkeep;
import io.holdfast.chaos.power.core.CutCounts;
import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.Exit;
import io.holdfast.mesh.cli.OutputOptions;
import io.holdfast.mesh.cli.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast chaos power-cuts}. */
@Command(
    name = "power-cuts",
    description = {
      "Write, cut the power, restart, and look whether all that was acknowledged is there.",
      "The journal and the store lie on a simulated disk, which drops, tears and reorders what was",
      "not synced. Nothing is written to the disk of this machine."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast chaos power-cuts",
      "  holdfast chaos power-cuts --cycles 100 --seed 7 --json",
      "  holdfast chaos power-cuts --break writes-not-synced",
      "",
      "Exit status: 0 all was there; 1 something was lost or damaged, or a node did not start."
    })
final class PowerCutsVerb implements Verb {

  private static final long PROGRESS_NANOS = 200_000_000;

  private final Console console;

  @Option(
      names = "--cycles",
      paramLabel = "COUNT",
      description = "Cycles of write, cut and restart (default: ${DEFAULT-VALUE}).")
  private int cycles = 500;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description =
          "Decides what is written, when the power goes and what survives (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--break",
      paramLabel = "FAULT",
      description =
          "Put a fault in, to see it found: writes-not-synced, directory-not-synced,"
              + " answer-before-disk, promise-forgotten, flush-told-early.")
  private @Nullable String broken;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Put there what failing cycles found on their disks, and what they did.")
  private @Nullable Path keep;

  @Mixin private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private long shownAtNanos = System.nanoTime();

  PowerCutsVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PowerCutReport report = PowerCuts.run(plan(), this::progress);
    if (keep != null) {
      for (PowerCutReport.Failure failure : report.failures()) {
        failure.evidence().writeTo(keep.resolve("cycle-" + failure.cycle()), failure.findings());
      }
    }
    if (console.interactive()) {
      console.err().print("\r");
    }
    if (output.json()) {
      console.json(json(report));
    } else {
      print(report);
    }
    return report.ok()
        ? Exit.DONE.status()
        : console.fail(
            Exit.REFUSED,
            "a power cut took what it must not; play it again: "
                + replay(report.failures().get(0)));
  }

  private PowerCutPlan plan() {
    if (cycles < 1 || cycles > PowerCutPlan.MOST_CYCLES) {
      throw wrong("--cycles " + cycles + ": allowed is 1 to " + PowerCutPlan.MOST_CYCLES);
    }
    Optional<Breakage> fault = Optional.ofNullable(broken).flatMap(Breakage::of);
    if (broken != null && fault.isEmpty()) {
      throw wrong(
          "--break " + broken + ": allowed is one of " + String.join(", ", Breakage.words()));
    }
    return new PowerCutPlan(cycles, seed, fault);
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private void progress(PowerCutReport soFar) {
    if (console.interactive() && System.nanoTime() - shownAtNanos > PROGRESS_NANOS) {
      shownAtNanos = System.nanoTime();
      console
          .err()
          .printf(
              "\r%d of %d cycles, %d acknowledged, %d lost",
              soFar.cycles(), cycles, soFar.acknowledged(), soFar.lost());
    }
  }

  private void print(PowerCutReport report) {
    CutCounts counts = report.counts();
    console
        .out()
        .printf(
            "cuts: %d while starting, %d while working, %d at rest%n",
            report.duringStart(), report.duringWork(), report.atRest());
    console
        .out()
        .printf(
            "unsynced writes: %d kept, %d dropped, %d torn; %d changes outlived an earlier one%n",
            counts.kept(), counts.dropped(), counts.torn(), counts.reordered());
    console
        .out()
        .printf(
            "undone: %d creations, %d renames, %d deletions, %d truncations%n",
            counts.undoneCreations(),
            counts.undoneRenames(),
            counts.undoneDeletions(),
            counts.undoneTruncations());
    Upkeep upkeep = report.upkeep();
    console
        .out()
        .printf(
            "meanwhile: %d snapshots, %d slots trimmed, %d events deleted, %d revisions compacted%n",
            upkeep.snapshots(),
            upkeep.trimmedSlots(),
            upkeep.deletedEvents(),
            upkeep.compactedRevisions());
    for (PowerCutReport.Failure failure : report.failures()) {
      for (Finding finding : failure.findings()) {
        console.out().printf("cycle %d: %s: %s%n", failure.cycle(), word(finding), finding.what());
      }
      console.out().printf("  again: %s%n", replay(failure));
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            "%d cycles, %d acknowledgements, %d lost, %.1f s%n",
            report.cycles(),
            report.acknowledged(),
            report.lost(),
            seconds(report));
  }

  private ObjectNode json(PowerCutReport report) {
    CutCounts counts = report.counts();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("ok", report.ok())
            .put("cycles", report.cycles())
            .put("seed", report.seed());
    json.putObject("cuts")
        .put("duringStart", report.duringStart())
        .put("duringWork", report.duringWork())
        .put("atRest", report.atRest())
        .put("kept", counts.kept())
        .put("dropped", counts.dropped())
        .put("torn", counts.torn())
        .put("reordered", counts.reordered())
        .put("undoneCreations", counts.undoneCreations())
        .put("undoneRenames", counts.undoneRenames())
        .put("undoneDeletions", counts.undoneDeletions())
        .put("undoneTruncations", counts.undoneTruncations());
    Upkeep upkeep = report.upkeep();
    json.putObject("upkeep")
        .put("snapshots", upkeep.snapshots())
        .put("trimmedSlots", upkeep.trimmedSlots())
        .put("deletedEvents", upkeep.deletedEvents())
        .put("compactedRevisions", upkeep.compactedRevisions());
    json.put("operations", report.operations())
        .put("acknowledged", report.acknowledged())
        .put("lost", report.lost());
    ArrayNode failures = json.putArray("failures");
    for (PowerCutReport.Failure failure : report.failures()) {
      for (Finding finding : failure.findings()) {
        failures
            .addObject()
            .put("cycle", failure.cycle())
            .put("seed", failure.seed())
            .put("kind", word(finding))
            .put("what", finding.what())
            .put("replay", replay(failure));
      }
    }
    return json.put("seconds", Math.round(seconds(report) * 10) / 10.0);
  }

  private String replay(PowerCutReport.Failure failure) {
    String fault = broken == null ? "" : " --break " + broken;
    return "holdfast chaos power-cuts " + failure.options() + fault;
  }

  private static String word(Finding finding) {
    return finding.kind().name().toLowerCase(Locale.ROOT);
  }

  private static double seconds(PowerCutReport report) {
    return report.took().toNanos() / 1e9;
  }
}
