package io.holdfast.chaos.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A history as numbers, and what can be told from them before any search. */
class TimelineTest {

  @Test
  void usesTheBitsOfWhatHasReturnedAgain() {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      operations.add(known(new Read("nil"), 2 * i, 2 * i + 1));
    }
    assertThat(new Timeline(new History(operations)).words()).isEqualTo(1);
  }

  @Test
  void givesWhatOverlapsDifferentBits() {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      operations.add(known(new Read("nil"), i, 1_000 + i));
      operations.add(known(new Write("1"), 100 + i, 2_000 + i));
    }
    Timeline timeline = new Timeline(new History(operations));
    assertThat(timeline.firstWriteWord()).isEqualTo(2);
    assertThat(timeline.firstSwapWord()).isEqualTo(4);
    assertThat(timeline.words()).isEqualTo(4);
  }

  @Test
  void tellsTheEarliestReturnOfWhatNeedsAValueLater() {
    Timeline timeline =
        timeline(
            known(new Write("1"), 0, 1),
            known(new Read("1"), 2, 9),
            known(new Read("1"), 3, 5),
            known(new Cas("1", "2"), 6, 12),
            unknown(new Cas("1", "2"), 13));
    int value = timeline.leaves(0);
    assertThat(timeline.nextNeed(value, 1)).isEqualTo(5);
    assertThat(timeline.nextNeed(value, 2)).isEqualTo(5);
    assertThat(timeline.nextNeed(value, 3)).isEqualTo(12);
    assertThat(timeline.nextNeed(value, 6)).isEqualTo(Integer.MAX_VALUE);
    assertThat(timeline.nextNeed(Timeline.INITIAL, 0)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void tellsWhenAValueIsWrittenNext() {
    Timeline timeline =
        timeline(
            known(new Write("1"), 0, 1),
            known(new Cas("2", "1"), 4, 8),
            unknown(new Write("1"), 6));
    int value = timeline.leaves(0);
    assertThat(timeline.nextWriter(value, -1)).isZero();
    assertThat(timeline.nextWriter(value, 0)).isEqualTo(4);
    assertThat(timeline.nextWriter(value, 5)).isEqualTo(6);
    assertThat(timeline.nextWriter(value, 6)).isEqualTo(Integer.MAX_VALUE);
    assertThat(timeline.writersBefore(value, 0)).isZero();
    assertThat(timeline.writersBefore(value, 1)).isEqualTo(1);
    assertThat(timeline.writersBefore(value, 4)).isEqualTo(1);
    assertThat(timeline.writersBefore(value, 5)).isEqualTo(2);
    assertThat(timeline.writersBefore(value, 100)).isEqualTo(3);
  }

  @Test
  void findsAResultThatNothingWrote() {
    assertThat(firstStale(known(new Read("nil"), 0, 1), known(new Read("1"), 2, 3))).isEqualTo(1);
    assertThat(firstStale(known(new Cas("1", "2"), 0, 1), unknown(new Write("1"), 2))).isZero();
  }

  @Test
  void findsAResultThatWasOverwrittenForSure() {
    Operation first = known(new Write("1"), 0, 1);
    assertThat(firstStale(first, known(new Write("2"), 2, 3), known(new Read("1"), 4, 5)))
        .isEqualTo(2);
    assertThat(firstStale(known(new Write("2"), 0, 1), known(new Read("nil"), 2, 3))).isEqualTo(1);
  }

  @Test
  void callsNothingStaleThatMayStillBeThere() {
    Operation first = known(new Write("1"), 0, 3);
    assertThat(firstStale(first, known(new Write("2"), 2, 4), known(new Read("1"), 5, 6)))
        .isEqualTo(3);
    assertThat(firstStale(known(new Write("2"), 0, 3), known(new Read("nil"), 2, 4))).isEqualTo(2);
    assertThat(
            firstStale(
                unknown(new Write("1"), 0),
                known(new Write("2"), 1, 2),
                known(new Read("1"), 3, 4)))
        .isEqualTo(2);
    assertThat(firstStale()).isZero();
  }

  private static int firstStale(Operation... operations) {
    return new StaleReads(timeline(operations)).first();
  }

  private static Timeline timeline(Operation... operations) {
    return new Timeline(new History(List.of(operations)));
  }

  private static Operation known(Action action, int invoked, int returned) {
    return new Operation("p" + invoked, "k", action, invoked, OptionalInt.of(returned));
  }

  private static Operation unknown(Action action, int invoked) {
    return new Operation("p" + invoked, "k", action, invoked, OptionalInt.empty());
  }
}
