package io.holdfast.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Budget;
import io.holdfast.chaos.core.LinearizabilityChecker;
import io.holdfast.chaos.core.Verdict;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.core.Verdict.Valid;
import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.chaos.history.RegisterCall.Read;
import io.holdfast.chaos.history.RegisterCall.Write;
import io.holdfast.chaos.report.RunReport.Check;
import io.holdfast.chaos.report.RunReport.FailingPart;
import io.holdfast.chaos.run.Strike.Proof;
import io.holdfast.config.core.OutcomeCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JudgementTest {

  private static final Check HELD = new Check("one", true, "");
  private static final Check NOT_HELD = new Check("other", false, "because");

  @Test
  void isValidWhereAllHoldsAndEnoughWasTried() {
    assertThat(Judgement.verdict(new Valid(), List.of(HELD), List.of(HELD))).isEqualTo("valid");
  }

  @Test
  void isInvalidWhereAnyClaimFails() {
    String verdict = Judgement.verdict(new Valid(), List.of(HELD, NOT_HELD), List.of(NOT_HELD));
    assertThat(verdict).isEqualTo("invalid");
    assertThat(Judgement.why(List.of(HELD, NOT_HELD), List.of()))
        .isEqualTo("Not so: other (because).");
  }

  @Test
  void isOutOfBudgetOnlyWhereNothingElseIsWrong() {
    OutOfBudget open = new OutOfBudget("k");
    Check history = Judgement.linearizable(open, 7);
    assertThat(history.held()).isFalse();
    assertThat(Judgement.verdict(open, List.of(history, HELD), List.of()))
        .isEqualTo("out_of_budget");
    assertThat(Judgement.verdict(open, List.of(history, NOT_HELD), List.of())).isEqualTo("invalid");
  }

  @Test
  void provesNothingWhereAFaultDidTooLittle() {
    List<InjectedFault> faults = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      faults.add(fault(FaultForm.KILL_ONE, true));
      faults.add(fault(FaultForm.RING, i > 0));
    }
    List<Check> proofs = Judgement.injected(List.of(FaultKind.KILL, FaultKind.PARTITION), faults);
    assertThat(proofs).extracting(Check::held).containsExactly(true, false);
    assertThat(Judgement.verdict(new Valid(), List.of(HELD), proofs)).isEqualTo("nothing_proved");
  }

  @Test
  void aKindThatNeverCameUpHasProvedNothing() {
    assertThat(Judgement.injected(List.of(FaultKind.DISK), List.of()))
        .extracting(Check::held)
        .containsExactly(false);
  }

  @Test
  void theFailingPartHasEachOperationOnceWithItsRole() {
    HistoryRecorder recorder = new HistoryRecorder(10);
    int write = recorder.invoke("a", Duration.ZERO, new Write("k", Optional.of("1"))).orElseThrow();
    recorder.answered(write, Duration.ZERO, OutcomeCode.COMMITTED);
    int read = recorder.invoke("b", Duration.ZERO, new Read("k")).orElseThrow();
    recorder.read(read, Duration.ZERO, Optional.empty());
    Verdict verdict = LinearizabilityChecker.check(recorder.history(), Budget.DEFAULT);
    FailingPart part = Judgement.failingPart(verdict).orElseThrow();
    assertThat(part.key()).isEqualTo("k");
    assertThat(part.operations())
        .extracting(line -> line.process() + " " + line.role() + " " + line.order())
        .containsExactly("a placed Optional[1]", "b failing Optional.empty");
  }

  private static InjectedFault fault(FaultForm form, boolean effective) {
    return new InjectedFault(
        form, List.of("n1"), Duration.ZERO, Duration.ZERO, new Proof(effective, ""));
  }
}
