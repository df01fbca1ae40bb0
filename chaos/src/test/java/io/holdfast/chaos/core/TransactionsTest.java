package io.holdfast.chaos.core;

import static io.holdfast.chaos.core.CheckerAssertions.counterexample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.chaos.core.Action.Transaction;
import io.holdfast.chaos.core.Step.Cas;
import io.holdfast.chaos.core.Step.Is;
import io.holdfast.chaos.core.Step.Present;
import io.holdfast.chaos.core.Step.Read;
import io.holdfast.chaos.core.Step.Write;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.core.Verdict.Valid;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What transactions over several registers may and may not have seen. */
class TransactionsTest {

  @Test
  void acceptsATransactionThatSeesAllOfAnother() {
    assertThat(
            check(
                known(0, 1, new Write("a", "1"), new Write("b", "1")),
                known(2, 3, new Read("a", "1"), new Read("b", "1"))))
        .isEqualTo(new Valid());
  }

  @Test
  void rejectsATransactionThatSeesHalfOfAnother() {
    assertThat(
            check(
                known(0, 3, new Write("a", "1"), new Write("b", "1")),
                known(1, 2, new Read("a", "1"), new Read("b", "nil"))))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void rejectsWriteSkew() {
    assertThat(
            check(
                known(0, 2, new Read("a", "nil"), new Write("b", "1")),
                known(1, 3, new Read("b", "nil"), new Write("a", "1"))))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void stepsSeeThoseBeforeThem() {
    assertThat(check(known(0, 1, new Write("a", "1"), new Read("a", "1"), new Cas("a", "1", "2"))))
        .isEqualTo(new Valid());
    assertThat(check(known(0, 1, new Write("a", "1"), new Read("a", "nil"))))
        .isInstanceOf(Invalid.class);
    assertThat(check(known(0, 1, new Read("a", "nil"), new Is("a", "1"))))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void guardsOfAnUnknownTransactionHoldAndItsReadsMeanNothing() {
    Operation seen = known(2, 3, new Read("b", "1"));
    assertThat(check(unknown(0, new Is("a", "nil"), new Write("b", "1")), seen))
        .isEqualTo(new Valid());
    assertThat(check(unknown(0, new Is("a", "9"), new Write("b", "1")), seen))
        .isInstanceOf(Invalid.class);
    assertThat(check(unknown(0, new Read("a", "9"), new Write("b", "1")), seen))
        .isEqualTo(new Valid());
  }

  @Test
  void unknownTransactionHappensWholeOrNotAtAll() {
    Operation lost = unknown(0, new Write("a", "1"), new Write("b", "1"));
    assertThat(check(lost, known(1, 2, new Read("a", "nil"), new Read("b", "nil"))))
        .isEqualTo(new Valid());
    assertThat(check(lost, known(1, 2, new Read("a", "1")), known(3, 4, new Read("b", "nil"))))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void unknownTransactionHappensOnce() {
    Operation lost = unknown(0, new Write("a", "1"), new Write("b", "1"));
    assertThat(
            check(
                lost,
                known(1, 2, new Cas("a", "1", "2"), new Write("b", "2")),
                known(3, 4, new Read("a", "1"), new Read("b", "1"))))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void presenceIsAGuard() {
    Operation guarded = known(2, 3, new Present("a"), new Write("b", "1"));
    assertThat(check(known(0, 1, new Write("a", "1"), new Write("b", "0")), guarded))
        .isEqualTo(new Valid());
    assertThat(check(known(0, 1, new Write("a", "nil"), new Write("b", "0")), guarded))
        .isInstanceOf(Invalid.class);
    assertThat(check(guarded)).isInstanceOf(Invalid.class);
  }

  @Test
  void singleOperationsAndTransactionsSeeEachOther() {
    Operation single = new Operation("s", "a", new Action.Write("1"), 0, OptionalInt.of(1));
    Operation late = new Operation("s", "a", new Action.Read("1"), 4, OptionalInt.of(5));
    assertThat(check(single, known(2, 3, new Cas("a", "1", "2"), new Write("b", "2")), late))
        .isInstanceOf(Invalid.class);
    assertThat(check(single, known(2, 6, new Cas("a", "1", "2"), new Write("b", "2")), late))
        .isEqualTo(new Valid());
  }

  @Test
  void showsTheRegistersOfWhatFailed() {
    Operation half = known(6, 7, new Read("a", "2"), new Read("b", "1"));
    Counterexample found =
        counterexample(
            check(
                known(0, 1, new Write("a", "1"), new Write("b", "1")),
                known(2, 3, new Cas("a", "1", "2"), new Cas("b", "1", "2")),
                known(4, 5, new Write("c", "1"), new Is("a", "2")),
                half,
                known(8, 9, new Read("c", "1"))));
    assertThat(found.failing()).isEqualTo(half);
    assertThat(found.key()).isEqualTo("a and 2 more");
    assertThat(found.state()).isEqualTo("a = 2, b = 2");
    assertThat(found.shortest()).isTrue();
    assertThat(found.unplaced()).containsExactly(half);
  }

  @Test
  void isUndecidedWhenTheBudgetIsUsedUp() {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      operations.add(known(i, 100 + i, new Write("a", "" + i % 3), new Write("b", "" + i % 4)));
    }
    operations.add(known(200, 201, new Read("a", "0"), new Read("b", "3")));
    operations.add(known(202, 203, new Read("a", "1"), new Read("b", "3")));
    History history = new History(operations);
    assertThat(LinearizabilityChecker.check(history, new Budget(10, 1_000)))
        .isEqualTo(new OutOfBudget("a and 1 more"));
    assertThat(LinearizabilityChecker.check(history, Budget.DEFAULT)).isInstanceOf(Invalid.class);
  }

  @Test
  void versionsWithoutAKnownOrderAreSearched() {
    Operation blind = known(0, 1, new Write("a", "1"), new Write("b", "1"));
    Operation other = known(2, 3, new Write("a", "2"), new Write("b", "2"));
    Operation same = known(2, 3, new Cas("a", "1", "1"), new Cas("b", "1", "nil"));
    Operation guarded = known(2, 3, new Cas("a", "1", "2"), new Present("b"));
    assertThat(VersionGraph.of(transitions(blind))).isPresent();
    assertThat(VersionGraph.of(transitions(blind, other))).isEmpty();
    assertThat(VersionGraph.of(transitions(blind, same))).isEmpty();
    assertThat(VersionGraph.of(transitions(blind, guarded))).isEmpty();
  }

  @Test
  void transactionIsNotAboutOneRegister() {
    Action action = new Transaction(List.of(new Write("a", "1")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Operation("p", "a", action, 0, OptionalInt.empty()));
    assertThatIllegalArgumentException().isThrownBy(() -> RegisterModel.needs(action));
    assertThatIllegalArgumentException().isThrownBy(() -> RegisterModel.leaves(action));
    assertThatIllegalArgumentException().isThrownBy(() -> new Transaction(List.of()));
  }

  private static Transitions transitions(Operation... operations) {
    return new Transitions(new History(List.of(operations)));
  }

  private static Verdict check(Operation... operations) {
    return LinearizabilityChecker.check(new History(List.of(operations)), Budget.DEFAULT);
  }

  private static Operation known(int invoked, int returned, Step... steps) {
    Action action = new Transaction(List.of(steps));
    return new Operation("p" + invoked, "", action, invoked, OptionalInt.of(returned));
  }

  private static Operation unknown(int invoked, Step... steps) {
    Action action = new Transaction(List.of(steps));
    return new Operation("p" + invoked, "", action, invoked, OptionalInt.empty());
  }
}
