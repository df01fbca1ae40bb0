package io.holdfast.chaos.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import io.holdfast.chaos.core.Configuration.Phase;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** When one way to have come to a point makes another one needless. */
class ConfigurationTest {

  /** A read, a write and a swap, all at once; unknown: two writes that leave 1 and 2, and swaps. */
  private static final Timeline TIMELINE =
      new Timeline(
          new History(
              List.of(
                  known(new Read("1"), 0, 100),
                  known(new Write("2"), 1, 101),
                  known(new Cas("2", "3"), 2, 102),
                  unknown(new Write("1"), 3),
                  unknown(new Write("1"), 4),
                  unknown(new Cas("nil", "1"), 5),
                  unknown(new Cas("nil", "1"), 6),
                  unknown(new Write("2"), 7))));

  private static final int READ = 0;
  private static final int WRITE = 64;
  private static final int SWAP = 128;

  /** By what they leave, the write before the swap. */
  private static final int WRITE_1 = 0;

  private static final int SWAP_TO_1 = 1;
  private static final int WRITE_2 = 2;

  private final Configuration one = new Configuration(TIMELINE.words());
  private final Configuration other = new Configuration(TIMELINE.words());

  @Test
  void placedReadCoversOneThatIsNot() {
    assertThat(TIMELINE.firstWriteWord() * 64).isEqualTo(WRITE);
    assertThat(TIMELINE.firstSwapWord() * 64).isEqualTo(SWAP);
    one.use(READ);
    assertCoversOneWay();
  }

  @Test
  void openWriteCoversOneThatIsPlaced() {
    other.use(WRITE);
    assertCoversOneWay();
  }

  @Test
  void swapsMustBeTheSame() {
    one.use(SWAP);
    assertCoversNeitherWay();
    other.use(SWAP);
    assertThat(one.covers(other, TIMELINE)).isTrue();
  }

  @Test
  void laterLastWriteCoversAnEarlierOne() {
    one.advance(-1);
    other.advance(-1);
    one.enter(Phase.WRITTEN);
    assertThat(one.lastWrite()).isZero();
    assertThat(other.lastWrite()).isEqualTo(-1);
    assertCoversOneWay();
  }

  @Test
  void fewerUnknownOperationsCoverMore() {
    one.useOf(WRITE_1);
    other.useOf(WRITE_1);
    assertThat(one.covers(other, TIMELINE)).isTrue();
    assertThat(other.covers(one, TIMELINE)).isTrue();
    other.useOf(WRITE_1);
    assertCoversOneWay();
    one.useOf(SWAP_TO_1);
    one.useOf(WRITE_2);
    assertCoversNeitherWay();
  }

  @Test
  void swapIsBetterUsedThanAWriteThatLeavesTheSame() {
    one.useOf(SWAP_TO_1);
    other.useOf(WRITE_1);
    assertCoversOneWay();
    one.useOf(SWAP_TO_1);
    assertCoversNeitherWay();
    other.useOf(WRITE_1);
    assertCoversOneWay();
  }

  @Test
  void swapIsNotBetterUsedThanAWriteThatLeavesAnotherValue() {
    one.useOf(SWAP_TO_1);
    other.useOf(WRITE_2);
    assertCoversNeitherWay();
    Configuration third = new Configuration(TIMELINE.words());
    third.useOf(WRITE_2);
    other.useOf(WRITE_1);
    assertThat(third.covers(other, TIMELINE)).isTrue();
    third.useOf(WRITE_2);
    assertThat(third.covers(other, TIMELINE)).isFalse();
  }

  @Test
  void countsTheUsedOfEachKindInWhateverOrderTheyCome() {
    for (int kind : new int[] {5, 2, 5, 9, 2, 5}) {
      one.useOf(kind);
    }
    assertThat(one.usedOf(2)).isEqualTo(2);
    assertThat(one.usedOf(5)).isEqualTo(3);
    assertThat(one.usedOf(9)).isEqualTo(1);
    for (int kind : new int[] {0, 3, 7, 10}) {
      assertThat(one.usedOf(kind)).isZero();
    }
    assertThat(one.weight()).isEqualTo(16 + TIMELINE.words() + 3);
    one.append(4, false);
    one.append(7, true);
    assertThat(one.weight()).isEqualTo(16 + TIMELINE.words() + 4);
    assertThat(one.placed()).containsExactly(4, ~7);
  }

  @Test
  void whatContinuesAConfigurationLeavesItAsItWas() {
    one.use(READ);
    one.useOf(WRITE_1);
    one.append(3, false);
    Configuration next = one.next();
    next.use(WRITE);
    next.useOf(WRITE_1);
    next.append(4, false);
    next.hold(1);
    assertThat(one.used(WRITE)).isFalse();
    assertThat(one.usedOf(WRITE_1)).isEqualTo(1);
    assertThat(one.placed()).containsExactly(3);
    assertThat(one.state()).isEqualTo(Timeline.INITIAL);
    assertThat(next.used(READ)).isTrue();
    assertThat(next.placed()).containsExactly(4);
    assertThat(next.before()).isSameAs(one);
    assertThat(other.next().before()).isNull();
  }

  @Test
  void nextLevelFreesTheBitAndEndsWhatWasHidden() {
    one.use(READ);
    one.use(WRITE);
    one.enter(Phase.HIDDEN);
    one.hold(2);
    assertThat(one.found()).isEqualTo(2);
    assertThat(one.hiddenState()).isEqualTo(2);
    assertThat(one.state()).isEqualTo(Timeline.INITIAL);
    one.advance(READ);
    assertThat(one.level()).isZero();
    assertThat(one.phase()).isEqualTo(Phase.FRESH);
    assertThat(one.hiddenState()).isEqualTo(Timeline.NONE);
    assertThat(one.used(READ)).isFalse();
    assertThat(one.used(WRITE)).isTrue();
    one.hold(3);
    assertThat(one.found()).isEqualTo(3);
  }

  private void assertCoversOneWay() {
    assertThat(one.covers(other, TIMELINE)).isTrue();
    assertThat(other.covers(one, TIMELINE)).isFalse();
  }

  private void assertCoversNeitherWay() {
    assertThat(one.covers(other, TIMELINE)).isFalse();
    assertThat(other.covers(one, TIMELINE)).isFalse();
  }

  private static Operation known(Action action, int invoked, int returned) {
    return new Operation("p" + invoked, "k", action, invoked, OptionalInt.of(returned));
  }

  private static Operation unknown(Action action, int invoked) {
    return new Operation("p" + invoked, "k", action, invoked, OptionalInt.empty());
  }
}
