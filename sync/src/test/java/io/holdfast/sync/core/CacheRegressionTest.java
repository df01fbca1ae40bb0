package io.holdfast.sync.core;

import static io.holdfast.sync.core.SteppedReplica.rotatingAfter;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.CoverageViolation;
import io.holdfast.sync.core.CommandResult.HorizonExceeded;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.JdbcReplicaStore;
import io.holdfast.sync.store.ReplicaStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schedules that the rules about plans and generations were made for (section 5). */
class CacheRegressionTest {

  private static final StateTerms TERMS = rotatingAfter(2);

  private final List<Batch> log = new ArrayList<>();
  private final InMemoryReplicaStore memory = new InMemoryReplicaStore(TERMS);
  private final SteppedReplica leader = replica(memory);
  private long lastId;

  private SteppedReplica replica(ReplicaStore store) {
    return new SteppedReplica(store, log, SteppedReplica.SETTINGS);
  }

  private WriteCommand put(String key, String value) {
    return Commands.put(++lastId, key, value);
  }

  private WriteCommand delete(String key) {
    return Commands.delete(++lastId, key);
  }

  /** Sets {@code flag} if the key has this value. */
  private WriteCommand flagIf(String key, String value) {
    return Commands.transaction(
        ++lastId,
        List.of(Commands.has(key, value)),
        List.of(Commands.set("flag", "set")),
        List.of());
  }

  /** Two commands that have nothing to do with the others, in a slot of their own. */
  private void rotate() {
    long before = leader.generation();
    leader.choose(leader.admit(put("other", "1")), leader.admit(put("other", "2")));
    assertThat(leader.generation()).isGreaterThan(before);
  }

  private static SortedMap<ByteString, Optional<ByteString>> cachedAt(
      SteppedReplica replica, boolean current) {
    StateInspection state = replica.core().inspection();
    return current ? state.currentGeneration() : state.previousGeneration();
  }

  private static void assertAlike(SteppedReplica one, SteppedReplica other) {
    assertThat(other.core().state()).isEqualTo(one.core().state());
    assertThat(cachedAt(other, true)).isEqualTo(cachedAt(one, true));
    assertThat(cachedAt(other, false)).isEqualTo(cachedAt(one, false));
    assertThat(other.core().inspection().keys()).isEqualTo(one.core().inspection().keys());
    assertThat(other.core().inspection().leases()).isEqualTo(one.core().inspection().leases());
  }

  // ---- Delete across a rotation

  /** Protocol section 5: "the race to keep as a test". */
  @Test
  void deleteAdmittedOnAMissSucceedsAcrossARotationAndStaysDeletedAtEveryReplica(
      @TempDir Path folder) {
    try (JdbcReplicaStore file = JdbcReplicaStore.open(folder.resolve("b"), TERMS)) {
      SteppedReplica onFile = replica(file);
      SteppedReplica late = replica(new InMemoryReplicaStore(TERMS));
      ByteString delete = leader.admit(delete("k"));
      leader.choose(leader.admit(put("k", "1")));
      leader.choose(leader.admit(put("other", "1")));
      assertThat(leader.generation()).isEqualTo(1);
      assertThat(cachedAt(leader, true)).isEmpty();

      assertThat(leader.choose(delete))
          .extracting(CommandOutcome::result)
          .containsExactly(new Applied(3, 1));
      leader.flush();
      leader.crashAndRestart();
      onFile.catchUp();
      onFile.flush();
      onFile.crashAndRestart();
      late.catchUp();
      for (SteppedReplica replica : List.of(leader, onFile, late)) {
        assertThat(replica.read("k")).isEmpty();
        assertThat(cachedAt(replica, true)).containsEntry(Commands.bytes("k"), Optional.empty());
        assertAlike(leader, replica);
      }
      rotate();
      rotate();
      for (SteppedReplica replica : List.of(onFile, late)) {
        replica.catchUp();
        assertThat(replica.read("k")).isEmpty();
        assertAlike(leader, replica);
      }
    }
  }

  @Test
  void deleteAdmittedOnAMissSucceedsThoughItCrashesBeforeTheFlush() {
    ByteString delete = leader.admit(delete("k"));
    leader.choose(leader.admit(put("k", "1")));
    leader.choose(leader.admit(put("other", "1")));
    leader.flush();
    leader.choose(delete);
    leader.crashAndRestart();

    assertThat(leader.read("k")).isEmpty();
    assertThat(leader.core().inspection().inMemory(Commands.bytes("k"))).isEmpty();
  }

  @Test
  void deleteWhereOnlyThePreviousGenerationHasTheKeyShadowsIt() {
    leader.run(put("k", "1"));
    leader.run(put("other", "1"));
    assertThat(cachedAt(leader, true)).isEmpty();
    assertThat(cachedAt(leader, false)).containsKey(Commands.bytes("k"));

    assertThat(leader.run(delete("k"))).isEqualTo(new Applied(3, 1));

    assertThat(cachedAt(leader, true)).containsEntry(Commands.bytes("k"), Optional.empty());
    assertThat(leader.read("k")).isEmpty();
    leader.flush();
    SteppedReplica restarted = replica(memory);
    assertAlike(leader, restarted);
    assertThat(restarted.read("k")).isEmpty();
    assertThat(leader.run(flagIf("k", "1"))).isInstanceOf(TransactionDone.class);
    assertThat(leader.read("flag")).isEmpty();
  }

  // ---- CoveredOnly

  @Test
  void readOfAnUncoveredKeyIsACoverageViolationWithoutEffectAndNotRecorded() {
    leader.run(put("k", "1"));
    for (Command.Transaction reads :
        List.of(
            new Command.Transaction(
                List.of(Commands.has("k", "1")), List.of(Commands.set("flag", "set")), List.of()),
            new Command.Transaction(
                List.of(), List.of(Commands.set("flag", "set"), Commands.get("k")), List.of()))) {
      WriteCommand write = Commands.of(++lastId, reads);
      StateHeader before = leader.core().state();
      Plan tooNarrow =
          new Plan(leader.generation(), List.of(Commands.key("flag")), List.of(), List.of());
      CommandResult result =
          leader.choose(CommandCodec.encode(write.with(tooNarrow))).get(0).result();

      assertThat(result).isEqualTo(new CoverageViolation());
      assertThat(leader.read("flag")).isEmpty();
      assertThat(leader.core().state().revision()).isEqualTo(before.revision());
      assertThat(leader.core().state().nextWriteOrdinal()).isEqualTo(before.nextWriteOrdinal());
      assertThat(leader.lookup(write.id())).isEqualTo(new WriteLookup.Unknown());
      // The same write, admitted as it should be, is executed: nothing stands in its way.
      assertThat(leader.run(write)).isInstanceOf(TransactionDone.class);
      leader.run(delete("flag"));
    }
    assertThat(leader.core().counts().applied().coverageViolations()).isEqualTo(2);
  }

  @Test
  void writeAndDeleteOfWhatIsNotCoveredAreCoverageViolations() {
    leader.run(put("k", "1"));
    for (Operation operation :
        List.of(
            Commands.set("k", "2"),
            Commands.remove(Commands.key("k")),
            Commands.remove(Commands.range("a", "z")),
            Commands.get(Commands.range("j", "m")))) {
      WriteCommand write = Commands.transaction(++lastId, List.of(), List.of(operation), List.of());
      Plan narrow =
          new Plan(leader.generation(), List.of(Commands.range("l", "z")), List.of(), List.of());

      assertThat(leader.choose(CommandCodec.encode(write.with(narrow))))
          .extracting(CommandOutcome::result)
          .containsExactly(new CoverageViolation());
    }
    assertThat(leader.read("k")).contains("1");
  }

  @Test
  void endingALeaseThatIsNotCoveredIsACoverageViolation() {
    leader.run(Commands.of(++lastId, new Command.GrantLease(1000)));
    Plan none = new Plan(leader.generation(), List.of(), List.of(2L), List.of());
    for (Command end : List.of(new Command.RevokeLease(1), new Command.ExpireLease(1, 0))) {
      WriteCommand write = Commands.of(++lastId, end);

      assertThat(leader.choose(CommandCodec.encode(write.with(none))))
          .extracting(CommandOutcome::result)
          .containsExactly(new CoverageViolation());
    }
    assertThat(leader.core().inspection().leases()).containsExactly(new Lease(1, 1000, 0));
  }

  // ---- AtMostOneRotation

  @Test
  void commandTwoRotationsAfterItsAdmissionIsRefusedAlikeEverywhereAndTouchesNothing() {
    leader.run(put("k", "old"));
    rotate();
    rotate();
    leader.flush();
    ByteString stale = leader.admit(flagIf("k", "old"));
    assertThat(CommandCodec.decode(stale).plan().orElseThrow().shipped()).hasSize(1);
    leader.run(put("k", "new"));
    rotate();
    rotate();
    leader.flush();
    assertThat(leader.core().inspection().inMemory(Commands.bytes("k"))).isEmpty();
    long commands = leader.core().state().generationCommands();
    List<CommandOutcome> outcomes = leader.choose(stale);

    assertThat(outcomes).extracting(CommandOutcome::result).containsExactly(new HorizonExceeded());
    assertThat(leader.core().state().generationCommands()).isEqualTo(commands + 1);
    assertThat(cachedAt(leader, true)).isEmpty();
    assertThat(leader.core().inspection().inMemory(Commands.bytes("k"))).isEmpty();
    assertThat(leader.read("k")).contains("new");
    assertThat(leader.lookup(CommandCodec.decode(stale).id())).isEqualTo(new WriteLookup.Unknown());
    assertThat(leader.core().counts().applied().horizonRefusals()).isEqualTo(1);
    SteppedReplica other = replica(new InMemoryReplicaStore(TERMS));
    assertThat(other.catchUp()).isEqualTo(outcomes);
    assertAlike(leader, other);
    // Admitted again under the same id it is executed, and finds what is there now.
    WriteCommand write = CommandCodec.decode(stale);
    TransactionDone done =
        (TransactionDone)
            leader.run(
                new WriteCommand(
                    write.id(), write.requestDigest(), write.command(), Optional.empty()));
    assertThat(done.succeeded()).isFalse();
  }

  @Test
  void oneRotationAfterItsAdmissionACommandIsExecuted() {
    leader.run(put("k", "old"));
    rotate();
    rotate();
    leader.flush();
    ByteString admitted = leader.admit(flagIf("k", "old"));
    rotate();
    leader.choose(admitted);

    assertThat(leader.read("flag")).contains("set");
  }

  @Test
  void commandIsRefusedAtAdmissionWhereTwoRotationsAreOnTheirWay() {
    for (int n = 0; n < 4; n++) {
      leader.admit(put("k" + n, "1"));
    }
    ReplicaEffect answer = leader.admission(put("k", "1")).orElseThrow();

    assertThat(answer)
        .isInstanceOfSatisfying(
            ReplicaEffect.AdmissionRefused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.CACHE_HORIZON_EXCEEDED));
    // Those that were lost are not expected for ever.
    leader.pass(SteppedReplica.SETTINGS.serving().maxExpectedWait().plusMillis(1));
    assertThat(leader.admission(put("k", "1")).orElseThrow())
        .isInstanceOf(ReplicaEffect.Admitted.class);
  }

  @Test
  void commandsThatAreAppliedMakeRoomForOthers() {
    ByteString first = leader.admit(put("k", "1"));
    ByteString second = leader.admit(put("l", "1"));
    leader.admit(put("lost", "1"));
    leader.admit(put("lost too", "1"));
    leader.choose(first, second);

    assertThat(leader.generation()).isEqualTo(1);
    assertThat(leader.admission(put("m", "1")).orElseThrow())
        .isInstanceOf(ReplicaEffect.Admitted.class);
  }

  // ---- FreshBeatsShipped

  @Test
  void freshCachedValueBeatsAStaleShippedOne() {
    leader.run(put("k", "old"));
    rotate();
    rotate();
    leader.flush();
    ByteString stale = leader.admit(flagIf("k", "old"));
    leader.run(put("k", "new"));
    rotate();
    TransactionDone done = (TransactionDone) leader.choose(stale).get(0).result();

    assertThat(done.succeeded()).isFalse();
    assertThat(leader.read("flag")).isEmpty();
    assertThat(cachedAt(leader, true))
        .containsEntry(Commands.bytes("k"), Optional.of(Commands.bytes("new")));
  }

  @Test
  void freshTombstoneBeatsAStaleShippedValue() {
    leader.run(put("k", "old"));
    rotate();
    rotate();
    leader.flush();
    ByteString stale = leader.admit(flagIf("k", "old"));
    leader.run(delete("k"));
    rotate();
    leader.choose(stale);

    assertThat(leader.read("flag")).isEmpty();
    assertThat(leader.read("k")).isEmpty();
    assertThat(cachedAt(leader, true)).containsEntry(Commands.bytes("k"), Optional.empty());
  }

  @Test
  void valueThatTheStoreGivesAfterAChangeIsThatOfAdmissionAndIsNotUsed() {
    leader.run(put("k", "old"));
    rotate();
    rotate();
    leader.flush();
    leader.holdStore();
    assertThat(leader.admission(flagIf("k", "old"))).isEmpty();
    assertThat(leader.questionsWaiting()).isEqualTo(1);
    leader.run(put("k", "new"));
    ReplicaEffect.Admitted admitted = (ReplicaEffect.Admitted) leader.releaseStore().get(0);
    assertThat(CommandCodec.decode(admitted.entry()).plan().orElseThrow().generation())
        .isEqualTo(leader.generation());
    leader.choose(admitted.entry());

    assertThat(leader.read("flag")).isEmpty();
  }

  // ---- CacheEqualsDisk

  @Test
  void replicaInstalledFromAStoreHasTheGenerationsOfItsPeers(@TempDir Path folder) {
    try (JdbcReplicaStore file = JdbcReplicaStore.open(folder.resolve("b"), TERMS)) {
      SteppedReplica onFile = replica(file);
      for (int n = 0; n < 9; n++) {
        leader.run(n % 4 == 3 ? delete("k" + (n - 2)) : put("k" + n, "v" + n));
        leader.flush();
        onFile.catchUp();
        if (n % 2 == 0) {
          onFile.flush();
        }
        assertAlike(leader, replica(memory));
        assertAlike(leader, onFile);
      }
      onFile.flush();
      onFile.crashAndRestart();
      assertAlike(leader, onFile);
      // From here on both execute alike, the one that was never restarted too.
      ByteString plan = leader.admit(flagIf("k5", "v5"));
      SteppedReplica installed = replica(memory);
      assertThat(installed.admit(CommandCodec.decode(plan))).isEqualTo(plan);
      leader.choose(plan);
      installed.catchUp();
      onFile.catchUp();
      assertAlike(leader, installed);
      assertAlike(leader, onFile);
    }
  }
}
