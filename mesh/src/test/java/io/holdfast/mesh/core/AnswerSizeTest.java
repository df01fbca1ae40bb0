package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerSizeTest {

  private static final KeyRecord RECORD =
      new KeyRecord(
          ByteString.copyFromUtf8("k"),
          new VersionedValue(ByteString.copyFrom(new byte[1000]), 1, 1, 1));

  private static ReadAnswer.Listed listed(int records) {
    return new ReadAnswer.Listed(
        new ReadResult.Records(Collections.nCopies(records, RECORD), 9, false, false, 5),
        new ReadPoint(5, 5, Optional.empty()));
  }

  @Test
  void leavesAnAnswerThatFitsAsItIs() {
    ReadAnswer answer = listed(3);

    assertThat(AnswerSize.within(10_000, answer)).isSameAs(answer);
  }

  @Test
  void givesFewerRecordsAndSaysThatThereAreMore() {
    assertThat(AnswerSize.within(3000, listed(5)))
        .isInstanceOfSatisfying(
            ReadAnswer.Listed.class,
            cut -> {
              assertThat(cut.keys().records()).hasSize(2);
              assertThat(cut.keys().more()).isTrue();
              assertThat(cut.keys().count()).isEqualTo(9);
            });
  }

  @Test
  void givesOneRecordHoweverLargeItIs() {
    assertThat(AnswerSize.within(10, listed(2)))
        .isInstanceOfSatisfying(
            ReadAnswer.Listed.class, cut -> assertThat(cut.keys().records()).hasSize(1));
  }

  @Test
  void leavesOutResultsThatAreTooLargeAndSaysWhereTheyAre() {
    OperationResult read = new OperationResult.Read(List.of(RECORD), 1, false);
    WriteAnswer answer =
        new WriteAnswer(
            OutcomeCode.COMMITTED,
            Optional.empty(),
            "",
            "id",
            Optional.of(
                WriteAnswer.Executed.of(
                    5,
                    true,
                    new CommandResult.TransactionDone(
                        true,
                        9,
                        true,
                        Optional.of(
                            List.of(new OperationResult.Nested(true, List.of(read, read))))))),
            Optional.empty(),
            Optional.empty());

    assertThat(AnswerSize.within(10_000, answer)).isSameAs(answer);
    WriteAnswer cut = AnswerSize.within(2000, answer);
    assertThat(cut.detail()).contains("too large to be forwarded");
    assertThat(cut.result().orElseThrow().transaction().orElseThrow())
        .isEqualTo(new CommandResult.TransactionDone(true, 9, true, Optional.empty()));
    assertThat(cut.result().orElseThrow().replayed()).isTrue();
  }
}
