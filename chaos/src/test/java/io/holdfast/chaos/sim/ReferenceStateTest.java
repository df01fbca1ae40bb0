package io.holdfast.chaos.sim;

import static io.holdfast.chaos.sim.Steps.all;
import static io.holdfast.chaos.sim.Steps.between;
import static io.holdfast.chaos.sim.Steps.bytes;
import static io.holdfast.chaos.sim.Steps.delete;
import static io.holdfast.chaos.sim.Steps.id;
import static io.holdfast.chaos.sim.Steps.idAt;
import static io.holdfast.chaos.sim.Steps.key;
import static io.holdfast.chaos.sim.Steps.put;
import static io.holdfast.chaos.sim.Steps.read;
import static io.holdfast.chaos.sim.Steps.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandLimits;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.LeaseAlive;
import io.holdfast.sync.core.CommandResult.LeaseNotFound;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.Comparison.Field;
import io.holdfast.sync.core.Comparison.Relation;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class ReferenceStateTest {

  private final Steps steps = new Steps();

  private String run(Command command) {
    steps.run(command);
    return steps.content();
  }

  private TransactionDone done(Command.Transaction transaction) {
    return (TransactionDone) steps.run(transaction);
  }

  private boolean holds(Comparison... conditions) {
    return done(when(List.of(conditions), List.of(), List.of())).succeeded();
  }

  @Nested
  final class KeysByThemselves {

    @Test
    void putsCountVersionsSinceTheKeyWasCreated() {
      assertThat(run(put("a", "x", 0))).isEqualTo("a=x@1/1#1");
      assertThat(run(put("a", "y", 0))).isEqualTo("a=y@1/2#2");
      assertThat(run(put("a", "y", 0))).as("the same again").isEqualTo("a=y@1/3#3");
      assertThat(run(new Command.Delete(bytes("a")))).isEmpty();
      assertThat(run(put("a", "z", 0))).isEqualTo("a=z@5/5#1");
    }

    @Test
    void answersWithTheRevisionTakenAndTheOneBefore() {
      assertThat(steps.run(put("a", "x", 0))).isEqualTo(new Applied(1, 0));
      assertThat(steps.run(put("a", "y", 0))).isEqualTo(new Applied(2, 1));
      assertThat(steps.run(new Command.Delete(bytes("a")))).isEqualTo(new Applied(3, 2));
      assertThat(steps.run(new Command.Delete(bytes("a"))))
          .isEqualTo(new CommandResult.Unchanged(3));
    }

    @Test
    void guardsCompareTheModRevision() {
      assertThat(steps.run(new Command.PutIf(bytes("a"), bytes("x"), 1)))
          .isEqualTo(new CommandResult.CompareFailed(0));
      assertThat(steps.run(new Command.PutIf(bytes("a"), bytes("x"), 0)))
          .isEqualTo(new Applied(1, 0));
      assertThat(steps.run(new Command.DeleteIf(bytes("a"), 2)))
          .isEqualTo(new CommandResult.CompareFailed(1));
      assertThat(steps.run(new Command.DeleteIf(bytes("a"), 1))).isEqualTo(new Applied(2, 1));
      assertThat(steps.run(new Command.DeleteIf(bytes("a"), 0)))
          .isEqualTo(new CommandResult.Unchanged(2));
    }
  }

  @Nested
  final class Transactions {

    @Test
    void takesOneRevisionForAllItsChanges() {
      assertThat(run(all(put("a", "1"), put("b", "2"), put("a", "3"))))
          .isEqualTo("a=3@1/1#2 b=2@1/1#1");
    }

    @Test
    void operationsSeeWhatThoseBeforeThemDid() {
      steps.run(put("b", "old", 0));

      TransactionDone done =
          done(all(put("a", "1"), read(between("a", "c")), delete("b"), delete("b")));

      assertThat(done.results())
          .hasValueSatisfying(
              results -> {
                assertThat(((OperationResult.Read) results.get(1)).records())
                    .extracting(record -> record.value().modRevision())
                    .containsExactly(2L, 1L);
                assertThat(results.subList(2, 4))
                    .containsExactly(
                        new OperationResult.Deleted(1), new OperationResult.Deleted(0));
              });
    }

    @Test
    void deleteThenPutStartsAnew() {
      steps.run(put("a", "x", 0));
      steps.run(put("a", "y", 0));

      TransactionDone done = done(all(delete("a"), put("a", "z")));

      assertThat(steps.content()).isEqualTo("a=z@3/3#1");
      assertThat(done.results())
          .contains(List.of(new OperationResult.Deleted(1), new OperationResult.Put(0)));
    }

    @Test
    void putThenDeleteOfAnAbsentKeyIsNoChange() {
      steps.run(put("other", "x", 0));

      TransactionDone done = done(all(put("a", "x"), delete("a")));

      assertThat(done.changed()).isFalse();
      assertThat(done.revision()).isEqualTo(1);
      assertThat(steps.state.revision()).isEqualTo(1);
    }

    @Test
    void putThenDeleteOfAPresentKeyDeletesIt() {
      steps.run(put("a", "x", 0));

      TransactionDone done = done(all(put("a", "y"), delete("a")));

      assertThat(done.changed()).isTrue();
      assertThat(done.revision()).isEqualTo(2);
      assertThat(steps.content()).isEmpty();
    }

    @Test
    void conditionsChooseTheList() {
      Command.Transaction claim =
          when(
              List.of(Comparison.presence(key("a"), false)),
              List.of(put("a", "mine")),
              List.of(read(key("a"))));

      assertThat(done(claim))
          .isEqualTo(
              new TransactionDone(true, 1, true, Optional.of(List.of(new OperationResult.Put(0)))));
      TransactionDone second = done(claim);
      assertThat(second.succeeded()).isFalse();
      assertThat(second.changed()).isFalse();
      assertThat(second.revision()).isEqualTo(1);
    }

    @Test
    void transactionWithinDecidesByWhatWasDoneBeforeIt() {
      Command.Transaction inner =
          when(
              List.of(Comparison.value(key("a"), Relation.EQUAL, bytes("1"))),
              List.of(put("b", "seen")),
              List.of(put("b", "missed")));

      TransactionDone done = done(all(put("a", "1"), new Operation.Nested(inner)));

      assertThat(steps.content()).isEqualTo("a=1@1/1#1 b=seen@1/1#1");
      assertThat(done.results().orElseThrow().get(1))
          .isEqualTo(new OperationResult.Nested(true, List.of(new OperationResult.Put(0))));
    }

    @Test
    void transactionWithinThatChangesTakesTheOneRevision() {
      TransactionDone done = done(all(new Operation.Nested(all(put("a", "1")))));

      assertThat(done.changed()).isTrue();
      assertThat(steps.state.revision()).isEqualTo(1);
    }

    @Test
    void deletesARangeAndCountsIt() {
      steps.run(all(put("a", "1"), put("b", "2"), put("c", "3")));

      TransactionDone done = done(all(new Operation.Delete(between("a", "c"))));

      assertThat(done.results()).contains(List.of(new OperationResult.Deleted(2)));
      assertThat(steps.content()).isEqualTo("c=3@1/1#1");
    }

    @Test
    void readsUpToALimitAndSaysHowManyThereAre() {
      steps.run(all(put("a", "1"), put("b", "2"), put("c", "3")));
      KeyRange range = between("a", "z");

      List<OperationResult> results =
          done(all(
                  new Operation.Read(range, 2, ReadDetail.KEYS),
                  new Operation.Read(range, 2, ReadDetail.COUNT),
                  new Operation.Read(range, 3, ReadDetail.RECORDS)))
              .results()
              .orElseThrow();

      OperationResult.Read keys = (OperationResult.Read) results.get(0);
      assertThat(keys.records())
          .extracting(record -> record.key().toStringUtf8())
          .containsExactly("a", "b");
      assertThat(keys.records()).allMatch(record -> record.value().value().isEmpty());
      assertThat(keys.count()).isEqualTo(3);
      assertThat(keys.more()).isTrue();
      assertThat(results.get(1)).isEqualTo(new OperationResult.Read(List.of(), 3, false));
      assertThat(((OperationResult.Read) results.get(2)).more()).isFalse();
    }

    @Test
    void countStopsAtItsBound() {
      int keys = (int) ReferenceTransaction.MOST_COUNTED;
      steps.run(manyPuts(0, keys));
      steps.run(manyPuts(keys, 1));

      OperationResult.Read read =
          (OperationResult.Read)
              done(all(new Operation.Read(KeyRange.ALL, 1, ReadDetail.COUNT)))
                  .results()
                  .orElseThrow()
                  .get(0);

      assertThat(steps.state.records()).hasSize(keys + 1);
      assertThat(read.count()).isEqualTo(keys);
    }

    @Test
    void tooManyChangesLeaveNothing() {
      int most = CommandLimits.MAX_CHANGED_KEYS;
      WriteId id = id(1);

      assertThat(steps.run(id, manyPuts(0, most + 1)).result())
          .isEqualTo(new CommandResult.TooManyChanges());
      assertThat(steps.content()).isEmpty();
      assertThat(steps.run(id, manyPuts(0, most)))
          .as("it was not recorded")
          .matches(outcome -> !outcome.replayed() && outcome.result() instanceof TransactionDone);
    }

    private static Command.Transaction manyPuts(int first, int many) {
      return new Command.Transaction(
          List.of(),
          IntStream.range(first, first + many).mapToObj(i -> put("k" + i, "")).toList(),
          List.of());
    }
  }

  @Nested
  final class Conditions {

    @Test
    void numbersOfAnAbsentKeyAreZero() {
      assertThat(holds(Comparison.number(key("a"), Field.VERSION, Relation.EQUAL, 0))).isTrue();
      assertThat(holds(Comparison.number(key("a"), Field.MOD_REVISION, Relation.LESS, 1))).isTrue();
      assertThat(holds(Comparison.number(key("a"), Field.CREATE_REVISION, Relation.GREATER, 0)))
          .isFalse();
    }

    @Test
    void noConditionOnTheValueOfAnAbsentKeyHolds() {
      for (Relation relation : Relation.values()) {
        assertThat(holds(Comparison.value(key("a"), relation, bytes("x")))).isFalse();
      }
    }

    @Test
    void valuesCompareAsUnsignedBytes() {
      steps.run(
          new Command.Put(
              bytes("a"), com.google.protobuf.ByteString.copyFrom(new byte[] {(byte) 0x80})));

      assertThat(holds(Comparison.value(key("a"), Relation.GREATER, bytes("x")))).isTrue();
    }

    @Test
    void onARangeEveryKeyThatIsThereMustHold() {
      steps.run(all(put("a", "1"), put("b", "1")));
      Comparison ones = Comparison.value(between("a", "z"), Relation.EQUAL, bytes("1"));
      assertThat(holds(ones)).isTrue();

      steps.run(put("c", "2", 0));
      assertThat(holds(ones)).isFalse();
      assertThat(
              holds(Comparison.number(between("a", "z"), Field.CREATE_REVISION, Relation.LESS, 3)))
          .isTrue();
    }

    @Test
    void onAnEmptyRangeEveryConditionHolds() {
      assertThat(holds(Comparison.value(between("a", "z"), Relation.EQUAL, bytes("1")))).isTrue();
      assertThat(holds(Comparison.number(between("a", "z"), Field.VERSION, Relation.GREATER, 7)))
          .isTrue();
    }

    @Test
    void presenceOfARangeAsksForAnyKey() {
      assertThat(holds(Comparison.presence(between("a", "z"), true))).isFalse();
      assertThat(holds(Comparison.presence(between("a", "z"), false))).isTrue();

      steps.run(put("c", "2", 0));
      assertThat(holds(Comparison.presence(between("a", "z"), true))).isTrue();
      assertThat(holds(Comparison.presence(between("a", "z"), false))).isFalse();
    }
  }

  @Nested
  final class History {

    private ReadResult readAt(long revision) {
      return steps.state.read(
          new ReadQuery(KeyRange.ALL, OptionalLong.of(revision), 10, ReadDetail.RECORDS));
    }

    @Test
    void everyRevisionIsReadAsItWas() {
      steps.run(put("a", "x", 0));
      steps.run(all(put("a", "y"), put("b", "z")));
      steps.run(new Command.Delete(bytes("a")));

      assertThat(steps.contentAt(1)).isEqualTo("a=x@1/1#1");
      assertThat(steps.contentAt(2)).isEqualTo("a=y@1/2#2 b=z@2/2#1");
      assertThat(steps.contentAt(3)).isEqualTo("b=z@2/2#1");
      assertThat(readAt(4)).isEqualTo(new ReadResult.Future(3));
    }

    @Test
    void belowTheCompactionPointNothingIsRead() {
      steps.run(put("a", "x", 0));
      steps.run(put("a", "y", 0));
      steps.run(put("a", "z", 0));

      assertThat(steps.run(new Command.Compact(2))).isEqualTo(new CommandResult.Compacted(2));

      assertThat(steps.state.revision()).isEqualTo(3);
      assertThat(readAt(1)).isEqualTo(new ReadResult.Compacted(2));
      assertThat(((ReadResult.Records) readAt(2)).records().get(0).value().value())
          .isEqualTo(bytes("y"));
    }

    @Test
    void compactionNeverGoesBackNorBeyondTheNewest() {
      steps.run(put("a", "x", 0));
      steps.run(put("a", "y", 0));

      assertThat(steps.run(new Command.Compact(9))).isEqualTo(new CommandResult.Compacted(2));
      assertThat(steps.run(new Command.Compact(1))).isEqualTo(new CommandResult.Compacted(2));
    }

    @Test
    void aReadOfAnEarlierMomentKnowsNoLaterCompaction() {
      steps.run(put("a", "x", 0));
      steps.run(put("a", "y", 0));
      steps.run(new Command.Compact(2));
      ReadQuery first = new ReadQuery(KeyRange.ALL, OptionalLong.of(1), 10, ReadDetail.COUNT);

      assertThat(steps.state.read(first, 2, 0)).isInstanceOf(ReadResult.Records.class);
      assertThat(steps.state.read(first, 0, 0)).isEqualTo(new ReadResult.Future(0));
    }
  }

  @Nested
  final class WriteIds {

    private final Command put = put("a", "x", 0);

    @Test
    void theSameAgainIsAReplayWithTheSlotOfTheFirst() {
      CommandOutcome first = steps.run(id(1), put);
      steps.run(put("a", "y", 0));

      assertThat(steps.run(id(1), put))
          .isEqualTo(new CommandOutcome(first.result(), true, first.slot()));
      assertThat(steps.content()).startsWith("a=y");
    }

    @Test
    void anotherRequestUnderTheIdIsAConflict() {
      steps.run(id(1), put);

      assertThat(steps.run(id(1), put("a", "z", 0)).result())
          .isEqualTo(new CommandResult.WriteIdConflict());
    }

    @Test
    void replayOfATransactionLeavesItsResultsOut() {
      steps.run(id(1), all(put("a", "x")));

      assertThat(steps.run(id(1), all(put("a", "x"))).result())
          .isEqualTo(new TransactionDone(true, 1, true, Optional.empty()));
    }

    @Test
    void resolveGivesWhatWasRecordedWhateverWasAsked() {
      CommandOutcome first = steps.run(id(1), put);

      assertThat(steps.run(id(1), new Command.Resolve()))
          .isEqualTo(new CommandOutcome(first.result(), true, first.slot()));
    }

    @Test
    void resolveFencesWhatWasNotExecutedForGood() {
      CommandOutcome fenced = steps.run(id(1), new Command.Resolve());
      CommandOutcome replay = new CommandOutcome(new CommandResult.Fenced(), true, new Slot(1));

      assertThat(fenced)
          .isEqualTo(new CommandOutcome(new CommandResult.Fenced(), false, new Slot(1)));
      assertThat(steps.run(id(1), put)).isEqualTo(replay);
      assertThat(steps.run(id(1), new Command.Resolve())).isEqualTo(replay);
      assertThat(steps.content()).isEmpty();
    }

    @Test
    void horizonForgetsWhatIsDatedBeforeIt() {
      WriteId old = idAt(Steps.NOW, 1);
      WriteId unused = idAt(Steps.NOW, 2);
      WriteId atTheHorizon = idAt(Steps.NOW + 1, 3);
      steps.run(old, put);
      steps.run(atTheHorizon, put);

      assertThat(steps.run(new Command.AdvanceHorizon(Steps.NOW + 1)))
          .isEqualTo(new CommandResult.Housekept());

      assertThat(steps.run(old, put).result()).isEqualTo(new CommandResult.WriteIdExpired());
      assertThat(steps.run(old, new Command.Resolve()).result())
          .isEqualTo(new CommandResult.WriteIdExpired());
      assertThat(steps.run(unused, put).result()).isEqualTo(new CommandResult.WriteIdExpired());
      assertThat(steps.run(atTheHorizon, put).replayed()).isTrue();
      assertThat(steps.state.remembered()).isEqualTo(1);
    }

    @Test
    void horizonNeverGoesBack() {
      steps.run(new Command.AdvanceHorizon(Steps.NOW + 1));
      steps.run(new Command.AdvanceHorizon(1));

      assertThat(steps.state.horizonMillis()).isEqualTo(Steps.NOW + 1);
    }

    @Test
    void refusalHasNoEffectAndIsNotRecorded() {
      WriteCommand write = WriteCommand.of(id(1), put);
      CommandResult refusal = new CommandResult.HorizonExceeded();

      assertThat(steps.state.execute(new Slot(1), write, Optional.of(refusal)).result())
          .isEqualTo(refusal);
      assertThat(steps.content()).isEmpty();
      assertThat(steps.state.execute(new Slot(2), write).replayed()).isFalse();
      assertThat(steps.state.execute(new Slot(3), write, Optional.of(refusal)).result())
          .as("what is recorded comes before a plan that is too old")
          .isEqualTo(new Applied(1, 0));
      CommandResult full = new CommandResult.WriteIdsExhausted();
      assertThat(steps.state.execute(new Slot(4), write, Optional.of(full)))
          .as("what is recorded comes before other refusals")
          .isEqualTo(new CommandOutcome(new Applied(1, 0), true, new Slot(2)));
    }

    @Test
    void guardThatFailedIsRecorded() {
      Command guarded = new Command.PutIf(bytes("a"), bytes("x"), 7);
      steps.run(id(1), guarded);

      assertThat(steps.run(id(1), guarded).replayed()).isTrue();
    }
  }

  @Nested
  final class Leases {

    private long grant() {
      return ((LeaseAlive) steps.run(new Command.GrantLease(1_000))).lease();
    }

    @Test
    void grantTakesARevisionWhichIsTheLeasesNumber() {
      steps.run(put("a", "x", 0));

      assertThat(steps.run(new Command.GrantLease(1_000))).isEqualTo(new LeaseAlive(2, 1_000, 2));
      assertThat(steps.contentAt(2)).isEqualTo(steps.contentAt(1));
    }

    @Test
    void keepAliveTakesNoRevision() {
      long lease = grant();
      steps.run(put("a", "x", 0));

      assertThat(steps.run(new Command.KeepAlive(lease))).isEqualTo(new LeaseAlive(1, 1_000, 2));
      assertThat(steps.state.revision()).isEqualTo(2);
      assertThat(steps.run(new Command.KeepAlive(7))).isEqualTo(new LeaseNotFound(7));
    }

    @Test
    void revocationDeletesTheAttachedKeysInOneRevision() {
      long lease = grant();
      steps.run(put("a", "x", lease));
      steps.run(put("b", "x", 0));
      steps.run(put("c", "x", lease));

      assertThat(steps.run(new Command.RevokeLease(lease)))
          .isEqualTo(
              new TransactionDone(
                  true, 5, true, Optional.of(List.of(new OperationResult.Deleted(2)))));
      assertThat(steps.content()).isEqualTo("b=x@3/3#1");
      assertThat(steps.run(new Command.RevokeLease(lease))).isEqualTo(new LeaseNotFound(lease));
    }

    @Test
    void revocationTakesARevisionAlsoWithoutKeys() {
      long lease = grant();

      steps.run(new Command.RevokeLease(lease));

      assertThat(steps.state.revision()).isEqualTo(2);
    }

    @Test
    void putWithoutALeaseDetaches() {
      long lease = grant();
      assertThat(run(put("a", "x", lease))).isEqualTo("a=x@2/2#1~1");
      assertThat(run(put("a", "y", 0))).isEqualTo("a=y@2/3#2");

      steps.run(new Command.RevokeLease(lease));

      assertThat(steps.content()).isEqualTo("a=y@2/3#2");
    }

    @Test
    void putUnderAMissingLeaseHasNoEffectAndIsRecorded() {
      CommandOutcome outcome = steps.run(id(1), put("a", "x", 9));
      assertThat(outcome.result()).isEqualTo(new LeaseNotFound(9));
      assertThat(steps.run(id(1), put("a", "x", 9)).replayed()).isTrue();

      assertThat(steps.run(all(put("a", "x"), new Operation.Put(bytes("b"), bytes("x"), 9))))
          .isEqualTo(new LeaseNotFound(9));
      assertThat(steps.content()).isEmpty();
      assertThat(steps.state.revision()).isZero();
    }

    @Test
    void guardIsDecidedBeforeTheLease() {
      assertThat(steps.run(new Command.PutIf(bytes("a"), bytes("x"), 3, 9)))
          .isEqualTo(new CommandResult.CompareFailed(0));
      assertThat(steps.run(new Command.PutIf(bytes("a"), bytes("x"), 0, 9)))
          .isEqualTo(new LeaseNotFound(9));
    }

    @Test
    void leaseOfAListThatIsNotDoneDoesNotMatter() {
      TransactionDone done =
          done(when(List.of(), List.of(), List.of(new Operation.Put(bytes("b"), bytes("x"), 9))));

      assertThat(done.succeeded()).isTrue();
    }

    @Test
    void expiryIsVoidOnceTheLeaseWasRenewed() {
      long lease = grant();
      steps.run(put("a", "x", lease));
      steps.run(new Command.KeepAlive(lease));

      assertThat(steps.run(new Command.ExpireLease(lease, 0)))
          .isEqualTo(new CommandResult.Housekept());
      assertThat(steps.content()).isEqualTo("a=x@2/2#1~1");

      steps.run(new Command.ExpireLease(lease, 1));
      assertThat(steps.content()).isEmpty();
      assertThat(steps.state.revision()).isEqualTo(3);
      assertThat(steps.state.leaseCount()).isZero();

      steps.run(new Command.ExpireLease(lease, 1));
      assertThat(steps.state.revision()).as("it is gone").isEqualTo(3);
    }
  }
}
