package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupAnswersTest {

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
}
