package io.holdfast.chaos.run;

import io.holdfast.chaos.core.Operation;
import io.holdfast.chaos.core.Verdict;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.report.RunReport.Check;
import io.holdfast.chaos.report.RunReport.FailingPart;
import io.holdfast.chaos.report.RunReport.Line;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a run's findings come to. */
final class Judgement {

  private Judgement() {}

  /** The checker's verdict as a check. */
  static Check linearizable(Verdict verdict, int operations) {
    String detail = operations + " operations";
    if (verdict instanceof Invalid invalid) {
      detail =
          "the first "
              + invalid.counterexample().events()
              + " events of "
              + invalid.counterexample().key()
              + " have no order";
    } else if (verdict instanceof OutOfBudget open) {
      detail = "the budget did not suffice for " + open.key();
    }
    return new Check("the history is linearizable", verdict instanceof Verdict.Valid, detail);
  }

  /**
   * How often each kind of fault did something.
   *
   * @param kinds those that were asked for
   */
  static List<Check> injected(Collection<FaultKind> kinds, List<InjectedFault> faults) {
    List<Check> checks = new ArrayList<>();
    for (FaultKind kind : kinds) {
      List<InjectedFault> such = faults.stream().filter(one -> one.kind() == kind).toList();
      long effective = such.stream().filter(one -> one.proof().effective()).count();
      checks.add(
          new Check(
              kind.word() + " was injected at least " + ChaosRun.FAULTS_WANTED + " times",
              effective >= ChaosRun.FAULTS_WANTED,
              effective + " times with effect, of " + such.size()));
    }
    return checks;
  }

  /**
   * The run's verdict.
   *
   * @param claims what must hold of any mesh; the first is of the history
   * @param proofs that enough was tried
   */
  static String verdict(Verdict history, List<Check> claims, List<Check> proofs) {
    boolean open = history instanceof OutOfBudget;
    boolean others = claims.stream().skip(open ? 1 : 0).allMatch(Check::held);
    if (!others) {
      return RunSummary.INVALID;
    }
    if (open) {
      return RunSummary.OUT_OF_BUDGET;
    }
    return proofs.stream().allMatch(Check::held) ? RunSummary.VALID : RunSummary.NOTHING_PROVED;
  }

  /** Why, in one sentence: the first thing that does not hold. */
  static String why(List<Check> claims, List<Check> proofs) {
    List<Check> all = new ArrayList<>(claims);
    all.addAll(proofs);
    return all.stream()
        .filter(check -> !check.held())
        .findFirst()
        .map(check -> "Not so: " + check.claim() + " (" + check.detail() + ").")
        .orElse("All that was claimed held, under every fault that was asked for.");
  }

  /** The part of the history that has no order. */
  static Optional<FailingPart> failingPart(Verdict verdict) {
    if (!(verdict instanceof Invalid invalid)) {
      return Optional.empty();
    }
    Counterexample found = invalid.counterexample();
    List<Line> lines = new ArrayList<>();
    int order = 0;
    for (Operation placed : found.placed()) {
      order++;
      lines.add(line(placed, "placed", Optional.of(order)));
    }
    for (Operation unplaced : found.unplaced()) {
      String role = unplaced.equals(found.failing()) ? "failing" : "unplaced";
      lines.add(line(unplaced, role, Optional.empty()));
    }
    lines.sort(Comparator.comparingInt(Line::invoked));
    return Optional.of(
        new FailingPart(
            found.failing().action() + " has no place in any order of what came before it",
            found.key(),
            found.state(),
            lines));
  }

  private static Line line(Operation operation, String role, Optional<Integer> order) {
    return new Line(
        operation.process(),
        operation.action().toString(),
        operation.invoked(),
        operation.known() ? Optional.of(operation.returned().getAsInt()) : Optional.empty(),
        role,
        order);
  }
}
