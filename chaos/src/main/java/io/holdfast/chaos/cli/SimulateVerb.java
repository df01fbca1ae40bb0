package io.holdfast.chaos.cli;

import static java.util.stream.Collectors.joining;

import io.holdfast.chaos.sim.Profile;
import io.holdfast.chaos.sim.RangeResult;
import io.holdfast.chaos.sim.Replay;
import io.holdfast.chaos.sim.SeedRange;
import io.holdfast.chaos.sim.SeedRuns;
import io.holdfast.chaos.sim.SeededFault;
import io.holdfast.chaos.sim.SelfTest;
import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.Exit;
import io.holdfast.mesh.cli.OutputOptions;
import io.holdfast.mesh.cli.Verb;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast simulate}. */
@Command(
    name = "simulate",
    description = {
      "Run whole meshes in one thread, under virtual time and seeded faults.",
      "Every named invariant is watched; then the faults stop, and everything must come to rest."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast simulate --seeds 1..1000",
      "  holdfast simulate --seed 42 --profile partitions --trace",
      "  holdfast simulate --self-test",
      "",
      "Exit status: 0 nothing found; 1 a violation, a mesh that did not come to rest,",
      "a kind of trouble that never happened in 100 seeds or more, or a fault not noticed."
    })
final class SimulateVerb implements Verb {

  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");
  private static final List<Integer> SIZES = List.of(3, 5, 7);
  private static final long PROGRESS_NANOS = 200_000_000;

  private final Console console;

  @Option(names = "--seeds", paramLabel = "A..B", description = "Run these seeds.")
  private @Nullable String seeds;

  @Option(names = "--seed", paramLabel = "S", description = "Run one seed.")
  private @Nullable Long seed;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "calm, lossy, partitions, crashes, clocks, cache, trim, membership, divergence or all"
              + " (the default).")
  private @Nullable String profile;

  @Option(names = "--nodes", paramLabel = "N", description = "3, 5 or 7; drawn otherwise.")
  private @Nullable Integer nodes;

  @Option(names = "--w", paramLabel = "W", description = "Accept quorum; drawn otherwise.")
  private @Nullable Integer w;

  @Option(
      names = "--break",
      paramLabel = "FAULT",
      description = "Put a fault of the self-test into every process.")
  private @Nullable String broken;

  @Option(
      names = "--self-test",
      description = "Put in one fault after the other; each must be noticed.")
  private boolean selfTest;

  @Option(names = "--trace", description = "Print the transcript of the one seed.")
  private boolean trace;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Seeds that run at a time (default: one for each processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Mixin private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private long shownAtNanos = System.nanoTime();

  SimulateVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (threads < 1 || threads > 1024) {
      throw wrong("--threads " + threads + ": allowed are 1 to 1024");
    }
    if (selfTest) {
      return testItself();
    }
    SeedRange range = range();
    Optional<SeededFault> fault = fault();
    SimulationReport report = new SimulationReport(console, output.json());
    if (seed != null) {
      Consumer<String> lines = trace ? console.out()::println : line -> {};
      Replay replay = Replay.of(range, fault, lines);
      report.print(replay);
      return status(replay.result().ok());
    }
    if (trace) {
      throw wrong("--trace: allowed with --seed only");
    }
    RangeResult result =
        SeedRuns.run(range, fault, threads, done -> progress(done, range.count(), "seeds"));
    endProgress();
    report.print(
        result,
        result.failures().stream()
            .findFirst()
            .map(first -> Replay.of(seedOf(range, first.seed()), fault, line -> {})));
    return status(result.ok());
  }

  private int testItself() throws InterruptedException {
    if (Stream.of(seed, seeds, broken, nodes, w, profile).anyMatch(Objects::nonNull) || trace) {
      throw wrong("--self-test: every fault is hunted in seeds of its own; leave the rest out");
    }
    List<SelfTest.Caught> results =
        SelfTest.run(threads, progress -> progress(progress.done(), progress.total(), "faults"));
    endProgress();
    new SelfTestReport(console, output.json()).print(results);
    return status(results.stream().allMatch(SelfTest.Caught::isCaught));
  }

  // ---- What is asked for

  private SeedRange range() {
    if ((seed == null) == (seeds == null)) {
      throw wrong("which seeds? Give either --seeds A..B or --seed S, or --self-test");
    }
    long first;
    long last;
    if (seeds != null) {
      Matcher matcher = RANGE.matcher(seeds);
      if (!matcher.matches()) {
        throw wrong("--seeds " + seeds + ": allowed is A..B, such as 1..1000");
      }
      first = Long.parseLong(matcher.group(1));
      last = Long.parseLong(matcher.group(2));
    } else {
      first = seed == null ? 0 : seed;
      last = first;
    }
    if (nodes != null && !SIZES.contains(nodes)) {
      throw wrong("--nodes " + nodes + ": allowed are 3, 5 and 7");
    }
    int most = nodes == null ? 3 : nodes;
    if (w != null && (w < 1 || w > most)) {
      throw wrong(
          "--w %d: allowed are 1 to %d%s"
              .formatted(w, most, nodes == null ? "; more with --nodes" : ""));
    }
    try {
      return new SeedRange(first, last, profile(), optional(nodes), optional(w));
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private Profile profile() {
    if (profile == null) {
      return Profile.ALL;
    }
    for (Profile candidate : Profile.values()) {
      if (candidate.code().equals(profile)) {
        return candidate;
      }
    }
    throw wrong("--profile " + profile + ": allowed are " + Profile.codes());
  }

  private static OptionalInt optional(@Nullable Integer number) {
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private static SeedRange seedOf(SeedRange range, long seed) {
    return new SeedRange(seed, seed, range.profile(), range.nodes(), range.w());
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private Optional<SeededFault> fault() {
    if (broken == null) {
      return Optional.empty();
    }
    Optional<SeededFault> named = SeededFault.named(broken);
    if (named.isEmpty()) {
      throw wrong(
          "--break "
              + broken
              + ": allowed are "
              + SeededFault.all().stream().map(SeededFault::name).collect(joining(", ")));
    }
    return named;
  }

  // ---- What is shown

  private static int status(boolean ok) {
    return (ok ? Exit.DONE : Exit.REFUSED).status();
  }

  private synchronized void progress(long done, long count, String what) {
    long now = System.nanoTime();
    if (console.interactive() && now - shownAtNanos > PROGRESS_NANOS) {
      shownAtNanos = now;
      console.err().printf("\r%d of %d %s", done, count, what);
      console.err().flush();
    }
  }

  private void endProgress() {
    if (console.interactive()) {
      console.err().print("\r\033[K");
      console.err().flush();
    }
  }
}
