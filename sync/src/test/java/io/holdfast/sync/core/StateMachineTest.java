package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.CompareFailed;
import io.holdfast.sync.core.CommandResult.Invalid;
import io.holdfast.sync.core.CommandResult.Unchanged;
import io.holdfast.sync.core.CommandResult.WriteIdConflict;
import io.holdfast.sync.core.CommandResult.WriteIdExpired;
import io.holdfast.sync.core.CommandResult.WriteIdsExhausted;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateMachineTest {

  private static final int WINDOW = 4;

  private final StateMachine machine =
      StateMachine.restore(RestoredState.empty(Commands.terms(WINDOW)));

  private List<CommandResult> apply(WriteCommand... writes) {
    return applyTo(machine, writes);
  }

  private static List<CommandResult> applyTo(StateMachine machine, WriteCommand... writes) {
    return machine.apply(machine.applied().next(), Commands.batch(writes)).outcomes().stream()
        .map(CommandOutcome::result)
        .toList();
  }

  @Test
  void takesOneRevisionPerChange() {
    assertThat(
            apply(
                Commands.put(1, "a", "1"),
                Commands.put(2, "a", "2"),
                Commands.delete(3, "b"),
                Commands.delete(4, "a"),
                Commands.put(5, "a", "3")))
        .containsExactly(
            new Applied(1, 0),
            new Applied(2, 1),
            new Unchanged(2),
            new Applied(3, 2),
            new Applied(4, 0));
    assertThat(machine.cached(Commands.bytes("a")))
        .contains(new VersionedValue(Commands.bytes("3"), 4, 4, 1));
  }

  @Test
  void countsVersionsSinceCreation() {
    apply(Commands.put(1, "a", "1"), Commands.put(2, "b", "1"), Commands.put(3, "a", "2"));

    assertThat(machine.cached(Commands.bytes("a")))
        .contains(new VersionedValue(Commands.bytes("2"), 1, 3, 2));
  }

  @Test
  void executesAGuardedCommandOnlyOnTheExpectedRevision() {
    assertThat(
            apply(
                Commands.putIf(1, "a", "1", 1),
                Commands.putIf(2, "a", "1", 0),
                Commands.putIf(3, "a", "2", 0),
                Commands.deleteIf(4, "a", 2),
                Commands.deleteIf(5, "a", 1),
                Commands.deleteIf(6, "a", 1),
                Commands.deleteIf(7, "a", 0)))
        .containsExactly(
            new CompareFailed(0),
            new Applied(1, 0),
            new CompareFailed(1),
            new CompareFailed(1),
            new Applied(2, 1),
            new CompareFailed(0),
            new Unchanged(2));
  }

  @Test
  void replaysTheRecordedOutcomeWithItsSlot() {
    apply(Commands.put(1, "a", "1"), Commands.putIf(2, "a", "2", 9));
    ApplyResult again =
        machine.apply(
            new Slot(2), Commands.batch(Commands.put(1, "a", "1"), Commands.putIf(2, "a", "2", 9)));

    assertThat(again.outcomes())
        .containsExactly(
            new CommandOutcome(new Applied(1, 0), true, new Slot(1)),
            new CommandOutcome(new CompareFailed(1), true, new Slot(1)));
    assertThat(machine.revision()).isEqualTo(1);
  }

  @Test
  void refusesAnotherRequestUnderAUsedId() {
    assertThat(apply(Commands.put(1, "a", "1"), Commands.put(1, "a", "2")))
        .containsExactly(new Applied(1, 0), new WriteIdConflict());
    assertThat(machine.cached(Commands.bytes("a")).orElseThrow().value())
        .isEqualTo(Commands.bytes("1"));
    assertThat(machine.lookup(Commands.id(1)))
        .isEqualTo(
            new WriteLookup.Recorded(new CommandOutcome(new Applied(1, 0), true, new Slot(1))));
  }

  @Test
  void expiresIdsDatedBeforeTheHorizonForGood() {
    apply(Commands.put(10, "a", "1"), Commands.put(11, "a", "2"));
    apply(WriteCommand.of(Commands.id(99), new Command.AdvanceHorizon(11)));

    assertThat(
            apply(
                Commands.put(10, "a", "1"), Commands.put(9, "b", "1"), Commands.put(11, "a", "2")))
        .containsExactly(new WriteIdExpired(), new WriteIdExpired(), new Applied(2, 1));
    assertThat(machine.lookup(Commands.id(10))).isEqualTo(new WriteLookup.Expired());
    assertThat(machine.lookup(Commands.id(14))).isEqualTo(new WriteLookup.Unknown());
    assertThat(machine.cached(Commands.bytes("b"))).isEmpty();
  }

  @Test
  void recordsNeitherConflictsNorExpiries() {
    apply(Commands.put(10, "a", "1"), Commands.put(11, "a", "2"), Commands.put(12, "a", "3"));
    apply(Commands.put(10, "a", "x"), Commands.put(11, "a", "x"), Commands.put(12, "a", "x"));

    assertThat(machine.header().nextWriteOrdinal()).isEqualTo(3);
    assertThat(machine.lookup(Commands.id(10))).isInstanceOf(WriteLookup.Recorded.class);
  }

  @Test
  void takesNoMoreWritesThanItCanRememberUntilTheHorizonMoves() {
    for (int n = 1; n <= 2 * WINDOW; n++) {
      apply(Commands.put(n, "a", "1"));
    }
    assertThat(apply(Commands.put(9, "a", "x"))).containsExactly(new WriteIdsExhausted());
    apply(WriteCommand.of(Commands.id(99), new Command.AdvanceHorizon(3)));

    assertThat(apply(Commands.put(9, "a", "x"))).containsExactly(new Applied(9, 8));
  }

  @Test
  void isAppliedInOrder() {
    for (long wrong : new long[] {0, 2}) {
      assertThatExceptionOfType(InvariantViolation.class)
          .isThrownBy(() -> machine.apply(new Slot(wrong), Batch.NO_OP))
          .satisfies(e -> assertThat(e.invariant()).isEqualTo("AppliedInOrder"));
    }
  }

  @Test
  void givesAnUndecodableEntryADeterministicResult() {
    Batch batch =
        BatchFormat.encode(
            List.of(
                new BatchEntry.CommandEntry(Commands.bytes("garbage")),
                new BatchEntry.CommandEntry(CommandCodec.encode(Commands.put(1, "a", "1")))));

    assertThat(machine.apply(new Slot(1), batch).outcomes())
        .extracting(CommandOutcome::result)
        .containsExactly(new Invalid(), new Applied(1, 0));
    assertThat(machine.apply(new Slot(2), Batch.of(Commands.bytes("garbage"))).outcomes())
        .extracting(CommandOutcome::result)
        .containsExactly(new Invalid());
  }

  @Test
  void stopsAtABatchOfALaterVersionRatherThanDiverge() {
    for (Batch later :
        List.of(
            Batch.of(ByteString.fromHex("0802")),
            BatchFormat.encode(List.of(new BatchEntry.CommandEntry(ByteString.fromHex("0805")))))) {
      assertThatExceptionOfType(InvariantViolation.class)
          .isThrownBy(() -> machine.apply(new Slot(1), later))
          .satisfies(e -> assertThat(e.invariant()).isEqualTo("DeterministicApply"));
    }
  }

  /** Section 5: h(s) = sha256(h(s-1) || digest(batch s) || digest(canonical results s)). */
  @Test
  void chainsBatchAndResults() {
    Batch batch = Commands.batch(Commands.put(1, "a", "1"), Commands.delete(2, "b"));
    ApplyResult result = machine.apply(new Slot(1), batch);
    ByteString first = CommandCodec.encode(result.outcomes().get(0));
    ByteString second = CommandCodec.encode(result.outcomes().get(1));
    Digest results =
        Digest.of(
            ByteString.copyFrom(new byte[] {0, 0, 0, (byte) first.size()}),
            first,
            ByteString.copyFrom(new byte[] {0, 0, 0, (byte) second.size()}),
            second);

    assertThat(result.encodedOutcomes()).containsExactly(first, second);
    assertThat(result.chainHash())
        .isEqualTo(Digest.of(Digest.ZERO.bytes(), batch.digest().bytes(), results.bytes()));
    ApplyResult noOp = machine.apply(new Slot(2), Batch.NO_OP);
    assertThat(noOp.chainHash())
        .isEqualTo(
            Digest.of(
                result.chainHash().bytes(), Batch.NO_OP.digest().bytes(), Digest.of().bytes()));
  }

  @Test
  void flushesEveryVersionInTheOrderOfPlaces() {
    apply(Commands.put(1, "a", "1"), Commands.put(2, "b", "1"), Commands.put(3, "a", "2"));
    apply(Commands.delete(4, "b"), Commands.delete(5, "c"));
    ReplicaDelta delta = machine.takeDelta();

    assertThat(delta.changes())
        .containsExactly(
            new Change(Place.first(1), Commands.bytes("a"), Commands.bytes("1"), 1, 1, 0, 0),
            new Change(Place.first(2), Commands.bytes("b"), Commands.bytes("1"), 2, 1, 0, 0),
            new Change(
                Place.first(3), Commands.bytes("a"), Commands.bytes("2"), 1, 2, 0, Place.first(1)),
            Change.delete(Place.first(4), Commands.bytes("b"), Place.first(2)));
    assertThat(delta.addedWriteIds())
        .extracting(WriteIdRecord::id)
        .containsExactly(
            Commands.id(1), Commands.id(2), Commands.id(3), Commands.id(4), Commands.id(5));
    assertThat(machine.unflushedBytes()).isZero();
    ReplicaDelta nothing = machine.takeDelta();
    assertThat(nothing.changes()).isEmpty();
    assertThat(nothing.touched()).isEmpty();
    assertThat(nothing.addedWriteIds()).isEmpty();
  }

  @Test
  void takesEffectOnceAcrossARestart() {
    InMemoryReplicaStore store = new InMemoryReplicaStore(Commands.terms(WINDOW));
    apply(Commands.put(1, "a", "1"), Commands.put(2, "a", "2"));
    store.flush(machine.takeDelta());
    apply(Commands.put(3, "a", "3"));

    StateMachine restarted = StateMachine.restore(store.load());
    assertThat(restarted.applied()).isEqualTo(new Slot(1));
    applyTo(restarted, Commands.put(3, "a", "3"));
    assertThat(restarted.header()).isEqualTo(machine.header());
    assertThat(applyTo(restarted, Commands.put(2, "a", "2"))).containsExactly(new Applied(2, 1));
    assertThat(restarted.revision()).isEqualTo(3);
  }
}
