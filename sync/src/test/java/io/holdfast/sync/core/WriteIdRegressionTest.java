package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.CompareFailed;
import io.holdfast.sync.core.CommandResult.Fenced;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.CommandResult.WriteIdExpired;
import io.holdfast.sync.core.CommandResult.WriteIdsExhausted;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.JdbcReplicaStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly once, and always an answer (section 6), by schedule. */
class WriteIdRegressionTest {

  private static final int WINDOW = 3;
  private static final StateTerms TERMS = new StateTerms(WINDOW, 100, 64L << 20);

  private final List<Batch> log = new ArrayList<>();
  private final SteppedReplica leader =
      new SteppedReplica(new InMemoryReplicaStore(TERMS), log, SteppedReplica.SETTINGS);

  private static WriteCommand transfer(long id) {
    return Commands.transaction(
        id,
        List.of(Commands.has("a", "1")),
        List.of(Commands.set("a", "0"), Commands.get("a"), Commands.get("b")),
        List.of(Commands.get("a")));
  }

  private void assertRefused(ReplicaEffect answer, OutcomeCode code) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            ReplicaEffect.AdmissionRefused.class,
            refused -> assertThat(refused.code()).isEqualTo(code));
  }

  // ---- ExactlyOnce

  @Test
  void writeRetriedAcrossAChangeOfLeaderAndARestartHasItsRecordedOutcome(@TempDir Path folder) {
    leader.run(Commands.put(1, "a", "1"));
    ByteString admitted = leader.admit(transfer(2));
    CommandOutcome first = leader.choose(admitted).get(0);
    TransactionDone done = (TransactionDone) first.result();
    assertThat(done.results().orElseThrow()).hasSize(3);
    // Chosen a second time, by a leader that did not know of the first.
    CommandOutcome again = leader.choose(admitted).get(0);
    assertThat(again.replayed()).isTrue();
    assertThat(again.slot()).isEqualTo(first.slot());
    assertThat(leader.core().state().revision()).isEqualTo(2);

    try (JdbcReplicaStore file = JdbcReplicaStore.open(folder.resolve("b"), TERMS)) {
      SteppedReplica next = new SteppedReplica(file, log, SteppedReplica.SETTINGS);
      next.catchUp();
      CommandOutcome expected = new CommandOutcome(done, true, first.slot());
      assertThat(next.recorded(transfer(2))).isEqualTo(expected);
      next.flush();
      next.crashAndRestart();
      long reads = next.store().reads();
      assertThat(next.recorded(transfer(2))).isEqualTo(expected);
      assertThat(next.store().reads()).isEqualTo(reads + 1);
      assertThat(next.lookup(Commands.id(2))).isEqualTo(new WriteLookup.Recorded(expected));
      assertThat(next.core().state().revision()).isEqualTo(2);
    }
  }

  @Test
  void recordedOutcomeIsGivenWithoutItsResultsWhereTheStoreIsAskedTooMuch() {
    leader.run(Commands.put(1, "a", "1"));
    CommandOutcome first = leader.choose(leader.admit(transfer(2))).get(0);
    leader.flush();
    leader.holdStore();
    for (int n = 0; n < SteppedReplica.SETTINGS.serving().maxStoreQuestions(); n++) {
      assertThat(leader.admission(transfer(2))).isEmpty();
    }
    CommandOutcome bare = leader.recorded(transfer(2));

    TransactionDone done = (TransactionDone) first.result();
    assertThat(bare.result())
        .isEqualTo(
            new TransactionDone(
                done.succeeded(), done.revision(), done.changed(), Optional.empty()));
    assertThat(bare.slot()).isEqualTo(first.slot());
  }

  @Test
  void failedGuardIsAnExecutionWhoseRetryFailsAlike() {
    WriteCommand write = Commands.putIf(2, "a", "2", 7);
    assertThat(leader.run(write)).isEqualTo(new CompareFailed(0));
    leader.run(Commands.put(3, "a", "1"));

    assertThat(leader.recorded(write).result()).isEqualTo(new CompareFailed(0));
  }

  @Test
  void otherRequestUnderAUsedIdIsRefusedAtAdmission() {
    leader.run(Commands.put(2, "a", "1"));

    assertRefused(
        leader.admission(Commands.put(2, "a", "2")).orElseThrow(), OutcomeCode.WRITE_ID_CONFLICT);
  }

  // ---- EveryWriteResolvable

  @Test
  void resolveBeforeTheWriteFencesItForGood() {
    ByteString write = leader.admit(Commands.put(2, "a", "1"));
    assertThat(leader.run(Commands.of(2, new Command.Resolve()))).isEqualTo(new Fenced());
    CommandOutcome outcome = leader.choose(write).get(0);

    assertThat(outcome.result()).isEqualTo(new Fenced());
    assertThat(outcome.replayed()).isTrue();
    assertThat(leader.read("a")).isEmpty();
    leader.flush();
    leader.crashAndRestart();
    assertThat(leader.recorded(Commands.put(2, "a", "1")).result()).isEqualTo(new Fenced());
    assertThat(leader.recorded(Commands.put(2, "b", "other")).result()).isEqualTo(new Fenced());
    assertThat(leader.recorded(Commands.of(2, new Command.Resolve())).result())
        .isEqualTo(new Fenced());
  }

  @Test
  void resolveAfterTheWriteGivesItsOutcome() {
    ByteString resolve = leader.admit(Commands.of(2, new Command.Resolve()));
    leader.run(Commands.put(2, "a", "1"));
    CommandOutcome outcome = leader.choose(resolve).get(0);

    assertThat(outcome.result()).isEqualTo(new Applied(1, 0));
    assertThat(outcome.replayed()).isTrue();
    assertThat(leader.recorded(Commands.of(2, new Command.Resolve())).result())
        .isEqualTo(new Applied(1, 0));
  }

  @Test
  void writeAndResolveInOneSlotAreDecidedByTheirOrder() {
    ByteString write = leader.admit(Commands.put(2, "a", "1"));
    ByteString resolve = leader.admit(Commands.of(2, new Command.Resolve()));

    assertThat(leader.choose(resolve, write))
        .extracting(CommandOutcome::result)
        .containsExactly(new Fenced(), new Fenced());
  }

  @Test
  void resolveOfAnExpiredIdIsExpiredAndFencesNothing() {
    ByteString resolve = leader.admit(Commands.of(2, new Command.Resolve()));
    leader.run(Commands.of(9, new Command.AdvanceHorizon(3)));

    assertThat(leader.choose(resolve))
        .extracting(CommandOutcome::result)
        .containsExactly(new WriteIdExpired());
    assertRefused(
        leader.admission(Commands.of(2, new Command.Resolve())).orElseThrow(),
        OutcomeCode.WRITE_ID_EXPIRED);
    assertThat(leader.core().state().nextWriteOrdinal()).isZero();
  }

  /**
   * Admitted in time, and past the horizon when its turn comes: nobody can tell a retry by then.
   */
  @Test
  void writeThatExpiresBetweenAdmissionAndApplyHasNoEffect() {
    ByteString write = leader.admit(Commands.put(2, "a", "1"));
    leader.run(Commands.of(9, new Command.AdvanceHorizon(3)));

    assertThat(leader.choose(write))
        .extracting(CommandOutcome::result)
        .containsExactly(new WriteIdExpired());
    assertThat(leader.read("a")).isEmpty();
  }

  // ---- The table

  @Test
  void tableHoldsTwoWindowsAndThenRefusesUntilTheHorizonMoves() {
    for (int n = 1; n <= 2 * WINDOW; n++) {
      leader.run(Commands.put(n, "a", "" + n));
    }
    WriteCommand oneMore = Commands.put(10, "a", "more");
    assertThat(leader.run(oneMore)).isEqualTo(new WriteIdsExhausted());
    assertThat(leader.read("a")).contains("" + 2 * WINDOW);
    assertThat(leader.lookup(Commands.id(10))).isEqualTo(new WriteLookup.Unknown());
    // Full or not, what is remembered is told, and housekeeping goes on.
    assertThat(leader.recorded(Commands.put(1, "a", "1")).result()).isEqualTo(new Applied(1, 0));
    leader.flush();
    leader.crashAndRestart();
    assertThat(leader.run(oneMore)).isEqualTo(new WriteIdsExhausted());
    leader.run(Commands.of(99, new Command.AdvanceHorizon(2)));

    assertThat(leader.run(oneMore)).isInstanceOf(Applied.class);
    assertThat(leader.run(Commands.put(11, "a", "x"))).isEqualTo(new WriteIdsExhausted());
  }

  @Test
  void resolveIsRefusedToWhereTheTableIsFull() {
    for (int n = 1; n <= 2 * WINDOW; n++) {
      leader.run(Commands.put(n, "a", "" + n));
    }

    assertThat(leader.run(Commands.of(10, new Command.Resolve())))
        .isEqualTo(new WriteIdsExhausted());
    assertThat(leader.recorded(Commands.of(1, new Command.Resolve())).result())
        .isEqualTo(new Applied(1, 0));
  }

  @Test
  void housekeepingIsNotRemembered() {
    leader.run(Commands.of(50, new Command.AdvanceHorizon(1)));
    leader.run(Commands.of(50, new Command.AdvanceHorizon(2)));

    assertThat(leader.core().state().nextWriteOrdinal()).isZero();
    assertThat(leader.core().state().horizonMillis()).isEqualTo(2);
  }
}
