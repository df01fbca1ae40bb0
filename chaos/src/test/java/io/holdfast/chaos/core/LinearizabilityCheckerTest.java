package io.holdfast.chaos.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.core.Verdict.Valid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearizabilityCheckerTest {

  private static final OptionalInt NEVER = OptionalInt.empty();
  private static final Predicate<Operation> SETTLED = Operation::known;

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
    List<Operation> operations =
        new ArrayList<>(new SimulatedClients(5, 200, 1, 0, 0.05).history(1).operations());
    operations.add(new Operation("x", "z", new Read("never"), 5000, OptionalInt.of(5001)));
    Verdict verdict = LinearizabilityChecker.check(new History(operations), new Budget(20, 1000));
    assertThat(counterexample(verdict).key()).isEqualTo("z");
  }

  @Test
  void keepsAKeyOpenWhenALaterOneIsValid() {
    List<Operation> operations =
        new ArrayList<>(new SimulatedClients(5, 200, 1, 0, 0.05).history(1).operations());
    operations.add(new Operation("x", "z", new Write("1"), 5000, OptionalInt.of(5001)));
    assertThat(LinearizabilityChecker.check(new History(operations), new Budget(20, 1000)))
        .isEqualTo(new OutOfBudget("k0"));
  }

  @Test
  void findsABrokenKeyWhenNoStepIsLeft() {
    List<Operation> operations =
        new ArrayList<>(new SimulatedClients(5, 200, 1, 0, 0.05).history(1).operations());
    operations.add(new Operation("x", "z", new Read("never"), 5000, OptionalInt.of(5001)));
    Verdict verdict = LinearizabilityChecker.check(new History(operations), new Budget(1, 1000));
    assertThat(counterexample(verdict).key()).isEqualTo("z");
  }

  @Test
  void decidesWithoutACache() {
    History history = new SimulatedClients(4, 60, 1, 3, 0.1).history(3);
    assertThat(LinearizabilityChecker.check(history, new Budget(10_000_000, 0)))
        .isEqualTo(new Valid());
  }

  @Property(tries = 20_000, shrinking = ShrinkingMode.BOUNDED)
  void agreesWithTheDefinition(@ForAll("histories") History history) {
    Verdict verdict = LinearizabilityChecker.check(history, Budget.DEFAULT);
    assertThat(verdict instanceof Valid).isEqualTo(BruteForce.linearizable(history));
    if (verdict instanceof Invalid invalid) {
      assertThatTheCounterexampleIsSmallest(history, invalid.counterexample());
    }
  }

  private static void assertThatTheCounterexampleIsSmallest(History history, Counterexample found) {
    History part = history.byKey().getOrDefault(found.key(), new History(List.of()));
    assertThat(BruteForce.linearizable(part.before(found.events()))).isFalse();
    assertThat(BruteForce.linearizable(part.before(found.events() - 1))).isTrue();
  }

  @Property(tries = 20_000, shrinking = ShrinkingMode.BOUNDED)
  void findsOrdersThatExplainAllResults(@ForAll("histories") History history) {
    for (History part : history.byKey().values()) {
      RegisterSearch search = new RegisterSearch(part, Budget.DEFAULT);
      if (search.run() == RegisterSearch.Outcome.ORDER) {
        assertThatItExplains(search.order(), part);
      }
    }
  }

  @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
  void agreesWithTheDefinitionOnWhatClientsSaw(@ForAll long seed) {
    History history = SmallHistories.of(seed);
    Verdict verdict = LinearizabilityChecker.check(history, Budget.DEFAULT);
    assertThat(verdict instanceof Valid)
        .as("%s", history)
        .isEqualTo(BruteForce.linearizable(history));
    if (verdict instanceof Invalid invalid) {
      assertThatTheCounterexampleIsSmallest(history, invalid.counterexample());
    } else {
      RegisterSearch search = new RegisterSearch(history, Budget.DEFAULT);
      assertThat(search.run()).isEqualTo(RegisterSearch.Outcome.ORDER);
      assertThatItExplains(search.order(), history);
    }
  }

  @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
  void isRightOrUndecidedWithALittleBudget(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int steps,
      @ForAll @IntRange(max = 200) int cache) {
    History history = SmallHistories.of(seed);
    Verdict verdict = LinearizabilityChecker.check(history, new Budget(steps, cache));
    if (!(verdict instanceof OutOfBudget)) {
      assertThat(verdict instanceof Valid)
          .as("%s", history)
          .isEqualTo(BruteForce.linearizable(history));
    }
    if (verdict instanceof Invalid invalid) {
      Counterexample found = invalid.counterexample();
      assertThat(BruteForce.linearizable(history.before(found.events()))).isFalse();
      if (found.shortest()) {
        assertThat(BruteForce.linearizable(history.before(found.events() - 1))).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 50, 300})
  void findsALongOrderThatExplainsAllResults(int values) {
    History history = new SimulatedClients(30, 3_000, 1, values, 0.05).history(13);
    RegisterSearch search = new RegisterSearch(history, Budget.DEFAULT);
    assertThat(search.run()).isEqualTo(RegisterSearch.Outcome.ORDER);
    assertThatItExplains(search.order(), history);
  }

  private static void assertThatItExplains(List<Operation> order, History history) {
    assertThat(order).doesNotHaveDuplicates();
    assertThat(order).containsAll(history.operations().stream().filter(SETTLED).toList());
    String state = RegisterModel.ABSENT;
    int lastInvoked = -1;
    for (Operation operation : order) {
      assertThat(operation.returned().orElse(Integer.MAX_VALUE)).isGreaterThan(lastInvoked);
      lastInvoked = Math.max(lastInvoked, operation.invoked());
      Optional<String> after = RegisterModel.step(state, operation.action());
      assertThat(after).as("%s while the register holds %s", operation, state).isPresent();
      state = after.orElseThrow();
    }
  }

  @Test
  void findsAStaleReadAtTheEndOfALongHistory() {
    for (int values : new int[] {0, 50, 2_000}) {
      List<Operation> operations =
          new ArrayList<>(new SimulatedClients(30, 10_000, 1, values, 0).history(14).operations());
      int end = 30_000;
      operations.add(onKey(known(new Write("old"), end, end + 1)));
      operations.add(onKey(known(new Write("new"), end + 2, end + 3)));
      Operation stale = onKey(known(new Read("old"), end + 4, end + 5));
      operations.add(stale);
      Verdict verdict = LinearizabilityChecker.check(new History(operations), Budget.DEFAULT);
      Counterexample found = counterexample(verdict);
      assertThat(found.failing()).isEqualTo(stale);
      assertThat(found.shortest()).isTrue();
      assertThat(found.state()).isEqualTo("new");
    }
  }

  @Test
  void findsASecondReadOfWhatWasWrittenOnceAtTheEndOfALongHistory() {
    for (int values : new int[] {0, 5, 50}) {
      List<Operation> operations =
          new ArrayList<>(new SimulatedClients(30, 10_000, 1, values, 0).history(15).operations());
      int end = 30_000;
      operations.add(onKey(unknown(new Write("once"), end)));
      operations.add(onKey(known(new Read("once"), end + 1, end + 2)));
      operations.add(onKey(known(new Write("other"), end + 3, end + 4)));
      Operation second = onKey(known(new Read("once"), end + 5, end + 6));
      operations.add(second);
      Verdict verdict = LinearizabilityChecker.check(new History(operations), Budget.DEFAULT);
      assertThat(counterexample(verdict).failing()).isEqualTo(second);
      assertThat(counterexample(verdict).shortest()).isTrue();
    }
  }

  private static Operation onKey(Operation each) {
    return new Operation(each.process(), "k0", each.action(), each.invoked(), each.returned());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5, 20, 50, 200})
  void judgesTenThousandOperationsOnOneRegister(int values) {
    judges(new SimulatedClients(30, 10_000, 1, values, 0.05).history(11));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5, 50})
  void judgesTenThousandOperationsOnSomeRegisters(int values) {
    judges(new SimulatedClients(30, 10_000, 5, values, 0.05).history(12));
  }

  private static void judges(History history) {
    assertThat(LinearizabilityChecker.check(history, Budget.DEFAULT)).isEqualTo(new Valid());
    List<Operation> broken = new ArrayList<>(history.operations());
    Predicate<Operation> late = each -> each.action() instanceof Read && each.known();
    int flipped = broken.size() - 100;
    while (!late.test(broken.get(flipped))) {
      flipped++;
    }
    Operation read = broken.get(flipped);
    Operation impossible =
        new Operation(
            read.process(), read.key(), new Read("never"), read.invoked(), read.returned());
    broken.set(flipped, impossible);
    Verdict verdict = LinearizabilityChecker.check(new History(broken), Budget.DEFAULT);
    assertThat(counterexample(verdict).failing()).isEqualTo(impossible);
    assertThat(counterexample(verdict).shortest()).isTrue();
  }

  /** Up to seven operations of up to three processes on two keys, of few values. */
  @Provide
  Arbitrary<History> histories() {
    Arbitrary<String> value = Arbitraries.of("nil", "1", "2", "3");
    Arbitrary<Action> action =
        Arbitraries.oneOf(
            value.map(Read::new),
            value.map(Write::new),
            Combinators.combine(value, value).as(Cas::new));
    Arbitrary<Integer> length = Arbitraries.integers().between(1, 12);
    Arbitrary<String> key = Arbitraries.frequency(Tuple.of(5, "a"), Tuple.of(1, "b"));
    Arbitrary<Draft> draft =
        Combinators.combine(action, key, Arbitraries.integers().between(0, 13), length, outcome())
            .as(Draft::new);
    return draft.list().ofMaxSize(7).map(LinearizabilityCheckerTest::history);
  }

  private static Arbitrary<Boolean> outcome() {
    return Arbitraries.frequency(Tuple.of(3, true), Tuple.of(1, false));
  }

  private record Draft(Action action, String key, int start, int length, boolean known) {}

  /** Moves events that fall on one position apart. */
  private static History history(List<Draft> drafts) {
    Set<Integer> taken = new HashSet<>();
    List<Operation> operations = new ArrayList<>();
    for (Draft draft : drafts) {
      int invoked = free(draft.start() * 16, taken);
      OptionalInt returned =
          draft.known() ? OptionalInt.of(free(invoked + draft.length() * 16, taken)) : NEVER;
      operations.add(
          new Operation("p" + operations.size(), draft.key(), draft.action(), invoked, returned));
    }
    return new History(operations);
  }

  private static int free(int wanted, Set<Integer> taken) {
    int position = wanted;
    while (!taken.add(position)) {
      position++;
    }
    return position;
  }

  private static Verdict check(Operation... operations) {
    return LinearizabilityChecker.check(new History(List.of(operations)), Budget.DEFAULT);
  }

  private static Counterexample counterexample(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Invalid.class);
    return ((Invalid) verdict).counterexample();
  }

  private static Operation known(Action action, int invoked, int returned) {
    return new Operation("p" + invoked, "k", action, invoked, OptionalInt.of(returned));
  }

  private static Operation unknown(Action action, int invoked) {
    return new Operation("p" + invoked, "k", action, invoked, NEVER);
  }
}
