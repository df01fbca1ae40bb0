package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Pool;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
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

  // ---- Reservations

  private static Reservation reservation(long value) {
    String path = "/" + "p".repeat(999);
    return new Reservation("ports", "h", value, "h", path, "", "", "", "", 1, 1, 1);
  }

  private static final List<Reservation> FIVE =
      LongStream.range(0, 5).mapToObj(AnswerSizeTest::reservation).toList();

  private static ReadAnswer.Reservations about(ReservationAnswer answer) {
    return new ReadAnswer.Reservations(answer, new ReadPoint(5, 5, Optional.empty()), 7);
  }

  @Test
  void givesFewerReservationsAndSaysThatThereAreMore() {
    ReadAnswer answer = about(new ReservationAnswer.Found(FIVE, false));

    assertThat(AnswerSize.within(10_000, answer)).isSameAs(answer);
    assertThat(AnswerSize.within(3_500, answer))
        .isEqualTo(about(new ReservationAnswer.Found(FIVE.subList(0, 3), true)));
    assertThat(AnswerSize.within(10, answer))
        .isEqualTo(about(new ReservationAnswer.Found(FIVE.subList(0, 1), true)));
  }

  @Test
  void givesFewerEntriesOfAPlanAndCountsAll() {
    List<Entry> entries = FIVE.stream().map(one -> new Entry(Kind.RELEASED, one)).toList();
    ReadAnswer answer = about(new ReservationAnswer.WouldDo(true, 70, entries));

    assertThat(AnswerSize.within(10_000, answer)).isSameAs(answer);
    assertThat(AnswerSize.within(3_500, answer))
        .isEqualTo(about(new ReservationAnswer.WouldDo(true, 70, entries.subList(0, 3))));
  }

  @Test
  void givesAllPoolsWithFewerExclusionsAndSaysThatThereAreMore() {
    Pool pool = new Pool("ports", Pool.Scope.HOST, 1, 9, List.of(), Optional.empty());
    Exclusion one = new Exclusion(new Pool.Span(1, 2), "r".repeat(100));
    PoolUse use = new PoolUse(pool, 3, Collections.nCopies(9, one), false);
    ReadAnswer answer = about(new ReservationAnswer.Pools(List.of(use, use)));

    assertThat(AnswerSize.within(10_000, answer)).isSameAs(answer);
    assertThat(AnswerSize.within(700, answer))
        .isEqualTo(
            about(
                new ReservationAnswer.Pools(
                    List.of(
                        new PoolUse(pool, 3, Collections.nCopies(3, one), true),
                        new PoolUse(pool, 3, List.of(), true)))));
  }

  @Test
  void leavesOutEntriesThatAreTooLargeAndSaysWhereTheyAre() {
    List<Entry> entries = FIVE.stream().map(one -> new Entry(Kind.GIVEN, one)).toList();
    WriteAnswer answer =
        new WriteAnswer(
            OutcomeCode.COMMITTED,
            Optional.empty(),
            "",
            "id",
            Optional.of(
                WriteAnswer.Executed.of(
                    5,
                    false,
                    new CommandResult.ReservationsDone(9, true, 5, Optional.of(entries)))),
            Optional.empty(),
            Optional.empty());

    assertThat(AnswerSize.within(10_000, answer)).isSameAs(answer);
    WriteAnswer cut = AnswerSize.within(2_000, answer);
    assertThat(cut.detail()).contains("too large to be forwarded");
    assertThat(cut.result().orElseThrow().result())
        .contains(new CommandResult.ReservationsDone(9, true, 5, Optional.empty()));
  }
}
