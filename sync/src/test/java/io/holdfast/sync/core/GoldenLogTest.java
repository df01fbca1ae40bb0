package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.core.CommandResult.HorizonExceeded;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A log that an older build wrote is applied by this one as it was then: the same outcomes byte for
 * byte and the same chain of hashes, from its beginning and from wherever a store left off. The
 * file is never written anew but by {@code -Dholdfast.transcripts=rewrite}, and that is a break
 * with every log there is.
 */
class GoldenLogTest {

  private static final StateTerms TERMS = new StateTerms(8, 4, 300);
  private static final GoldenLog FILE = GoldenLog.of("log-v2.txt");

  // ---- The log as this build writes it

  private static WriteCommand of(long id, Command command) {
    return Commands.of(id, command);
  }

  /** Commands with plans and without, and each outcome that a log can lead to. */
  private static SteppedReplica written(List<Batch> log) {
    SteppedReplica leader =
        new SteppedReplica(new InMemoryReplicaStore(TERMS), log, SteppedReplica.SETTINGS);
    // Version 1: no plans.
    leader.choose(
        CommandCodec.encode(Commands.put(1, "a", "1")),
        CommandCodec.encode(Commands.putIf(2, "b", "1", 0)),
        CommandCodec.encode(Commands.delete(3, "a")));
    leader.choose(
        CommandCodec.encode(Commands.deleteIf(4, "b", 7)),
        CommandCodec.encode(Commands.put(1, "a", "1")),
        CommandCodec.encode(Commands.put(2, "a", "other")),
        Commands.bytes("no command"));
    leader.run(of(5, new Command.AdvanceHorizon(3)));
    leader.choose(CommandCodec.encode(Commands.put(2, "late", "1")));
    log.add(Batch.NO_OP);
    // Version 2: plans, with values of every place.
    leader.run(Commands.put(6, "k1", "one"));
    leader.run(Commands.put(7, "k2", "two"));
    ByteString held =
        leader.admit(
            Commands.transaction(
                8,
                List.of(
                    Commands.has("k1", "one"),
                    Comparison.number(
                        Commands.key("k2"), Comparison.Field.VERSION, Comparison.Relation.LESS, 2)),
                List.of(
                    Commands.set("k1", "uno"),
                    Commands.get(Commands.range("k", "l")),
                    Commands.remove(Commands.key("b")),
                    new Operation.Read(KeyRange.ALL, 1, ReadDetail.KEYS)),
                List.of(new Operation.Read(KeyRange.ALL, 5, ReadDetail.COUNT))));
    leader.choose(held);
    leader.choose(held);
    leader.run(
        Commands.transaction(
            9,
            List.of(
                Comparison.presence(Commands.range("x", "z"), true),
                Comparison.value(
                    Commands.range("k", "l"), Comparison.Relation.GREATER, Commands.bytes("a"))),
            List.of(Commands.set("never", "1")),
            List.of(
                new Operation.Nested(
                    new Command.Transaction(
                        List.of(Commands.has("k2", "two")),
                        List.of(Commands.set("k3", "three"), Commands.get("k3")),
                        List.of())))));
    // Leases.
    leader.run(of(10, new Command.GrantLease(5000)));
    long lease = leader.core().state().revision();
    leader.run(of(11, new Command.Put(Commands.bytes("held"), Commands.bytes("v"), lease)));
    leader.run(of(12, new Command.AdvanceHorizon(8)));
    leader.run(of(12, new Command.KeepAlive(lease)));
    leader.run(of(13, new Command.ExpireLease(lease, 0)));
    leader.run(of(13, new Command.ExpireLease(lease, 1)));
    leader.run(of(14, new Command.KeepAlive(lease)));
    leader.run(of(15, new Command.GrantLease(100)));
    leader.run(of(16, new Command.RevokeLease(leader.core().state().revision())));
    // Resolve, before and after.
    leader.run(of(17, new Command.Resolve()));
    ByteString fenced = CommandCodec.encode(Commands.put(17, "fenced", "1"));
    leader.choose(fenced, CommandCodec.encode(of(16, new Command.Resolve())));
    leader.run(of(18, new Command.AdvanceHorizon(13)));
    // A plan that is too old, and one that covers too little.
    ByteString stale =
        leader.admit(
            Commands.transaction(
                19,
                List.of(Commands.has("k1", "uno")),
                List.of(Commands.set("k1", "x")),
                List.of()));
    for (int n = 20; n < 23; n++) {
      leader.choose(leader.admit(Commands.put(n, "k1", "v".repeat(400))));
    }
    leader.choose(stale);
    leader.choose(
        CommandCodec.encode(
            of(23, new Command.Delete(Commands.bytes("k9")))
                .with(new Plan(leader.generation() - 2, List.of(), List.of(), List.of()))),
        CommandCodec.encode(
            Commands.transaction(23, List.of(), List.of(Commands.get("k1")), List.of())
                .with(new Plan(leader.generation(), List.of(), List.of(), List.of()))));
    // History and a full table.
    leader.run(of(24, new Command.Compact(5)));
    leader.run(Commands.delete(25, "k1"));
    for (int n = 26; n < 40; n++) {
      leader.run(n == 27 ? Commands.delete(n, "absent") : Commands.put(n, "k" + n % 5, "v" + n));
    }
    leader.run(of(40, new Command.AdvanceHorizon(40)));
    leader.run(Commands.put(41, "end", "1"));
    return leader;
  }

  // ---- Tests

  @Test
  void thisBuildWritesAndExecutesTheLogAsItStandsInTheFile() throws IOException {
    List<Batch> log = new ArrayList<>();
    written(log);
    FILE.assertIs(GoldenLog.text(StateMachine.restore(RestoredState.empty(TERMS)), log));
  }

  /** A plan written by an older build applies identically after an upgrade. */
  @Test
  void logOfAnOlderBuildIsAppliedAsThen() throws IOException {
    List<GoldenLog.Executed> slots = FILE.slots();
    assertThat(slots).hasSizeGreaterThan(40);

    GoldenLog.assertAppliedAsThen(StateMachine.restore(RestoredState.empty(TERMS)), slots);
  }

  @Test
  void logOfAnOlderBuildIsAppliedAsThenFromWhereverAStoreLeftOff() throws IOException {
    List<GoldenLog.Executed> slots = FILE.slots();
    for (int prefix = 1; prefix <= slots.size(); prefix++) {
      InMemoryReplicaStore store = new InMemoryReplicaStore(TERMS);
      StateMachine machine = StateMachine.restore(store.load());
      for (int n = 0; n < prefix; n++) {
        machine.apply(new Slot(n + 1L), slots.get(n).batch());
        if (n % 7 == 6) {
          store.flush(machine.takeDelta());
        }
      }
      store.flush(machine.takeDelta());
      StateMachine restored = StateMachine.restore(store.load());
      assertThat(restored.chainHash()).isEqualTo(slots.get(prefix - 1).chainHash());
      GoldenLog.assertAppliedAsThen(restored, slots);
      GoldenLog.assertAppliedAsThen(machine, slots);
      assertThat(restored.header()).isEqualTo(machine.header());
    }
  }

  @Test
  void logHasEveryKindOfOutcomeThatACommandCanLeadTo() throws IOException {
    Set<String> kinds =
        FILE.slots().stream()
            .flatMap(slot -> slot.outcomes().stream())
            .map(o -> CommandCodec.decodeOutcome(o).result().getClass().getSimpleName())
            .collect(Collectors.toSet());

    assertThat(kinds)
        .contains(
            "Applied",
            "Unchanged",
            "CompareFailed",
            "TransactionDone",
            "LeaseAlive",
            "LeaseNotFound",
            "Compacted",
            "Fenced",
            "Housekept",
            "WriteIdConflict",
            "WriteIdExpired",
            "Invalid",
            "HorizonExceeded",
            "CoverageViolation",
            "WriteIdsExhausted");
  }

  /** The forms of golden/sync.txt, which software without plans wrote, and the bytes they gave. */
  @Test
  void commandsWithoutPlansGiveTheOutcomesOfOldByteForByte() throws IOException {
    Map<String, ByteString> forms;
    try (InputStream golden = GoldenLogTest.class.getResourceAsStream("/golden/sync.txt")) {
      assertThat(golden).isNotNull();
      forms =
          new String(golden.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.split(" ", 2))
              .collect(Collectors.toMap(line -> line[0], line -> ByteString.fromHex(line[1])));
    }
    List<BatchEntry> entries = new ArrayList<>();
    for (String form : List.of("Put", "PutIf", "Delete", "DeleteIf", "Put")) {
      entries.add(new BatchEntry.CommandEntry(forms.getOrDefault(form, ByteString.EMPTY)));
    }
    ApplyResult result =
        StateMachine.restore(RestoredState.empty(TERMS))
            .apply(new Slot(1), BatchFormat.encode(entries));

    assertThat(result.encodedOutcomes().stream().map(GoldenLog::hex))
        .containsExactly(
            "0801100122040a020801",
            "0801100122041a020801",
            "0801100122060a0408021001",
            "08011001220412020802",
            "08011001180122040a020801");
  }

  @Test
  void refusedPlanOfTheLogTouchesNothing() throws IOException {
    StateMachine machine = StateMachine.restore(RestoredState.empty(TERMS));
    int refused = 0;
    List<GoldenLog.Executed> slots = FILE.slots();
    for (int n = 0; n < slots.size(); n++) {
      Set<ByteString> before = Set.copyOf(machine.parts().cache().current().keySet());
      ApplyResult result = machine.apply(new Slot(n + 1L), slots.get(n).batch());
      if (result.outcomes().size() == 1
          && result.outcomes().get(0).result() instanceof HorizonExceeded) {
        refused++;
        assertThat(machine.parts().cache().current().keySet()).isEqualTo(before);
      }
    }
    assertThat(refused).isPositive();
  }
}
