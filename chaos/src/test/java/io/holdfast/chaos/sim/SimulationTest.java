package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulationTest {

  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  @Test
  void seedsOfAllTroubleBreakNothingAndComeToRest() throws InterruptedException {
    RangeResult result = run(1, 30, Profile.ALL);

    assertThat(result.failures()).isEmpty();
    assertThat(result.missing()).isEmpty();
    assertThat(result.ok()).isTrue();
    assertThat(result.seeds()).isEqualTo(30);
  }

  @ParameterizedTest
  @EnumSource(Profile.class)
  void everyProfileHoldsByItself(Profile profile) throws InterruptedException {
    assertThat(run(1, 3, profile).failures()).isEmpty();
  }

  @Test
  void groupsAreSealedWhileMembersChange() throws InterruptedException {
    RangeResult result = run(4, 9, Profile.MEMBERSHIP);

    assertThat(result.failures()).isEmpty();
    assertThat(result.count("seals")).isPositive();
    assertThat(result.verdicts()).containsKey("unknown_group");
    assertThat(result.count("hand_overs")).isPositive();
  }

  @Test
  void everySizeAndQuorumHolds() throws InterruptedException {
    for (int nodes : new int[] {3, 5, 7}) {
      for (int w = 1; w <= nodes; w += 2) {
        SeedRange range =
            new SeedRange(1, 1, Profile.ALL, OptionalInt.of(nodes), OptionalInt.of(w));
        assertThat(SeedRuns.run(range, Optional.empty(), THREADS, done -> {}).failures())
            .as("%d nodes, w = %d", nodes, w)
            .isEmpty();
      }
    }
  }

  @Test
  void everySeedOfAllTroubleIsLongAndRoughEnough() {
    for (long seed = 1; seed <= 5; seed++) {
      SimResult result = run(seed, Trace.off());

      assertThat(result.virtualNanos()).isGreaterThanOrEqualTo(60 * VirtualTime.SECOND);
      assertThat(result.coverage().of("operations")).isGreaterThanOrEqualTo(200);
      assertThat(result.coverage().of("faults")).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void calmMeansThatNothingGoesWrong() throws InterruptedException {
    RangeResult result = run(1, 3, Profile.CALM);

    assertThat(result.count(Coverage.CRASHES)).isZero();
    assertThat(result.count(Coverage.PARTITIONS)).isZero();
    assertThat(result.count("faults")).isZero();
    assertThat(result.count(Coverage.ELECTIONS)).isGreaterThanOrEqualTo(3);
  }

  @Test
  void sameSeedGivesTheSameTranscript() {
    List<String> once = new ArrayList<>();
    List<String> again = new ArrayList<>();
    String hash = run(7, Trace.to(once::add)).traceHash();

    assertThat(run(7, Trace.to(again::add)).traceHash()).isEqualTo(hash);
    assertThat(again).isEqualTo(once);
    assertThat(run(8, Trace.to(line -> {})).traceHash()).isNotEqualTo(hash);
    assertThat(once).anyMatch(line -> line.contains("Prepare ballot"));
  }

  /** Seeds with cuts of many links, and many members: where the order of a set would show. */
  @ParameterizedTest
  @ValueSource(longs = {4, 16})
  void transcriptIsTheSameInAnotherProcess(long seed) throws IOException, InterruptedException {
    String hash = run(seed, Trace.to(line -> {})).traceHash();

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.holdfast.mesh.cli.Main",
                "simulate",
                "--seed",
                Long.toString(seed),
                "--json")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("\"transcriptHash\":\"" + hash + "\"");
  }

  @Test
  void resultDoesNotDependOnTheNumberOfThreads() throws InterruptedException {
    SeedRange range = range(20, 25, Profile.ALL);

    RangeResult one = SeedRuns.run(range, Optional.empty(), 1, done -> {});
    RangeResult four = SeedRuns.run(range, Optional.empty(), 4, done -> {});

    assertThat(four.events()).isEqualTo(one.events());
    assertThat(four.verdicts()).isEqualTo(one.verdicts());
    assertThat(four.virtualSeconds()).isCloseTo(one.virtualSeconds(), within(1e-6));
  }

  private static RangeResult run(long first, long last, Profile profile)
      throws InterruptedException {
    return SeedRuns.run(range(first, last, profile), Optional.empty(), THREADS, done -> {});
  }

  private static SimResult run(long seed, Trace trace) {
    return Simulation.run(range(seed, seed, Profile.ALL).scenario(seed), Tampering.NONE, trace);
  }

  private static SeedRange range(long first, long last, Profile profile) {
    return new SeedRange(first, last, profile, OptionalInt.empty(), OptionalInt.empty());
  }
}
