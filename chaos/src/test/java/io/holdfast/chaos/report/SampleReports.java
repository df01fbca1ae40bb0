package io.holdfast.chaos.report;

import io.holdfast.chaos.report.RunReport.Check;
import io.holdfast.chaos.report.RunReport.Conclusion;
import io.holdfast.chaos.report.RunReport.FailingPart;
import io.holdfast.chaos.report.RunReport.Fault;
import io.holdfast.chaos.report.RunReport.Line;
import io.holdfast.chaos.report.RunReport.Measured;
import io.holdfast.chaos.report.RunReport.Reign;
import io.holdfast.chaos.report.RunReport.Setup;
import io.holdfast.chaos.report.RunReport.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Reports as runs give them, made up from a seed: for tests, and for eyes. */
final class SampleReports {

  private static final List<String> KINDS =
      List.of("kill", "pause", "partition", "proxy", "clock", "disk");

  private static final Map<String, List<String>> FORMS =
      Map.of(
          "kill", List.of("SIGKILL, restarted after a second", "SIGKILL of the leader"),
          "pause", List.of("SIGSTOP", "SIGSTOP of the leader"),
          "partition",
              List.of(
                  "ring: each node hears its neighbours only",
                  "one-way: heard by nobody",
                  "bridge: two halves, one node between",
                  "cut off in both directions"),
          "proxy", List.of("delay 120 ms", "loss 20%", "reset every second"),
          "clock", List.of("jump by +45 s", "jump by -30 s"),
          "disk", List.of("writes take 400 ms", "no space left", "every write fails"));

  private static final List<String> FAILURES =
      List.of(
          "in_flight",
          "quorum_not_met",
          "outcome_unknown",
          "no_leader",
          "overloaded",
          "compare_failed",
          "not_ready");

  private final Random random;
  private final Duration length;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Reign> reigns = new ArrayList<>();
  private final List<Slice> slices = new ArrayList<>();
  private final Map<String, Long> outcomes = new TreeMap<>();

  private SampleReports(long seed, Duration length, int faults, Duration slice) {
    this.random = new Random(seed);
    this.length = length;
    inject(faults);
    reign();
    for (Duration at = Duration.ZERO; at.compareTo(length) < 0; at = at.plus(slice)) {
      slices.add(slice(at, slice));
    }
  }

  /** A minute with forty faults of six kinds. */
  static RunReport valid() {
    return new SampleReports(42, Duration.ofSeconds(60), 40, Duration.ofMillis(500))
        .report("valid", Optional.empty());
  }

  /** The same of nodes that read without asking the others. */
  static RunReport invalid() {
    return new SampleReports(7, Duration.ofSeconds(60), 40, Duration.ofMillis(500))
        .report("invalid", Optional.of(staleRead()));
  }

  /** As long and as full as they get: 600 slices, 200 faults, 8 outcomes. */
  static RunReport tenMinutes() {
    return new SampleReports(3, Duration.ofMinutes(10), 200, Duration.ofSeconds(1))
        .report("valid", Optional.empty());
  }

  /** A run that was ended before anything happened. */
  static RunReport empty() {
    return new RunReport(
        new Setup(
            "holdfast chaos run",
            "0.1.0",
            "",
            3,
            0,
            1,
            Duration.ZERO,
            "register",
            0,
            Optional.empty()),
        new Conclusion("nothing_proved", "no fault was injected", 0, 0, 0, 0, 0, List.of()),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Optional.empty());
  }

  /** All of a valid run, with another failing part. */
  static RunReport failing(FailingPart part) {
    RunReport run = valid();
    return new RunReport(
        run.setup(),
        run.conclusion(),
        run.checks(),
        run.faults(),
        run.reigns(),
        run.slices(),
        run.outcomes(),
        Optional.of(part));
  }

  /** Eleven operations of five clients, of which one read what had been overwritten. */
  static FailingPart staleRead() {
    return new FailingPart(
        "client 4 read 17 after client 2 had been told that 23 was written over it.",
        "account/3",
        "account/3 = 31",
        List.of(
            line("1", "write account/3 = 17", 104, 109, "placed", 1),
            line("2", "read account/3 = 17", 106, 111, "placed", 2),
            line("3", "write account/3 = 19", 108, -1, "unplaced", 0),
            line("2", "write account/3 = 23", 112, 116, "placed", 3),
            line("5", "read account/3 = 23", 114, 122, "placed", 4),
            line("1", "cas account/3 from 23 to 31", 118, 124, "placed", 5),
            line("4", "read account/3 = 17", 125, 131, "failing", 0),
            line("2", "read account/3 = 31", 126, 130, "placed", 6),
            line("5", "cas account/3 from 31 to 40", 127, 134, "unplaced", 0),
            line("1", "read account/3 = 31", 128, 133, "unplaced", 0),
            line("6", "write account/3 = 44", 129, -1, "unplaced", 0)));
  }

  static Line line(String process, String what, int invoked, int returned, String role, int order) {
    return new Line(
        process,
        what,
        invoked,
        returned < 0 ? Optional.empty() : Optional.of(returned),
        role,
        order == 0 ? Optional.empty() : Optional.of(order));
  }

  /** Writes the samples into a directory, to be looked at in a browser. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    ReportPage.write(valid(), directory.resolve("valid.html"));
    ReportPage.write(invalid(), directory.resolve("invalid.html"));
    ReportPage.write(tenMinutes(), directory.resolve("ten-minutes.html"));
    ReportPage.write(empty(), directory.resolve("empty.html"));
  }

  private RunReport report(String verdict, Optional<FailingPart> failing) {
    long operations = outcomes.values().stream().mapToLong(Long::longValue).sum();
    long committed = outcomes.getOrDefault("committed", 0L);
    long unknown =
        outcomes.getOrDefault("in_flight", 0L)
            + outcomes.getOrDefault("quorum_not_met", 0L)
            + outcomes.getOrDefault("outcome_unknown", 0L);
    boolean valid = verdict.equals("valid");
    return new RunReport(
        new Setup(
            "./holdfast chaos run --nodes 5 --duration "
                + length.toSeconds()
                + "s --seed 42 --faults kill,pause,partition,proxy,clock,disk --workload mixed"
                + (valid ? "" : " --break read-without-probe"),
            "0.1.0-SNAPSHOT (ae36e67)",
            "2026-11-21T16:02:11Z",
            5,
            3,
            42,
            length,
            "mixed",
            20,
            valid ? Optional.empty() : Optional.of("reads are answered without a probe")),
        new Conclusion(
            verdict,
            valid
                ? "The history is linearizable, nothing acknowledged was lost, and each kind of"
                    + " fault was in force at least 5 times."
                : "The history of account/3 has no order: a read saw what had been overwritten"
                    + " before it was asked.",
            operations,
            committed * 6 / 10,
            0,
            unknown,
            unknown,
            faults.stream().map(Fault::recovery).flatMap(Optional::stream).toList()),
        List.of(
            new Check(
                "The history is linearizable",
                valid,
                valid ? operations + " operations, 214 parts, 0.8 s" : "account/3: 11 operations"),
            new Check("Nothing acknowledged is lost", true, committed * 6 / 10 + " looked for"),
            new Check("Every unknown outcome is resolved", true, unknown + " of " + unknown),
            new Check("Callers were told what was done", true, "14,201 verdicts compared"),
            new Check("Replicas are alike at the end", true, "5 at slot 48,811, one chain hash"),
            new Check("Each kind of fault was in force 5 times or more", true, "least: disk, 5")),
        faults,
        reigns,
        slices,
        outcomes,
        failing);
  }

  private void inject(int count) {
    long step = length.toMillis() / count;
    for (int i = 0; i < count; i++) {
      String kind = KINDS.get(i % KINDS.size());
      long from = 400 + i * step + random.nextLong(step / 2);
      long to = Math.min(length.toMillis(), from + 600 + random.nextLong(2 * step));
      List<String> forms = FORMS.getOrDefault(kind, List.of(kind));
      boolean effective = i % 13 != 12;
      long gap = 40 + random.nextLong(kind.equals("kill") ? 1800 : 700);
      faults.add(
          new Fault(
              kind,
              forms.get(random.nextInt(forms.size())),
              List.of("n" + (1 + random.nextInt(5))),
              Duration.ofMillis(from),
              Duration.ofMillis(to),
              effective ? effect(kind) : "0 messages touched",
              effective,
              random.nextLong(2500),
              Duration.ofMillis(Math.min(gap, to - from)),
              i == count - 1 ? Optional.empty() : Optional.of(Duration.ofMillis(gap))));
    }
    faults.sort(Comparator.comparing(Fault::from));
  }

  private String effect(String kind) {
    return switch (kind) {
      case "kill" -> "process " + (2000 + random.nextInt(900)) + " ended, restarted in 1.9 s";
      case "pause" -> "stopped for " + (800 + random.nextInt(2000)) + " ms";
      case "clock" -> "the node told the time " + (30 + random.nextInt(15)) + " s off";
      case "disk" -> random.nextInt(90) + 1 + " writes failed or were late";
      default -> random.nextInt(900) + 1 + " messages not heard";
    };
  }

  /** Leaders change where kills and pauses are, with a gap each time. */
  private void reign() {
    long from = 420;
    int leader = 3;
    for (Fault fault : faults) {
      boolean strikes = fault.kind().equals("kill") || fault.kind().equals("pause");
      if (strikes && random.nextInt(3) > 0 && fault.from().toMillis() > from + 500) {
        long to = fault.from().toMillis();
        reigns.add(new Reign("n" + leader, Duration.ofMillis(from), Duration.ofMillis(to)));
        from = to + 350 + random.nextLong(1400);
        leader = 1 + (leader + random.nextInt(4)) % 5;
      }
    }
    if (from < length.toMillis()) {
      reigns.add(new Reign("n" + leader, Duration.ofMillis(from), length));
    }
  }

  private Slice slice(Duration at, Duration slice) {
    double led =
        reigns.stream()
                .mapToLong(
                    reign ->
                        Math.max(
                            0,
                            Math.min(reign.to().toMillis(), at.plus(slice).toMillis())
                                - Math.max(reign.from().toMillis(), at.toMillis())))
                .sum()
            / (double) slice.toMillis();
    long inForce =
        faults.stream()
            .filter(fault -> fault.from().compareTo(at) <= 0 && fault.to().compareTo(at) > 0)
            .count();
    Map<String, Measured> ended = new HashMap<>();
    double rate = 900 * led / (1 + 0.35 * inForce) * (0.9 + 0.2 * random.nextDouble());
    add(ended, "committed", Math.round(rate * slice.toMillis() / 1e3), 3.5 * (1 + inForce));
    for (int i = 0; i < FAILURES.size(); i++) {
      boolean happens = random.nextInt(4) == 0 && (led < 1 || inForce > 0);
      double mean = (led < 0.7 ? 60 : 9) / (1.0 + i);
      if (happens) {
        add(ended, FAILURES.get(i), 1 + (long) (mean * random.nextDouble()), 1000.0 / (1 + i * i));
      }
    }
    return new Slice(at, ended);
  }

  private void add(Map<String, Measured> ended, String code, long count, double middle) {
    if (count == 0) {
      return;
    }
    double p50 = middle * (0.7 + 0.6 * random.nextDouble());
    double p99 = p50 * (2 + 6 * random.nextDouble());
    ended.put(code, new Measured(count, p50, p99, p99 * (1 + 3 * random.nextDouble())));
    outcomes.merge(code, count, Long::sum);
  }
}
