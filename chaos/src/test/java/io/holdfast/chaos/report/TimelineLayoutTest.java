package io.holdfast.chaos.report;

import static io.holdfast.chaos.report.SampleReports.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.report.RunReport.Line;
import io.holdfast.chaos.report.TimelineLayout.Bar;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TimelineLayoutTest {

  @Test
  void eachClientHasALane() {
    TimelineLayout layout = TimelineLayout.of(SampleReports.staleRead().operations());
    assertThat(layout.lanes()).startsWith("1").contains("2", "3", "4", "5", "6");
    assertThat(layout.bars()).hasSize(11);
  }

  @Test
  void lanesAreInTheOrderOfNumbers() {
    TimelineLayout layout =
        TimelineLayout.of(
            List.of(
                line("10", "read x", 1, 2, "placed", 1), line("9", "read x", 3, 4, "placed", 2)));
    assertThat(layout.lanes()).containsExactly("9", "10");
  }

  @Test
  void clientThatGoesOnAfterNoAnswerHasASecondLane() {
    TimelineLayout layout =
        TimelineLayout.of(
            List.of(
                line("1", "write x = 1", 1, -1, "unplaced", 0),
                line("1", "write x = 2", 3, 4, "placed", 1)));
    assertThat(layout.lanes()).containsExactly("1", "1");
  }

  @Test
  void barWithoutAnswerReachesTheEnd() {
    TimelineLayout layout = TimelineLayout.of(SampleReports.staleRead().operations());
    assertThat(layout.bars().stream().filter(bar -> bar.line().returned().isEmpty()))
        .hasSize(2)
        .allSatisfy(bar -> assertThat(bar.right()).isEqualTo(layout.width()));
  }

  @Test
  void breaksGoThroughNoWords() {
    List<Line> lines =
        IntStream.range(0, 40)
            .mapToObj(i -> line("" + i % 3, "write x = " + i, 2 * i, 2 * i + 1, "placed", i + 1))
            .toList();
    TimelineLayout layout = TimelineLayout.of(lines);
    List<Integer> breaks = layout.breaks(620);
    assertThat(breaks).startsWith(0).endsWith(layout.width()).isSorted().hasSizeGreaterThan(3);
    for (int i = 0; i + 1 < breaks.size(); i++) {
      assertThat(breaks.get(i + 1) - breaks.get(i)).isBetween(1, 620);
    }
    for (int at : breaks.subList(1, breaks.size() - 1)) {
      assertThat(layout.bars()).noneMatch(bar -> bar.left() < at && bar.right() > at);
    }
  }

  @Test
  void breaksAreMadeAlsoWhereEveryPlaceHasWords() {
    List<Line> lines =
        IntStream.range(0, 40)
            .mapToObj(i -> line("" + i % 9, "write x = " + i, 2 * i, 2 * i + 9, "placed", i + 1))
            .toList();
    List<Integer> breaks = TimelineLayout.of(lines).breaks(200);
    assertThat(breaks).hasSizeGreaterThan(3);
    for (int i = 0; i + 1 < breaks.size(); i++) {
      assertThat(breaks.get(i + 1) - breaks.get(i)).isBetween(1, 200);
    }
  }

  @Property(tries = 200)
  void orderOfEventsIsKept(@ForAll("parts") List<Line> lines) {
    List<Bar> bars = TimelineLayout.of(lines).bars();
    for (Bar one : bars) {
      for (Bar other : bars) {
        boolean before = one.line().returned().map(at -> at < other.line().invoked()).orElse(false);
        assertThat(one.right() < other.left()).isEqualTo(before);
        assertThat(one.left() < other.left())
            .isEqualTo(one.line().invoked() < other.line().invoked());
      }
    }
  }

  @Property(tries = 200)
  void barsOfALaneDoNotOverlapAndHoldTheirWords(@ForAll("parts") List<Line> lines) {
    TimelineLayout layout = TimelineLayout.of(lines);
    assertThat(layout.bars()).hasSameSizeAs(lines);
    for (Bar bar : layout.bars()) {
      assertThat(bar.right() - bar.left()).isGreaterThanOrEqualTo(6 * bar.label().length());
      assertThat(bar.right()).isLessThanOrEqualTo(layout.width());
      assertThat(layout.lanes().get(bar.lane())).isEqualTo(bar.line().process());
    }
    for (int lane = 0; lane < layout.lanes().size(); lane++) {
      int own = lane;
      int free = 0;
      // In the order of their beginnings, as all bars are.
      for (Bar bar : layout.bars().stream().filter(each -> each.lane() == own).toList()) {
        assertThat(bar.left()).isGreaterThanOrEqualTo(free);
        free = bar.right();
      }
    }
  }

  /** Each operation has its own two events, as in a history. */
  @Provide
  Arbitrary<List<Line>> parts() {
    Arbitrary<List<Integer>> events = Arbitraries.shuffle(IntStream.range(0, 24).boxed().toList());
    Arbitrary<List<Integer>> clients = Arbitraries.integers().between(1, 4).list().ofSize(12);
    Arbitrary<List<Boolean>> answered = Arbitraries.of(true, true, false).list().ofSize(12);
    return Combinators.combine(events, clients, answered)
        .as(
            (at, client, ended) ->
                IntStream.range(0, 12)
                    .mapToObj(
                        i ->
                            new Line(
                                String.valueOf(client.get(i)),
                                "write x = " + "1".repeat(i),
                                Math.min(at.get(2 * i), at.get(2 * i + 1)),
                                Optional.of(Math.max(at.get(2 * i), at.get(2 * i + 1)))
                                    .filter(unused -> ended.get(i)),
                                "placed",
                                Optional.of(i + 1)))
                    .toList());
  }
}
