package io.holdfast.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.live.Answer;
import io.holdfast.chaos.run.Strike.Proof;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcknowledgementClaimsTest {

  @ParameterizedTest
  @CsvSource({
    "unreachable, KILL_ONE, true",
    "unreachable, RING, true",
    "unreachable, DISK_FULL, true",
    "unreachable, CLOCK_AHEAD, false",
    "local_write_failed, DISK_FAILS, true",
    "local_write_failed, KILL_ALL, false",
    "timeout, CLOCK_AHEAD, true",
    "id_drift, KILL_ALL, false"
  })
  void eachReasonNeedsAFaultThatExplainsIt(String reason, FaultForm form, boolean held) {
    assertThat(check(reason, 20_000, List.of(fault(form, 18_000, 19_000)))).isEqualTo(held);
  }

  @Test
  void aFaultLongBeforeExplainsNothing() {
    List<InjectedFault> faults = List.of(fault(FaultForm.KILL_ONE, 1_000, 2_000));
    assertThat(check("unreachable", 10_000, faults)).isTrue();
    assertThat(check("unreachable", 40_000, faults)).isFalse();
  }

  @Test
  void aFaultThatComesAfterwardsExplainsNothing() {
    List<InjectedFault> faults = List.of(fault(FaultForm.KILL_ONE, 30_000, 31_000));
    assertThat(check("unreachable", 20_000, faults)).isFalse();
  }

  private static boolean check(String reason, long atMillis, List<InjectedFault> faults) {
    QuorumVerdicts verdicts = new QuorumVerdicts(10);
    String body =
        "{\"code\":\"quorum_not_met\",\"reason\":\"%s\",\"members\":[{\"node\":\"n1\",\"state\":\"silent\"}]}"
            .formatted(reason);
    long nanos = Duration.ofMillis(atMillis).toNanos();
    verdicts.add(0, nanos - 1, nanos, new Answer(503, "", body));
    assertThat(verdicts.counts()).containsEntry(reason, 1L);
    return AcknowledgementClaims.check(verdicts.all(), verdicts.counts(), faults).held();
  }

  private static InjectedFault fault(FaultForm form, long fromMillis, long toMillis) {
    return new InjectedFault(
        form,
        List.of("n1"),
        Duration.ofMillis(fromMillis),
        Duration.ofMillis(toMillis),
        new Proof(true, ""));
  }
}
