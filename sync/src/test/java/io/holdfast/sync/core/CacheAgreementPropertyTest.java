package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.core.CommandResult.CoverageViolation;
import io.holdfast.sync.core.CommandResult.HorizonExceeded;
import io.holdfast.sync.core.CommandResult.WriteIdsExhausted;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/**
 * Three replicas of one log, each of which may admit, lags, flushes, collects and restarts as it
 * happens, with a cache that rotates all the time and plans that wait. They must agree with one
 * another, and with a machine that never restarts, never rotates and has every value cached.
 */
class CacheAgreementPropertyTest {

  private static final int KEYS = 6;
  private static final int STEPS = 250;

  private Random random = new Random(0);
  private List<Batch> log = new ArrayList<>();
  private List<SteppedReplica> replicas = List.of();
  private List<InMemoryReplicaStore> stores = List.of();
  // Admitted, and not chosen yet.
  private final List<ByteString> onTheirWay = new ArrayList<>();
  // The group's terms and no restarts; and none of what the cache refuses.
  private StateMachine witness = StateMachine.restore(RestoredState.empty(StateTerms.DEFAULTS));
  private StateMachine plain = witness;
  private final List<Digest> chain = new ArrayList<>();
  private final TreeMap<Long, List<KeyRecord>> history = new TreeMap<>();

  @Property(tries = 300)
  @StatisticsReport(StatisticsReportMode.OFF)
  void allAgreeWhateverIsFlushedAndRestarted(@ForAll long seed) {
    begin(seed);
    for (int step = 0; step < STEPS; step++) {
      step();
    }
    replicas.forEach(SteppedReplica::releaseStore);
    for (SteppedReplica replica : replicas) {
      replica.catchUp();
      assertThat(chain).last().isEqualTo(replica.core().state().chainHash());
      assertAgrees(replica);
      replica.flush();
      replica.crashAndRestart();
      assertAgrees(replica);
      assertReadsEveryRevision(replica);
    }
    ApplyCounts counts = witness.counts();
    Statistics.label("refused for the horizon")
        .collect(counts.horizonRefusals() > 0)
        .coverage(c -> c.check(true).percentage(p -> p > 20));
    Statistics.label("shipped values")
        .collect(counts.shippedValues() > 0)
        .coverage(c -> c.check(true).percentage(p -> p > 80));
    Statistics.label("rotations")
        .collect(counts.rotations() > 5)
        .coverage(c -> c.check(true).percentage(p -> p > 80));
  }

  private void begin(long seed) {
    random = new Random(seed);
    log = new ArrayList<>();
    onTheirWay.clear();
    chain.clear();
    history.clear();
    StateTerms terms = new StateTerms(40, 1 + random.nextInt(16), 500 + random.nextInt(4000));
    stores =
        List.of(
            new InMemoryReplicaStore(terms),
            new InMemoryReplicaStore(terms),
            new InMemoryReplicaStore(terms));
    replicas =
        stores.stream()
            .map(store -> new SteppedReplica(store, log, SteppedReplica.SETTINGS))
            .toList();
    witness = StateMachine.restore(RestoredState.empty(terms));
    plain =
        StateMachine.restore(
            RestoredState.empty(new StateTerms(1_000_000, Long.MAX_VALUE, Long.MAX_VALUE)));
  }

  // ---- What happens

  private void step() {
    int who = random.nextInt(replicas.size());
    SteppedReplica replica = replicas.get(who);
    switch (random.nextInt(13)) {
      case 0 -> replica.pass(SteppedReplica.SETTINGS.flushInterval());
      case 1 -> {
        if (random.nextInt(3) == 0) {
          replica.crashAndRestart(random.nextInt(5));
        }
      }
      case 2 -> replica.catchUp(random.nextInt(4));
      case 3 -> stores.get(who).collect();
      case 4 -> replica.holdStore();
      case 5 -> keep(replica.releaseStore());
      case 6, 7, 8 -> choose();
      default -> {
        // A leader is seldom behind.
        replica.catchUp(random.nextInt(6) == 0 ? 1 : Integer.MAX_VALUE);
        for (int n = random.nextInt(4); n >= 0; n--) {
          keep(replica.on(new ReplicaInput.Admit(0, randomWrite())));
        }
      }
    }
  }

  private void keep(List<ReplicaEffect> effects) {
    for (ReplicaEffect effect : effects) {
      if (effect instanceof ReplicaEffect.Admitted admitted) {
        onTheirWay.add(admitted.entry());
      }
    }
  }

  /** Some of what waits is chosen, not always in order, and some of it a second time. */
  private void choose() {
    List<ByteString> entries = new ArrayList<>();
    for (int n = random.nextInt(8); n > 0 && !onTheirWay.isEmpty(); n--) {
      int at = random.nextInt(4) == 0 ? random.nextInt(onTheirWay.size()) : 0;
      entries.add(random.nextInt(8) == 0 ? onTheirWay.get(at) : onTheirWay.remove(at));
    }
    Batch batch = SteppedReplica.batchOf(entries.toArray(new ByteString[0]));
    log.add(batch);
    Slot slot = new Slot(log.size());
    ApplyResult result = witness.apply(slot, batch);
    chain.add(result.chainHash());
    List<BatchEntry> executed = new ArrayList<>();
    List<CommandOutcome> expected = new ArrayList<>();
    for (int n = 0; n < entries.size(); n++) {
      CommandResult outcome = result.outcomes().get(n).result();
      assertThat(outcome).isNotInstanceOf(CoverageViolation.class);
      boolean refused = outcome instanceof HorizonExceeded || outcome instanceof WriteIdsExhausted;
      if (!refused) {
        executed.add(new BatchEntry.CommandEntry(withoutShipped(entries.get(n))));
        expected.add(result.outcomes().get(n));
      }
    }
    assertThat(plain.apply(slot, BatchFormat.encode(executed)).outcomes()).isEqualTo(expected);
    history.put(plain.revision(), records());
  }

  /** The plain machine has every value: what a plan brings must not matter. */
  private static ByteString withoutShipped(ByteString entry) {
    WriteCommand write = CommandCodec.decode(entry);
    Plan plan = write.plan().orElseThrow();
    return CommandCodec.encode(
        write.with(new Plan(plan.generation(), plan.covers(), plan.leases(), List.of())));
  }

  private List<KeyRecord> records() {
    List<KeyRecord> records = new ArrayList<>();
    for (ByteString key : new StateInspection(plain.parts()).keys().keySet()) {
      records.add(new KeyRecord(key, plain.cached(key).orElseThrow()));
    }
    return records;
  }

  // ---- What is asked for

  private WriteCommand randomWrite() {
    long id = 1L + random.nextInt(6 * STEPS) + plain.parts().writeIds().horizonMillis();
    return Commands.of(id, randomCommand());
  }

  private ByteString key() {
    return Commands.bytes("k" + random.nextInt(KEYS));
  }

  private ByteString value() {
    return Commands.bytes("v" + random.nextInt(3) + "x".repeat(random.nextInt(40)));
  }

  private long lease() {
    return random.nextInt(4) == 0 ? 1L + random.nextInt(20) : 0;
  }

  private KeyRange keys() {
    return switch (random.nextInt(4)) {
      case 0 -> KeyRange.ALL;
      case 1 -> Commands.range("k1", "k" + (2 + random.nextInt(KEYS)));
      default -> KeyRange.key(key());
    };
  }

  private Command randomCommand() {
    return switch (random.nextInt(16)) {
      case 0, 1 -> new Command.Put(key(), value(), lease());
      case 2 -> new Command.PutIf(key(), value(), random.nextInt(20), lease());
      case 3 -> new Command.Delete(key());
      case 4 -> new Command.DeleteIf(key(), random.nextInt(20));
      case 5 -> new Command.Resolve();
      case 6 -> new Command.GrantLease(1000);
      case 7 -> new Command.KeepAlive(1L + random.nextInt(20));
      case 8 -> new Command.RevokeLease(1L + random.nextInt(20));
      case 9 -> new Command.ExpireLease(1L + random.nextInt(20), random.nextInt(2));
      case 10 ->
          random.nextInt(3) == 0
              ? new Command.Compact(1L + random.nextInt((int) plain.revision() + 1))
              : new Command.AdvanceHorizon(random.nextInt(1 + log.size()));
      default -> transaction(2);
    };
  }

  private Command.Transaction transaction(int depth) {
    List<Comparison> conditions = new ArrayList<>();
    for (int n = random.nextInt(3); n > 0; n--) {
      conditions.add(condition());
    }
    return new Command.Transaction(conditions, operations(depth), operations(depth));
  }

  private Comparison condition() {
    Comparison.Relation relation =
        Comparison.Relation.values()[random.nextInt(Comparison.Relation.values().length)];
    return switch (random.nextInt(4)) {
      case 0 -> Comparison.presence(keys(), random.nextBoolean());
      case 1 ->
          Comparison.number(keys(), Comparison.Field.MOD_REVISION, relation, random.nextInt(30));
      default -> Comparison.value(keys(), relation, value());
    };
  }

  private List<Operation> operations(int depth) {
    List<Operation> operations = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      operations.add(
          switch (random.nextInt(depth > 0 ? 5 : 4)) {
            case 0 -> new Operation.Put(key(), value(), lease());
            case 1 -> new Operation.Delete(keys());
            case 2, 3 ->
                new Operation.Read(
                    keys(), 1 + random.nextInt(4), ReadDetail.values()[random.nextInt(3)]);
            default -> new Operation.Nested(transaction(depth - 1));
          });
    }
    return operations;
  }

  // ---- What must hold

  private void assertAgrees(SteppedReplica replica) {
    StateInspection seen = replica.core().inspection();
    StateInspection expected = new StateInspection(witness.parts());
    assertThat(replica.core().state()).isEqualTo(witness.header());
    assertThat(seen.currentGeneration()).isEqualTo(expected.currentGeneration());
    assertThat(seen.previousGeneration()).isEqualTo(expected.previousGeneration());
    assertThat(seen.keys()).isEqualTo(new StateInspection(plain.parts()).keys());
    assertThat(seen.leases()).isEqualTo(new StateInspection(plain.parts()).leases());
  }

  private void assertReadsEveryRevision(SteppedReplica replica) {
    long compacted = plain.header().compacted();
    history
        .tailMap(Math.max(1, compacted), true)
        .forEach(
            (revision, records) -> {
              ReadResult.Records read =
                  (ReadResult.Records)
                      replica.query(
                          new ReadQuery(
                              KeyRange.ALL, OptionalLong.of(revision), 100, ReadDetail.RECORDS));
              assertThat(read.records()).as("revision %d", revision).isEqualTo(records);
            });
  }
}
