package io.holdfast.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.report.RunReport.Fault;
import io.holdfast.chaos.report.RunReport.Measured;
import io.holdfast.chaos.report.RunReport.Slice;
import io.holdfast.chaos.run.Samples.Sample;
import io.holdfast.chaos.run.Strike.Proof;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TallyTest {

  @Test
  void countsOutcomesAndTheirLatenciesBySecond() {
    Tally tally =
        new Tally(
            List.of(
                sample(0, 10, "committed"),
                sample(100, 130, "committed"),
                sample(900, 1100, "timeout"),
                sample(2500, 2501, "read")));
    assertThat(tally.outcomes()).isEqualTo(Map.of("committed", 2L, "timeout", 1L, "read", 1L));
    List<Slice> slices = tally.slices(Duration.ofMillis(2900));
    assertThat(slices).extracting(slice -> slice.at().toMillis()).containsExactly(0L, 1000L, 2000L);
    assertThat(slices.get(0).byOutcome())
        .isEqualTo(Map.of("committed", new Measured(2, 30, 30, 30)));
    assertThat(slices.get(1).byOutcome()).containsOnlyKeys("timeout");
    assertThat(slices.get(2).byOutcome()).containsOnlyKeys("read");
  }

  @Test
  void hasAtMostSixHundredSlices() {
    assertThat(new Tally(List.of()).slices(Duration.ofHours(2))).hasSizeLessThanOrEqualTo(601);
  }

  @Test
  void measuresAFaultByTheWritesThatWereCommitted() {
    Tally tally =
        new Tally(
            List.of(
                sample(0, 100, "committed"),
                sample(950, 1200, "committed"), // asked before the fault
                sample(1100, 3000, "committed"),
                sample(1300, 1400, "timeout"),
                sample(1500, 1700, "committed"),
                sample(5000, 5001, "committed")));
    Fault fault = tally.fault(injected(1000, 4000));
    assertThat(fault.committed()).isEqualTo(3);
    assertThat(fault.longestGap()).isEqualTo(Duration.ofMillis(1300));
    assertThat(fault.recovery()).contains(Duration.ofMillis(700));
  }

  @Test
  void aFaultAfterWhichNothingIsCommittedHasNoRecovery() {
    Tally tally = new Tally(List.of(sample(0, 100, "committed"), sample(2000, 2001, "read")));
    Fault fault = tally.fault(injected(1000, 1500));
    assertThat(fault.recovery()).isEqualTo(Optional.empty());
    assertThat(fault.committed()).isZero();
    assertThat(fault.longestGap()).isEqualTo(Duration.ofMillis(500));
  }

  private static Sample sample(long fromMillis, long toMillis, String word) {
    return new Sample(fromMillis * 1_000_000, toMillis * 1_000_000, 0, !word.equals("read"), word);
  }

  private static InjectedFault injected(long fromMillis, long toMillis) {
    return new InjectedFault(
        FaultForm.KILL_ONE,
        List.of("n1"),
        Duration.ofMillis(fromMillis),
        Duration.ofMillis(toMillis),
        new Proof(true, "1 process ended"));
  }
}
