package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupAnswersTest {

  private static final AckReport ACKS = new AckReport(3, 2, 1, 0, List.of());

  @ParameterizedTest
  @CsvSource({
    "COMMITTED, WRITE_ID_EXPIRED",
    "COMPARE_FAILED, NO_LEADER",
    "COMMITTED, IN_FLIGHT",
    "IN_FLIGHT, NO_LEADER",
    "NO_LEADER, WRITE_ID_EXPIRED",
    "NOT_READY, NOT_FOUND",
    "WRITE_ID_EXPIRED, NOT_FOUND"
  })
  void whatIsRecordedSomewhereTellsMoreThanWhatIsNotElsewhere(OutcomeCode more, OutcomeCode less) {
    WriteAnswer told = GroupAnswers.refused(more, "", "id");
    WriteAnswer other = GroupAnswers.refused(less, "", "id");

    assertThat(GroupAnswers.moreTelling(told, other)).isSameAs(told);
    assertThat(GroupAnswers.moreTelling(other, told)).isSameAs(told);
  }

  @Test
  void ofTwoAnswersThatTellAsMuchTheFirstIsGiven() {
    WriteAnswer one = GroupAnswers.refused(OutcomeCode.NO_LEADER, "", "id");
    WriteAnswer other = GroupAnswers.refused(OutcomeCode.OVERLOADED, "", "id");
    assertThat(GroupAnswers.moreTelling(one, other)).isSameAs(one);
  }

  @Test
  void replayedWriteShowsItsRecordedOutcomeAndNoAcknowledgements() {
    WriteAnswer answer = committed(new CommandResult.Applied(9, 8), true);
    assertThat(answer)
        .returns(OutcomeCode.COMMITTED, WriteAnswer::code)
        .returns(Optional.of(new Executed(5, OptionalLong.of(9), 8, true)), WriteAnswer::result)
        .returns(Optional.empty(), WriteAnswer::acks);
    assertThat(answer.detail()).contains("took effect before");
  }

  @Test
  void firstExecutionShowsWhoAcknowledgedIt() {
    assertThat(committed(new CommandResult.Applied(9, 8), false))
        .returns(Optional.of(new Executed(5, OptionalLong.of(9), 8, false)), WriteAnswer::result)
        .returns(Optional.of(ACKS), WriteAnswer::acks)
        .returns("", WriteAnswer::detail);
  }

  @Test
  void deleteOfAnAbsentKeyIsCommittedWithoutARevision() {
    assertThat(committed(new CommandResult.Unchanged(9), false))
        .returns(OutcomeCode.COMMITTED, WriteAnswer::code)
        .returns("There was nothing to delete.", WriteAnswer::detail)
        .returns(Optional.of(new Executed(5, OptionalLong.empty(), 0, false)), WriteAnswer::result);
  }

  @ParameterizedTest
  @CsvSource({"0, The key is absent.", "7, The key's modRevision is 7."})
  void failedCompareNamesWhatDidNotMatch(long current, String detail) {
    assertThat(committed(new CommandResult.CompareFailed(current), false))
        .returns(OutcomeCode.COMPARE_FAILED, WriteAnswer::code)
        .returns(detail, WriteAnswer::detail)
        .returns(
            Optional.of(new Executed(5, OptionalLong.empty(), current, false)),
            WriteAnswer::result);
  }

  @Test
  void resultsThatAreNoExecutionAreRefusalsThatDoNotInviteARetry() {
    assertRefused(new CommandResult.WriteIdConflict(), OutcomeCode.WRITE_ID_CONFLICT);
    assertRefused(new CommandResult.WriteIdExpired(), OutcomeCode.WRITE_ID_EXPIRED);
    assertRefused(new CommandResult.Invalid(), OutcomeCode.INVALID);
    assertRefused(new CommandResult.GroupSealed(), OutcomeCode.UNKNOWN_GROUP);
  }

  @Test
  void groupThatIsBeingDeletedIsUnknownAndNobodyIsAskedToTryAgain() {
    assertThat(GroupAnswers.codeOf(Refusal.SEALED)).isEqualTo(OutcomeCode.UNKNOWN_GROUP);
    assertThat(GroupAnswers.refusedRead(OutcomeCode.UNKNOWN_GROUP))
        .isEqualTo(
            new ReadAnswer.Refused(
                OutcomeCode.UNKNOWN_GROUP, "The group is being deleted.", Optional.empty()));
    assertThat(GroupAnswers.noChanges(Optional.of(Refusal.SEALED)))
        .isEqualTo(
            new ChangesAnswer.Refused(
                OutcomeCode.UNKNOWN_GROUP, "The group is being deleted.", Optional.empty()));
  }

  @Test
  void refusalThatMayPassSaysWhenToTryAgain() {
    assertThat(GroupAnswers.refused(OutcomeCode.OVERLOADED, "id"))
        .returns(Optional.of(Duration.ofSeconds(1)), WriteAnswer::retryAfter)
        .returns("Too much is waiting already; try again later.", WriteAnswer::detail);
    assertThat(GroupAnswers.refused(OutcomeCode.NO_LEADER, "id").detail())
        .startsWith("No leader can be reached");
    assertThat(GroupAnswers.refused(OutcomeCode.NOT_READY, "id").detail())
        .startsWith("This node is not ready");
    assertThat(GroupAnswers.refused(OutcomeCode.DENIED, "id").detail())
        .isEqualTo("Whoever asks may not do this.");
  }

  @Test
  void undecidedWriteCountsItsAcknowledgementsAndNamesWhoTookOver() {
    Outcome.Undecided undecided =
        new Outcome.Undecided(
            new Slot(5),
            new Verdict.NotMet(Verdict.Reason.TIMEOUT, ACKS),
            Optional.of(new Ballot(4, new MemberId(new NodeId("b"), 7))));
    assertThat(GroupAnswers.undecided("id", undecided))
        .returns(OutcomeCode.QUORUM_NOT_MET, WriteAnswer::code)
        .returns(Optional.of("timeout"), WriteAnswer::reason)
        .returns(Optional.of(ACKS), WriteAnswer::acks)
        .returns(
            "Only 1 of the 2 acknowledgements needed came in time; it may still commit."
                + " Leadership passed to ballot 4.b#7 meanwhile.",
            WriteAnswer::detail);
  }

  @Test
  void failedDiskIsToldAsSuch() {
    Outcome.Undecided undecided =
        new Outcome.Undecided(new Slot(5), new Verdict.LocalWriteFailed(ACKS), Optional.empty());
    assertThat(GroupAnswers.undecided("id", undecided))
        .returns(OutcomeCode.LOCAL_WRITE_FAILED, WriteAnswer::code)
        .returns(Optional.empty(), WriteAnswer::reason)
        .returns(Optional.of(ACKS), WriteAnswer::acks);
  }

  @Test
  void saysOfEveryOtherResultWhatItMeansForTheWrite() {
    assertCode(new CommandResult.LeaseNotFound(4), OutcomeCode.NOT_FOUND, true);
    assertCode(new CommandResult.LeaseAlive(4, 1000, 9), OutcomeCode.COMMITTED, true);
    assertCode(new CommandResult.Compacted(9), OutcomeCode.COMMITTED, true);
    assertCode(
        new CommandResult.TransactionDone(false, 9, false, Optional.of(java.util.List.of())),
        OutcomeCode.COMMITTED,
        true);
    assertCode(new CommandResult.Fenced(), OutcomeCode.FENCED, false);
    assertCode(new CommandResult.CoverageViolation(), OutcomeCode.COVERAGE_VIOLATION, false);
    assertCode(new CommandResult.TooManyChanges(), OutcomeCode.TOO_LARGE, false);
    assertCode(new CommandResult.WriteIdsExhausted(), OutcomeCode.OVERLOADED, false);
    assertCode(new CommandResult.HorizonExceeded(), OutcomeCode.CACHE_HORIZON_EXCEEDED, false);
  }

  @Test
  void clientIsNeverToldOfALeadersOwnCommand() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> committed(new CommandResult.Housekept(), false))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void assertCode(CommandResult result, OutcomeCode code, boolean executed) {
    WriteAnswer answer = committed(result, false);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.result().isPresent()).isEqualTo(executed);
    if (executed) {
      assertThat(answer.result().orElseThrow().result()).contains(result);
    }
  }

  private static void assertRefused(CommandResult result, OutcomeCode code) {
    WriteAnswer answer = committed(result, false);
    assertThat(answer)
        .returns(code, WriteAnswer::code)
        .returns("id", WriteAnswer::writeId)
        .returns(Optional.empty(), WriteAnswer::result)
        .returns(Optional.empty(), WriteAnswer::retryAfter);
    assertThat(answer.detail()).isNotBlank();
  }

  private static WriteAnswer committed(CommandResult result, boolean replayed) {
    Slot slot = new Slot(5);
    CommandOutcome outcome = new CommandOutcome(result, replayed, slot);
    return GroupAnswers.executed("id", outcome, replayed ? Optional.empty() : Optional.of(ACKS));
  }
}
