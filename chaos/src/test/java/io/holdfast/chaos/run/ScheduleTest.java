package io.holdfast.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.run.FaultKind.Lane;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

  private static final List<FaultKind> ALL = FaultKind.all();

  @Test
  void isTheSameForTheSameSeedAndAnotherForAnother() {
    List<PlannedFault> one = draw(7, Duration.ofSeconds(60), ALL);
    assertThat(draw(7, Duration.ofSeconds(60), ALL)).isEqualTo(one);
    assertThat(draw(8, Duration.ofSeconds(60), ALL)).isNotEqualTo(one);
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 60, 120, 600})
  void injectsEachKindOftenEnough(int seconds) {
    Map<FaultKind, Long> counts =
        draw(3, Duration.ofSeconds(seconds), ALL).stream()
            .filter(fault -> fault.from().toSeconds() < seconds)
            .collect(Collectors.groupingBy(fault -> fault.form().kind(), Collectors.counting()));
    assertThat(counts).containsOnlyKeys(ALL);
    assertThat(counts.values()).allMatch(count -> count >= ChaosRun.FAULTS_WANTED);
  }

  @Test
  void tenMinutesHaveEveryForm() {
    List<FaultForm> forms =
        draw(3, Duration.ofMinutes(10), ALL).stream().map(PlannedFault::form).toList();
    assertThat(forms).contains(FaultForm.values());
  }

  @Property(tries = 200)
  void faultsOfALaneFollowEachOtherWithinTheRun(
      @ForAll long seed,
      @ForAll @IntRange(min = 5, max = 700) int seconds,
      @ForAll @NotEmpty @UniqueElements List<FaultKind> kinds) {
    Duration length = Duration.ofSeconds(seconds);
    List<PlannedFault> faults = draw(seed, length, kinds);
    for (Lane lane : Lane.values()) {
      Duration free = Schedule.QUIET_BEGINNING;
      for (PlannedFault fault : faults) {
        if (fault.form().kind().lane() == lane) {
          assertThat(fault.from()).isGreaterThanOrEqualTo(free);
          free = fault.from().plus(fault.length());
          assertThat(free).isLessThanOrEqualTo(length.multipliedBy(ChaosRun.LONGEST));
        }
      }
    }
    assertThat(faults).allMatch(fault -> kinds.contains(fault.form().kind()));
  }

  @Test
  void injectsOnlyFormsThatAreAllowed() {
    List<FaultForm> forms =
        Schedule.draw(
                5, Duration.ofMinutes(5), FaultKind.ofNodesOfOthers(), FaultForm.ofNodesOfOthers())
            .stream()
            .map(PlannedFault::form)
            .toList();
    assertThat(forms).contains(FaultForm.DISK_SLOW).doesNotContain(FaultForm.DISK_FAILS);
    assertThat(FaultForm.ofNodesOfOthers()).containsAll(forms);
  }

  private static List<PlannedFault> draw(long seed, Duration length, List<FaultKind> kinds) {
    return Schedule.draw(seed, length, kinds, EnumSet.allOf(FaultForm.class));
  }
}
