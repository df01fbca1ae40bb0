package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a plan covers and ships, and what the leader refuses (section 5). */
class AdmissionTest {

  private static final StateTerms TERMS = SteppedReplica.rotatingAfter(4);

  private final InMemoryReplicaStore memory = new InMemoryReplicaStore(TERMS);
  private final SteppedReplica leader =
      new SteppedReplica(memory, new ArrayList<>(), SteppedReplica.SETTINGS);
  private long lastId;

  private void put(String key, String value) {
    leader.run(Commands.put(++lastId, key, value));
  }

  private WriteCommand transaction(List<Comparison> conditions, Operation... then) {
    return Commands.transaction(++lastId, conditions, List.of(then), List.of());
  }

  private Plan plan(WriteCommand write) {
    return CommandCodec.decode(leader.admit(write)).plan().orElseThrow();
  }

  private void rotate() {
    long generation = leader.generation();
    while (leader.generation() == generation) {
      put("other", "1");
    }
  }

  /** In the store, and nowhere else. */
  private void cold(String key, String value) {
    put(key, value);
    rotate();
    rotate();
    leader.flush();
  }

  private static OutcomeCode refusal(ReplicaEffect answer) {
    assertThat(answer).isInstanceOf(ReplicaEffect.AdmissionRefused.class);
    return ((ReplicaEffect.AdmissionRefused) answer).code();
  }

  // ---- What is shipped

  @Test
  void commandsThatReadNoValueAskNoStoreAndShipNothing() {
    cold("k", "v");
    long reads = leader.store().reads();
    for (Command command :
        List.of(
            new Command.Put(Commands.bytes("k"), Commands.bytes("w")),
            new Command.PutIf(Commands.bytes("k"), Commands.bytes("w"), 1),
            new Command.Delete(Commands.bytes("k")),
            new Command.Transaction(
                List.of(
                    Comparison.presence(Commands.key("k"), true),
                    Comparison.number(
                        Commands.range("a", "z"),
                        Comparison.Field.VERSION,
                        Comparison.Relation.GREATER,
                        0)),
                List.of(
                    Commands.set("k", "w"),
                    new Operation.Read(KeyRange.ALL, 10, ReadDetail.KEYS),
                    new Operation.Read(KeyRange.ALL, 10, ReadDetail.COUNT),
                    Commands.remove(KeyRange.ALL)),
                List.of()))) {
      assertThat(plan(Commands.of(++lastId, command)).shipped()).isEmpty();
    }
    assertThat(leader.store().reads()).isEqualTo(reads);
    assertThat(leader.core().counts().admissionStoreReads()).isZero();
  }

  @Test
  void shipsWhatTheCurrentGenerationLacksFromWhereverItIs() {
    cold("cold", "in the store");
    put("unflushed", "in the overlay");
    rotate();
    put("previous", "in gen1");
    rotate();
    put("current", "in gen0");
    Plan plan =
        plan(
            transaction(
                List.of(
                    Commands.has("cold", ""),
                    Commands.has("unflushed", ""),
                    Commands.has("previous", ""),
                    Commands.has("current", ""),
                    Commands.has("absent", ""))));

    assertThat(plan.generation()).isEqualTo(leader.generation());
    assertThat(plan.shipped())
        .extracting(one -> one.key().toStringUtf8(), one -> one.value().toStringUtf8())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("cold", "in the store"),
            org.assertj.core.groups.Tuple.tuple("unflushed", "in the overlay"),
            org.assertj.core.groups.Tuple.tuple("previous", "in gen1"));
    assertThat(plan.shipped())
        .allSatisfy(
            one ->
                assertThat(leader.core().inspection().keys().get(one.key()))
                    .extracting(StateInspection.Entry::place)
                    .isEqualTo(one.place()));
    assertThat(leader.core().counts().admissionStoreReads()).isEqualTo(1);
    assertThat(leader.core().counts().admissionHits()).as("that of 'current'").isEqualTo(1);
    assertThat(leader.core().counts().currentKeys()).isEqualTo(1);
  }

  @Test
  void coversEveryBranchAndTheTransactionsWithin() {
    cold("k1", "one");
    cold("k2", "two");
    Command.Transaction inner =
        new Command.Transaction(
            List.of(Commands.has("k1", "x")), List.of(), List.of(Commands.get("k2")));
    WriteCommand write =
        Commands.transaction(
            ++lastId,
            List.of(Comparison.presence(Commands.key("never"), true)),
            List.of(Commands.set("then", "1"), Commands.remove(Commands.range("x", "y"))),
            List.of(new Operation.Nested(inner)));
    Plan plan = plan(write);

    assertThat(plan.covers())
        .containsExactlyInAnyOrder(
            Commands.key("never"),
            Commands.key("then"),
            Commands.range("x", "y"),
            Commands.key("k1"),
            Commands.key("k2"));
    assertThat(plan.shipped())
        .extracting(Plan.Shipped::key)
        .containsExactlyInAnyOrder(Commands.bytes("k1"), Commands.bytes("k2"));
  }

  @Test
  void coversTheLeaseThatEnds() {
    assertThat(plan(Commands.of(++lastId, new Command.RevokeLease(7))).leases())
        .containsExactly(7L);
  }

  /** Whatever comes of it, the keys that it names and what it ships are cached from then on. */
  @Test
  void failedTransactionTouchesWhatItNames() {
    cold("k", "v");
    put("gone", "v");
    rotate();
    leader.run(
        transaction(
            List.of(Commands.has("k", "other"), Comparison.presence(Commands.key("gone"), false)),
            Commands.set("never", "1")));

    assertThat(leader.core().inspection().currentGeneration())
        .containsEntry(Commands.bytes("k"), Optional.of(Commands.bytes("v")))
        .containsEntry(Commands.bytes("gone"), Optional.of(Commands.bytes("v")))
        .doesNotContainKey(Commands.bytes("never"));
    assertThat(plan(transaction(List.of(Commands.has("k", "v")))).shipped()).isEmpty();
  }

  @Test
  void coveredRangeMeansWhatItHoldsWhenItsTurnComes() {
    cold("k1", "one");
    ByteString admitted =
        leader.admit(transaction(List.of(), Commands.get(Commands.range("k", "l"))));
    put("k2", "two");
    leader.run(Commands.delete(++lastId, "k1"));
    put("k3", "three");
    rotate();
    TransactionDone done = (TransactionDone) leader.choose(admitted).get(0).result();
    OperationResult.Read read = (OperationResult.Read) done.results().orElseThrow().get(0);

    assertThat(read.records())
        .extracting(record -> record.value().value().toStringUtf8())
        .containsExactly("two", "three");
  }

  // ---- The store takes its time

  @Test
  void answersOfTheStoreGoToTheCommandsThatWaitForThem() {
    cold("a", "1");
    cold("b", "2");
    leader.holdStore();
    assertThat(leader.admission(transaction(List.of(Commands.has("a", "1"))))).isEmpty();
    assertThat(leader.admission(transaction(List.of(Commands.has("b", "2"))))).isEmpty();
    // One that needs no store does not wait behind them.
    leader.admit(Commands.put(++lastId, "c", "3"));
    List<Plan> plans =
        leader.releaseStore().stream()
            .map(e -> ((ReplicaEffect.Admitted) e).entry())
            .map(entry -> CommandCodec.decode(entry).plan().orElseThrow())
            .toList();

    assertThat(plans)
        .extracting(plan -> plan.shipped().get(0).value().toStringUtf8())
        .containsExactly("1", "2");
  }

  @Test
  void commandWhosePlanWaitsThroughOneRotationKeepsItsGeneration() {
    cold("k", "old");
    leader.holdStore();
    assertThat(leader.admission(transaction(List.of(Commands.has("k", "old"))))).isEmpty();
    long generation = leader.generation();
    put("k", "new");
    rotate();
    ReplicaEffect.Admitted admitted = (ReplicaEffect.Admitted) leader.releaseStore().get(0);
    Plan plan = CommandCodec.decode(admitted.entry()).plan().orElseThrow();

    assertThat(plan.generation()).isEqualTo(generation);
    assertThat(plan.shipped().get(0).value()).isEqualTo(Commands.bytes("old"));
    TransactionDone done = (TransactionDone) leader.choose(admitted.entry()).get(0).result();
    assertThat(done.succeeded()).isFalse();
  }

  @Test
  void commandWhosePlanWaitsThroughTwoRotationsIsClassifiedAnew() {
    cold("k", "old");
    leader.holdStore();
    WriteCommand write = transaction(List.of(Commands.has("k", "old")), Commands.set("flag", "1"));
    assertThat(leader.admission(write)).isEmpty();
    put("k", "new");
    rotate();
    rotate();
    leader.pass(SteppedReplica.SETTINGS.flushInterval());
    ByteString entry =
        leader.releaseStore().stream()
            .filter(ReplicaEffect.Admitted.class::isInstance)
            .map(e -> ((ReplicaEffect.Admitted) e).entry())
            .findFirst()
            .orElseThrow();
    Plan plan = CommandCodec.decode(entry).plan().orElseThrow();

    assertThat(plan.generation()).isEqualTo(leader.generation());
    assertThat(plan.shipped().get(0).value()).isEqualTo(Commands.bytes("new"));
    leader.choose(entry);
    assertThat(leader.read("flag")).isEmpty();
  }

  @Test
  void valueThatIsCollectedWhileItIsLookedUpIsLookedUpAnew() {
    cold("k", "old");
    leader.holdStore();
    assertThat(leader.admission(transaction(List.of(Commands.has("k", "old"))))).isEmpty();
    put("k", "new");
    leader.run(Commands.of(++lastId, new Command.Compact(leader.core().state().revision())));
    leader.pass(SteppedReplica.SETTINGS.flushInterval());
    collectAll();
    ReplicaEffect.Admitted admitted = (ReplicaEffect.Admitted) leader.releaseStore().get(0);
    Plan plan = CommandCodec.decode(admitted.entry()).plan().orElseThrow();

    // By now it is in the current generation.
    assertThat(plan.shipped()).isEmpty();
  }

  /** Each time that it is looked up it has just been replaced. */
  @Test
  void commandWhoseValuesAlwaysVanishIsRefusedAtLast() {
    cold("k", "0");
    leader.holdStore();
    long token = 99;
    List<ReplicaEffect> effects =
        leader.on(new ReplicaInput.Admit(token, transaction(List.of(Commands.has("k", "0")))));
    int questions = 0;
    while (effects.stream().anyMatch(ReplicaEffect.AskStore.class::isInstance)) {
      questions++;
      ReplicaEffect.AskStore ask =
          (ReplicaEffect.AskStore)
              effects.stream()
                  .filter(ReplicaEffect.AskStore.class::isInstance)
                  .findFirst()
                  .orElseThrow();
      effects =
          leader.on(
              new ReplicaInput.StoreAnswered(
                  ask.number(), new StoreAnswer.Versions(List.of(Optional.empty()))));
    }

    assertThat(questions).isEqualTo(3);
    assertThat(refusal(effects.get(0))).isEqualTo(OutcomeCode.CACHE_HORIZON_EXCEEDED);
  }

  private void collectAll() {
    while (memory.collect()) {
      assertThat(memory.storedBytes()).isPositive();
    }
  }

  // ---- What is refused

  @Test
  void refusesWhereTheStoreIsAskedTooMuch() {
    cold("k", "v");
    leader.holdStore();
    for (int n = 0; n < SteppedReplica.SETTINGS.serving().maxStoreQuestions(); n++) {
      assertThat(leader.admission(transaction(List.of(Commands.has("k", "v"))))).isEmpty();
    }

    assertThat(
            refusal(leader.admission(transaction(List.of(Commands.has("k", "v")))).orElseThrow()))
        .isEqualTo(OutcomeCode.OVERLOADED);
    leader.admit(Commands.put(++lastId, "k", "needs no store"));
  }

  @Test
  void refusesToReadMoreKeysThanAPlanMayShip() {
    SteppedReplica many = SteppedReplica.of(StateTerms.DEFAULTS);
    List<Operation> puts = new ArrayList<>();
    for (int n = 0; n < Admission.MAX_READ_KEYS; n++) {
      puts.add(Commands.set("k%04d".formatted(n), "v"));
    }
    many.run(Commands.transaction(1, List.of(), puts, List.of()));
    WriteCommand all =
        Commands.transaction(2, List.of(), List.of(Commands.get(KeyRange.ALL)), List.of());
    many.admit(all);
    many.run(Commands.put(3, "z", "one more"));
    assertThat(refusal(many.admission(all).orElseThrow())).isEqualTo(OutcomeCode.TOO_LARGE);

    WriteCommand counts =
        Commands.transaction(
            4,
            List.of(),
            List.of(new Operation.Read(KeyRange.ALL, 1, ReadDetail.COUNT)),
            List.of());
    many.admit(counts);
  }

  @Test
  void refusesToReadMoreBytesThanAPlanMayShip() {
    for (String key : List.of("k1", "k2", "k3")) {
      put(key, "v".repeat(1_000_000));
    }
    rotate();
    rotate();
    leader.flush();

    assertThat(
            refusal(
                leader
                    .admission(transaction(List.of(), Commands.get(Commands.range("k", "l"))))
                    .orElseThrow()))
        .isEqualTo(OutcomeCode.TOO_LARGE);
    leader.admit(transaction(List.of(Commands.has("k1", "x"))));
  }
}
