package io.holdfast.chaos.core;

import static io.holdfast.chaos.core.CheckerAssertions.counterexample;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.core.Verdict.Valid;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LinearizabilityCheckerTest {

  private static final OptionalInt NEVER = OptionalInt.empty();

  /** What a search has to find out: no result is impossible by itself. */
  private static final List<Operation> SEEN_TWICE =
      List.of(
          onZ(new Write("1"), 5000, OptionalInt.of(5020)),
          onZ(new Write("2"), 5001, OptionalInt.of(5021)),
          onZ(new Write("3"), 5002, OptionalInt.of(5022)),
          onZ(new Write("once"), 5003, NEVER),
          onZ(new Read("once"), 5030, OptionalInt.of(5031)),
          onZ(new Write("other"), 5032, OptionalInt.of(5033)),
          onZ(new Read("once"), 5034, OptionalInt.of(5035)));

  @Test
  void acceptsTheEmptyHistory() {
    assertThat(check()).isEqualTo(new Valid());
  }

  @Test
  void acceptsAReadOfAbsenceBeforeAnyWrite() {
    assertThat(check(known(new Read("nil"), 0, 1))).isEqualTo(new Valid());
  }

  @Test
  void rejectsAStaleRead() {
    assertThat(
            check(
                known(new Write("1"), 0, 1),
                known(new Write("2"), 2, 3),
                known(new Read("1"), 4, 5)))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void acceptsEitherOrderOfConcurrentWrites() {
    for (String last : List.of("1", "2")) {
      assertThat(
              check(
                  known(new Write("1"), 0, 3),
                  known(new Write("2"), 1, 2),
                  known(new Read(last), 4, 5)))
          .isEqualTo(new Valid());
    }
  }

  @Test
  void rejectsReadsThatGoBackInTime() {
    assertThat(
            check(
                known(new Write("1"), 0, 1),
                known(new Write("2"), 2, 7),
                known(new Read("2"), 3, 4),
                known(new Read("1"), 5, 6)))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void acceptsAnUnknownWriteThatIsSeenLate() {
    assertThat(
            check(
                unknown(new Write("1"), 0),
                known(new Read("nil"), 1, 2),
                known(new Write("2"), 3, 4),
                known(new Read("1"), 5, 6)))
        .isEqualTo(new Valid());
  }

  @Test
  void rejectsAnUnknownWriteThatIsSeenTwice() {
    assertThat(
            check(
                unknown(new Write("1"), 0),
                known(new Read("1"), 1, 2),
                known(new Write("2"), 3, 4),
                known(new Read("1"), 5, 6)))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void rejectsAnUnknownWriteThatIsSeenBeforeItStarts() {
    assertThat(check(known(new Read("1"), 0, 1), unknown(new Write("1"), 2)))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void acceptsAChainOfUnknownOperations() {
    assertThat(
            check(
                unknown(new Write("1"), 0),
                unknown(new Cas("1", "2"), 1),
                unknown(new Cas("2", "3"), 2),
                known(new Read("3"), 3, 4)))
        .isEqualTo(new Valid());
  }

  @Test
  void acceptsAChainOfUnknownOperationsInFrontOfAWriteThatIsStillSeen() {
    assertThat(
            check(
                unknown(new Write("1"), 0),
                unknown(new Cas("1", "2"), 1),
                unknown(new Cas("2", "3"), 2),
                known(new Read("3"), 3, 8),
                known(new Write("9"), 4, 5),
                known(new Read("9"), 6, 7),
                known(new Read("9"), 9, 10)))
        .isEqualTo(new Valid());
  }

  @Test
  void tellsUnknownSwapsThatLeaveTheSameApart() {
    assertThat(
            check(
                known(new Write("2"), 0, 7),
                known(new Write("1"), 1, 6),
                unknown(new Cas("1", "3"), 2),
                unknown(new Cas("2", "3"), 3),
                known(new Read("3"), 4, 5),
                known(new Read("3"), 8, 9),
                known(new Write("2"), 10, 11),
                known(new Read("2"), 12, 13),
                known(new Read("3"), 14, 15)))
        .isEqualTo(new Valid());
  }

  @Test
  void acceptsASwapBehindAWriteThatAnotherHides() {
    assertThat(
            check(
                known(new Write("4"), 0, 4),
                known(new Write("nil"), 1, 3),
                known(new Cas("4", "3"), 2, 6),
                known(new Read("nil"), 5, 7)))
        .isEqualTo(new Valid());
  }

  @Test
  void prefersTheLastWriteThatMoreCanHideBehind() {
    assertThat(
            check(
                known(new Cas("1", "nil"), 0, 3),
                unknown(new Cas("nil", "1"), 1),
                known(new Write("nil"), 2, 5),
                known(new Write("1"), 4, 6),
                known(new Cas("nil", "2"), 7, 8)))
        .isEqualTo(new Valid());
  }

  @Test
  void doesNotForgetThatAReadHasItsPlace() {
    assertThat(
            check(
                known(new Read("3"), 0, 6),
                known(new Write("1"), 1, 4),
                unknown(new Cas("nil", "3"), 2),
                known(new Write("1"), 3, 5)))
        .isEqualTo(new Valid());
  }

  @Test
  void acceptsAnUnknownSwapThatAnotherOneNeedsBeforeAnOverwrite() {
    assertThat(
            check(
                unknown(new Cas("3", "1"), 0),
                known(new Write("nil"), 1, 7),
                known(new Write("2"), 2, 4),
                unknown(new Cas("2", "3"), 3),
                known(new Read("nil"), 5, 8),
                known(new Read("1"), 6, 9)))
        .isEqualTo(new Valid());
  }

  @Test
  void rejectsTwoSwapsOfOneValue() {
    assertThat(
            check(
                known(new Write("1"), 0, 1),
                known(new Cas("1", "2"), 2, 5),
                known(new Cas("1", "3"), 3, 4)))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void checksKeysOneByOne() {
    Verdict verdict =
        check(
            new Operation("0", "a", new Write("1"), 0, OptionalInt.of(1)),
            new Operation("0", "b", new Read("nil"), 2, OptionalInt.of(3)),
            new Operation("0", "b", new Read("1"), 4, OptionalInt.of(5)));
    assertThat(counterexample(verdict).key()).isEqualTo("b");
  }

  @Test
  void tellsTheShortestPrefixThatFails() {
    Operation stale = known(new Read("1"), 6, 8);
    Operation open = known(new Write("3"), 7, 13);
    Verdict verdict =
        check(
            known(new Write("1"), 0, 1),
            known(new Write("2"), 2, 3),
            known(new Read("2"), 4, 5),
            stale,
            open,
            known(new Read("1"), 9, 10),
            known(new Read("2"), 11, 12));
    Counterexample found = counterexample(verdict);
    assertThat(found.failing()).isEqualTo(stale);
    assertThat(found.events()).isEqualTo(9);
    assertThat(found.shortest()).isTrue();
    assertThat(found.state()).isEqualTo("2");
    assertThat(found.placed()).hasSize(3);
    assertThat(found.unplaced()).containsExactly(stale, open.before(9));
  }

  @Test
  void neverCallsAHistoryValidWhenTheBudgetEnds() {
    History history = new SimulatedClients(5, 200, 1, 0, 0.05).history(1);
    assertThat(LinearizabilityChecker.check(history, new Budget(10, 1000)))
        .isEqualTo(new OutOfBudget("k0"));
  }

  @Test
  void findsABrokenKeyBehindOneThatExhaustsItsShare() {
    History history = withALongKey(List.of(onZ(new Read("never"), 5000, OptionalInt.of(5001))));
    Verdict verdict = LinearizabilityChecker.check(history, new Budget(20, 1000));
    assertThat(counterexample(verdict).key()).isEqualTo("z");
  }

  @Test
  void keepsAKeyOpenWhenALaterOneIsValid() {
    History history = withALongKey(List.of(onZ(new Write("1"), 5000, OptionalInt.of(5001))));
    assertThat(LinearizabilityChecker.check(history, new Budget(20, 1000)))
        .isEqualTo(new OutOfBudget("k0"));
  }

  @Test
  void findsABrokenKeyWhenNoStepIsLeft() {
    History history = withALongKey(List.of(onZ(new Read("never"), 5000, OptionalInt.of(5001))));
    Verdict verdict = LinearizabilityChecker.check(history, new Budget(1, 1000));
    assertThat(counterexample(verdict).key()).isEqualTo("z");
  }

  @Test
  void leavesAKeyItsShareWhenAnotherExhaustsItsOwn() {
    long needed = stepsOfSeenTwice();
    Verdict verdict =
        LinearizabilityChecker.check(withALongKey(SEEN_TWICE), new Budget(2 * needed + 2, 1000));
    assertThat(counterexample(verdict).key()).isEqualTo("z");
  }

  @Test
  void spendsNoMoreThanItsBudgetOnAllKeys() {
    long needed = stepsOfSeenTwice();
    assertThat(LinearizabilityChecker.check(withALongKey(SEEN_TWICE), new Budget(2 * needed, 1000)))
        .isEqualTo(new OutOfBudget("k0"));
  }

  @Test
  void listsOnlyWhatIsOpenWhenNoStepIsLeftForAnOrder() {
    Operation failing = onZ(new Read("never"), 5002, OptionalInt.of(5004));
    Operation open = onZ(new Write("2"), 5003, OptionalInt.of(5005));
    Verdict verdict =
        LinearizabilityChecker.check(
            withALongKey(List.of(onZ(new Write("1"), 5000, OptionalInt.of(5001)), failing, open)),
            new Budget(1, 1000));
    Counterexample found = counterexample(verdict);
    assertThat(found.shortest()).isFalse();
    assertThat(found.placed()).isEmpty();
    assertThat(found.unplaced()).containsExactly(failing, open.before(5004));
  }

  @Test
  void decidesWithoutACache() {
    History history = new SimulatedClients(4, 60, 1, 3, 0.1).history(3);
    assertThat(LinearizabilityChecker.check(history, new Budget(10_000_000, 0)))
        .isEqualTo(new Valid());
  }

  /** With a key in front of z that a small budget does not suffice for. */
  private static History withALongKey(List<Operation> onZ) {
    List<Operation> operations =
        new ArrayList<>(new SimulatedClients(5, 200, 1, 0, 0.05).history(1).operations());
    operations.addAll(onZ);
    return new History(operations);
  }

  private static long stepsOfSeenTwice() {
    RegisterSearch search = new RegisterSearch(new History(SEEN_TWICE), Budget.DEFAULT);
    assertThat(search.run()).isEqualTo(Search.Outcome.NO_ORDER);
    assertThat(search.steps()).isBetween(3L, 50L);
    return search.steps();
  }

  private static Operation onZ(Action action, int invoked, OptionalInt returned) {
    return new Operation("x", "z", action, invoked, returned);
  }

  private static Verdict check(Operation... operations) {
    return LinearizabilityChecker.check(new History(List.of(operations)), Budget.DEFAULT);
  }

  private static Operation known(Action action, int invoked, int returned) {
    return new Operation("p" + invoked, "k", action, invoked, OptionalInt.of(returned));
  }

  private static Operation unknown(Action action, int invoked) {
    return new Operation("p" + invoked, "k", action, invoked, NEVER);
  }
}
