package io.holdfast.chaos.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.sim.FailedSeed;
import io.holdfast.chaos.sim.Profile;
import io.holdfast.chaos.sim.RangeResult;
import io.holdfast.chaos.sim.Replay;
import io.holdfast.chaos.sim.SeedRange;
import io.holdfast.chaos.sim.SeedRuns;
import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.Exit;
import io.holdfast.mesh.cli.OutputOptions;
import io.holdfast.mesh.cli.Verb;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
      "",
      "Exit status: 0 nothing found; 1 a violation, a mesh that did not come to rest,",
      "or a kind of trouble that never happened in 100 seeds or more."
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
      description = "calm, lossy, partitions, crashes, clocks or all (default: ${DEFAULT-VALUE}).")
  private String profile = Profile.ALL.code();

  @Option(names = "--nodes", paramLabel = "N", description = "3, 5 or 7; drawn otherwise.")
  private @Nullable Integer nodes;

  @Option(names = "--w", paramLabel = "W", description = "Accept quorum; drawn otherwise.")
  private @Nullable Integer w;

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
    SeedRange range = range();
    if (threads < 1 || threads > 1024) {
      throw wrong("--threads " + threads + ": allowed are 1 to 1024");
    }
    if (seed != null) {
      return replay(range);
    }
    if (trace) {
      throw wrong("--trace: allowed with --seed only");
    }
    RangeResult result = SeedRuns.run(range, threads, done -> progress(done, range.count()));
    if (console.interactive()) {
      console.err().print("\r\033[K");
    }
    Replay first = null;
    if (!result.failures().isEmpty()) {
      first = Replay.of(seedOf(range, result.failures().get(0).seed()), line -> {});
    }
    print(result, first);
    return status(result);
  }

  // ---- What is asked for

  private SeedRange range() {
    if ((seed == null) == (seeds == null)) {
      throw wrong("which seeds? Give either --seeds A..B or --seed S");
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

  // ---- What is shown

  private int replay(SeedRange range) {
    Consumer<String> lines = trace ? console.out()::println : line -> {};
    Replay replay = Replay.of(range, lines);
    print(replay.result(), replay);
    return status(replay.result());
  }

  private static int status(RangeResult result) {
    return (result.ok() ? Exit.DONE : Exit.REFUSED).status();
  }

  private synchronized void progress(long done, long count) {
    long now = System.nanoTime();
    if (console.interactive() && now - shownAtNanos > PROGRESS_NANOS) {
      shownAtNanos = now;
      console.err().printf("\r%d of %d seeds", done, count);
      console.err().flush();
    }
  }

  private void print(RangeResult result, @Nullable Replay replay) {
    if (output.json()) {
      console.json(json(result, replay));
    } else {
      printText(result, replay);
    }
  }

  private void printText(RangeResult result, @Nullable Replay replay) {
    var out = console.out();
    out.printf(
        Locale.ROOT,
        "%d seeds, %.0f virtual seconds in %.1f s: %d violations, %d liveness failures%n",
        result.seeds(),
        result.virtualSeconds(),
        result.seconds(),
        result.violations(),
        result.livenessFailures());
    out.println("What happened: " + words(result.events()));
    out.println("What was told: " + words(result.verdicts()));
    if (!result.missing().isEmpty()) {
      out.println("Never happened, so nothing is shown about it: " + result.missing());
    }
    if (seed != null && replay != null) {
      out.println("Transcript: " + replay.transcriptHash());
    }
    for (FailedSeed failed : result.failures()) {
      out.printf("Seed %d breaks %s: %s%n", failed.seed(), failed.invariant(), failed.facts());
      out.println("  replay: " + failed.replay());
    }
    if (replay != null && !replay.excerpt().isEmpty()) {
      out.println("The first of them needs these faults:");
      replay.faults().forEach(fault -> out.println("  " + fault));
      out.println("The part that matters:");
      replay.excerpt().forEach(out::println);
    }
  }

  private static String words(java.util.Map<String, Long> counts) {
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (kind, count) ->
            text.append(text.length() == 0 ? "" : ", ")
                .append(count)
                .append(' ')
                .append(kind.replace('_', ' ')));
    return text.toString();
  }

  private ObjectNode json(RangeResult result, @Nullable Replay replay) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("ok", result.ok())
            .put("seeds", result.seeds())
            .put("violations", result.violations())
            .put("livenessFailures", result.livenessFailures())
            .put("seconds", rounded(result.seconds()))
            .put("seedsPerSecond", rounded(result.seeds() / result.seconds()))
            .put("virtualSeconds", rounded(result.virtualSeconds()))
            .put("virtualSecondsPerSecond", rounded(result.virtualSeconds() / result.seconds()));
    ObjectNode coverage = json.putObject("coverage");
    for (String pinned : List.of("elections", "crashes", "partitions", "rotations")) {
      coverage.put(pinned, result.count(pinned));
    }
    ObjectNode verdicts = coverage.putObject("verdicts");
    result.verdicts().forEach(verdicts::put);
    ObjectNode events = coverage.putObject("events");
    result.events().forEach(events::put);
    ArrayNode missing = json.putArray("missing");
    result.missing().forEach(missing::add);
    ArrayNode failures = json.putArray("failures");
    for (FailedSeed failed : result.failures()) {
      failures
          .addObject()
          .put("seed", failed.seed())
          .put("invariant", failed.invariant())
          .put("facts", failed.facts())
          .put("replay", failed.replay());
    }
    if (seed != null && replay != null) {
      json.put("transcriptHash", replay.transcriptHash());
    }
    if (replay != null && !replay.excerpt().isEmpty()) {
      ObjectNode shrunk = json.putObject("shrunk");
      ArrayNode faults = shrunk.putArray("faults");
      replay.faults().forEach(faults::add);
      ArrayNode excerpt = shrunk.putArray("transcript");
      replay.excerpt().forEach(excerpt::add);
    }
    return json;
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
