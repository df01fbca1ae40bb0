package io.holdfast.chaos.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a checker is given: operations, histories of them, and what it may spend. */
class HistoryTest {

  @Test
  void sortsOperationsByTheirInvocation() {
    Operation first = known("a", 0, 3);
    Operation second = known("a", 1, 2);
    assertThat(new History(List.of(second, first)).operations()).containsExactly(first, second);
  }

  @Test
  void refusesTwoEventsAtOnePosition() {
    for (Operation other : List.of(known("a", 0, 3), known("a", 1, 4), known("a", 4, 5))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new History(List.of(known("a", 0, 4), other)))
          .withMessageContaining("two events at one position");
    }
  }

  @Test
  void keysKeepTheirPositions() {
    History history = new History(List.of(known("b", 0, 3), known("a", 1, 2), known("b", 4, 5)));
    assertThat(history.parts())
        .containsExactly(
            new Part("a", 1, new History(List.of(known("a", 1, 2)))),
            new Part("b", 1, new History(List.of(known("b", 0, 3), known("b", 4, 5)))));
  }

  @Test
  void keysThatATransactionNamesAreOnePart() {
    Operation joining = transaction(4, new Step.Is("c", "1"), new Step.Write("a", "2"));
    History history = new History(List.of(known("a", 0, 1), known("b", 2, 3), joining));
    assertThat(history.parts())
        .containsExactly(
            new Part("a and 1 more", 2, new History(List.of(known("a", 0, 1), joining))),
            new Part("b", 1, new History(List.of(known("b", 2, 3)))));
  }

  @Test
  void transactionsJoinPartsWhateverTheirOrder() {
    Operation dToC = transaction(0, new Step.Write("d", "1"), new Step.Write("c", "1"));
    Operation bToA = transaction(2, new Step.Write("b", "1"), new Step.Write("a", "1"));
    Operation cToB = transaction(4, new Step.Write("c", "2"), new Step.Write("b", "2"));
    assertThat(new History(List.of(dToC, bToA)).parts())
        .extracting(Part::name)
        .containsExactly("a and 1 more", "c and 1 more");
    assertThat(new History(List.of(dToC, bToA, cToB)).parts())
        .extracting(Part::name)
        .containsExactly("a and 3 more");
  }

  private static Operation transaction(int invoked, Step... steps) {
    Action action = new Action.Transaction(List.of(steps));
    return new Operation("p", "", action, invoked, OptionalInt.of(invoked + 1));
  }

  @Test
  void nothingThatHappensAtItsEndIsPartOfAPrefix() {
    History history = new History(List.of(known("a", 0, 2), known("a", 1, 4), known("a", 3, 5)));
    assertThat(history.before(3).operations()).containsExactly(known("a", 0, 2), unknown("a", 1));
    assertThat(history.before(2).operations()).containsExactly(unknown("a", 0), unknown("a", 1));
    assertThat(history.before(1).operations()).containsExactly(unknown("a", 0));
  }

  @Test
  void refusesOperationsThatEndBeforeTheyStart() {
    assertThatIllegalArgumentException().isThrownBy(() -> unknown("a", -1));
    assertThatIllegalArgumentException().isThrownBy(() -> known("a", 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> known("a", 1, 0));
    assertThatNoException().isThrownBy(() -> known("a", 0, 1));
  }

  @Test
  void refusesABudgetThatAllowsNoStep() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Budget(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Budget(1, -1));
    assertThatNoException().isThrownBy(() -> new Budget(1, 0));
  }

  @Test
  void swapOfAValueForItselfIsARead() {
    assertThat(RegisterModel.leaves(new Cas("1", "1"))).isEmpty();
    assertThat(RegisterModel.leaves(new Cas("1", "2"))).hasValue("2");
    assertThat(RegisterModel.needs(new Cas("1", "1"))).hasValue("1");
  }

  @Test
  void registerAnswersOnlyWhatItHolds() {
    assertThat(RegisterModel.step("1", new Read("1"))).hasValue("1");
    assertThat(RegisterModel.step("1", new Read("2"))).isEmpty();
    assertThat(RegisterModel.step("1", new Cas("2", "3"))).isEmpty();
    assertThat(RegisterModel.step("1", new Cas("1", "3"))).hasValue("3");
    assertThat(RegisterModel.step("1", new Write("3"))).hasValue("3");
  }

  @Test
  void actionsReadAsInAReport() {
    assertThat(new Read("1")).hasToString("read 1");
    assertThat(new Write("1")).hasToString("write 1");
    assertThat(new Cas("1", "2")).hasToString("cas 1 2");
  }

  private static Operation known(String key, int invoked, int returned) {
    return new Operation("p", key, new Write("1"), invoked, OptionalInt.of(returned));
  }

  private static Operation unknown(String key, int invoked) {
    return new Operation("p", key, new Write("1"), invoked, OptionalInt.empty());
  }
}
