package io.holdfast.chaos.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Action.Read;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What is remembered of the configurations that were looked at, and what that may take. */
class ExploredTest {

  private static final Timeline TIMELINE =
      new Timeline(new History(List.of(read("1", 0, 100), read("2", 1, 101), read("3", 2, 102))));

  /** A configuration of these reads, and the place of the first one. */
  private static final long WEIGHT = 16 + 1;

  private static final long PLACE = 16;

  @Test
  void tellsWhatIsCovered() {
    Explored explored = new Explored(TIMELINE, 1_000);
    assertThat(explored.add(placed(0, 1))).isTrue();
    assertThat(explored.add(placed(0))).isFalse();
    assertThat(explored.add(placed(2))).isTrue();
    assertThat(explored.add(placed(0, 1))).isFalse();
  }

  @Test
  void countsWhatItCompares() {
    Explored explored = new Explored(TIMELINE, 1_000);
    explored.add(placed(0));
    assertThat(explored.compared()).isZero();
    explored.add(placed(1));
    assertThat(explored.compared()).isEqualTo(1);
    explored.add(placed(2));
    assertThat(explored.compared()).isEqualTo(3);
    explored.add(placed(0));
    assertThat(explored.compared()).isEqualTo(4);
  }

  @Test
  void givesUpOnlyWhatIsCovered() {
    Explored explored = new Explored(TIMELINE, 1_000);
    explored.add(placed(0));
    explored.add(placed(1));
    explored.add(placed(0, 2));
    long before = explored.compared();
    assertThat(explored.add(placed(1))).isFalse();
    assertThat(explored.compared() - before).as("the one that was covered is gone").isEqualTo(1);
    assertThat(explored.add(placed(0))).isFalse();
    assertThat(explored.compared() - before).isEqualTo(3);
  }

  @Test
  void comparesOnlyWhatIsAtOnePlace() {
    Explored explored = new Explored(TIMELINE, 1_000);
    explored.add(placed(0));
    Configuration later = placed(0);
    later.advance(-1);
    assertThat(explored.add(later)).isTrue();
    assertThat(explored.compared()).isZero();
  }

  @Test
  void remembersNoMoreThanItMay() {
    assertThat(remembersTheSecond(2 * WEIGHT + PLACE)).isTrue();
    assertThat(remembersTheSecond(2 * WEIGHT + PLACE - 1)).isFalse();
  }

  @Test
  void countsEachPlace() {
    assertThat(remembersAtAnotherPlace(2 * WEIGHT + 2 * PLACE)).isTrue();
    assertThat(remembersAtAnotherPlace(2 * WEIGHT + 2 * PLACE - 1)).isFalse();
  }

  private static boolean remembersTheSecond(long words) {
    Explored explored = new Explored(TIMELINE, words);
    assertThat(explored.add(placed(0))).isTrue();
    assertThat(explored.add(placed(1))).isTrue();
    return !explored.add(placed(1));
  }

  private static boolean remembersAtAnotherPlace(long words) {
    Explored explored = new Explored(TIMELINE, words);
    assertThat(explored.add(placed(0))).isTrue();
    Configuration later = placed(0);
    later.advance(-1);
    assertThat(explored.add(later)).isTrue();
    return !explored.add(later);
  }

  private static Configuration placed(int... reads) {
    Configuration configuration = new Configuration(TIMELINE.words());
    for (int read : reads) {
      configuration.use(TIMELINE.bit(read));
    }
    return configuration;
  }

  private static Operation read(String value, int invoked, int returned) {
    return new Operation("p" + invoked, "k", new Read(value), invoked, OptionalInt.of(returned));
  }
}
