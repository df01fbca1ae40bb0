package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.quorum.core.ProposedChange;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.GroupSealed;
import io.holdfast.sync.core.ReplicaEffect.ReadRefused;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.SnapshotTransfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** NothingAfterSeal: what stands behind a seal in the log has no effect, and nobody is served. */
class SealedGroupTest {

  private static final StateTerms TERMS = SteppedReplica.rotatingAfter(3);
  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 2);
  private static final Membership FOUNDED = Membership.founded(4, Configuration.of(List.of(A), 1));

  private final InMemoryReplicaStore store = new InMemoryReplicaStore(TERMS);
  private final List<Batch> log = new ArrayList<>();

  private static BatchEntry seal() {
    return change(new MembershipChange.Seal());
  }

  private static BatchEntry change(MembershipChange change) {
    return new BatchEntry.ConfigurationEntry(MembershipCodec.encode(new ProposedChange(change, 0)));
  }

  private static BatchEntry command(WriteCommand write) {
    return new BatchEntry.CommandEntry(CommandCodec.encode(write));
  }

  /** A put of a key that no plan is needed for. */
  private static WriteCommand put(long id) {
    return Commands.put(id, "k" + id, "v" + id);
  }

  private static StateMachine founded() {
    return StateMachine.restore(RestoredState.empty(TERMS).foundedBy(FOUNDED));
  }

  private static ApplyResult apply(StateMachine machine, BatchEntry... entries) {
    return machine.apply(machine.applied().next(), BatchFormat.encode(List.of(entries)));
  }

  private static List<CommandResult> results(ApplyResult applied) {
    return applied.outcomes().stream().map(CommandOutcome::result).toList();
  }

  private static void assertSameBesideTheLog(StateHeader now, StateHeader before) {
    assertThat(now)
        .usingRecursiveComparison()
        .ignoringFields("applied", "chainHash")
        .isEqualTo(before);
  }

  // ---- The log

  @Test
  void commandsBehindTheSealInItsSlotHaveNoEffect() {
    StateMachine machine = founded();

    ApplyResult applied = apply(machine, command(put(1)), seal(), command(put(2)));

    assertThat(results(applied)).containsExactly(new Applied(1, 0), new GroupSealed());
    assertThat(applied.changes()).containsExactly(new ChangeOutcome.Sealed());
    assertThat(machine.revision()).isEqualTo(1);
    assertThat(machine.cached(Commands.bytes("k1"))).isPresent();
    assertThat(machine.cached(Commands.bytes("k2"))).isEmpty();
    assertThat(machine.lookup(Commands.id(1))).isInstanceOf(WriteLookup.Recorded.class);
    assertThat(machine.lookup(Commands.id(2))).isInstanceOf(WriteLookup.Unknown.class);
  }

  @Test
  void nothingInLaterSlotsHasAnEffect() {
    StateMachine machine = founded();
    apply(machine, command(put(1)), command(Commands.of(2, new Command.GrantLease(1_000))));
    apply(machine, seal());
    StateHeader sealed = machine.header();
    machine.takeDelta();

    WriteCommand[] later = {
      put(1),
      put(3),
      Commands.delete(4, "k1"),
      Commands.transaction(5, List.of(), List.of(Commands.set("k", "v")), List.of()),
      Commands.of(6, new Command.GrantLease(1_000)),
      Commands.of(7, new Command.Resolve()),
      Commands.of(8, new Command.Compact(1)),
      Commands.of(9, new Command.AdvanceHorizon(5_000)),
      Commands.of(10, new Command.ExpireLease(2, 0))
    };
    for (WriteCommand write : later) {
      assertThat(results(apply(machine, command(write)))).containsExactly(new GroupSealed());
    }
    BatchEntry unreadable = new BatchEntry.CommandEntry(ByteString.EMPTY);
    assertThat(results(apply(machine, unreadable, unreadable, unreadable, unreadable)))
        .containsOnly(new CommandResult.Invalid());

    assertSameBesideTheLog(machine.header(), sealed);
    ReplicaDelta delta = machine.takeDelta();
    assertThat(delta.changes()).isEmpty();
    assertThat(delta.touched()).isEmpty();
    assertThat(delta.addedWriteIds()).isEmpty();
  }

  @Test
  void membersDoNotChangeAnyMoreAndToSealAgainChangesNothing() {
    StateMachine machine = founded();
    apply(machine, seal());
    StateHeader sealed = machine.header();

    ApplyResult applied = apply(machine, change(new MembershipChange.AddLearner(B)), seal());

    assertThat(applied.changes())
        .satisfiesExactly(
            refused ->
                assertThat(((ChangeOutcome.Refused) refused).refusal().code())
                    .isEqualTo(ChangeRefusal.Code.GROUP_SEALED),
            again -> assertThat(again).isEqualTo(new ChangeOutcome.Sealed()));
    assertSameBesideTheLog(machine.header(), sealed);
  }

  /** One replica executes the log at once, another from its store, a third from a snapshot. */
  @Test
  void restartAndSnapshotKnowOfTheSeal() {
    StateMachine machine = founded();
    apply(machine, command(put(1)));
    apply(machine, seal());
    store.flush(machine.takeDelta());
    StateMachine restarted = StateMachine.restore(store.load());
    try (SnapshotTransfer transfer = new SnapshotTransfer(false, TERMS)) {
      StateMachine received = StateMachine.restore(transfer.receive(store, 700).load());

      for (StateMachine each : List.of(machine, restarted, received)) {
        assertThat(results(apply(each, command(put(2))))).containsExactly(new GroupSealed());
        assertThat(each.chainHash()).isEqualTo(machine.chainHash());
        assertThat(each.header()).isEqualTo(machine.header());
      }
    }
  }

  @Test
  void outcomeBehindASealKeepsItsForm() {
    CommandOutcome outcome = new CommandOutcome(new GroupSealed(), false, new Slot(9));

    ByteString bytes = CommandCodec.encode(outcome);

    assertThat(CommandCodec.decodeOutcome(bytes)).isEqualTo(outcome);
    assertThat(bytes).isEqualTo(ByteString.fromHex("080210092203920100"));
  }

  // ---- Whoever wants something of a replica

  /** Of a group that has members, with one write. */
  private SteppedReplica replica() {
    StateMachine first = founded();
    log.add(BatchFormat.encode(List.of(command(put(1)))));
    first.apply(new Slot(1), log.get(0));
    store.flush(first.takeDelta());
    return new SteppedReplica(store, log, SteppedReplica.SETTINGS);
  }

  private List<ReplicaEffect> seals(SteppedReplica replica) {
    log.add(BatchFormat.encode(List.of(seal())));
    return replica.catchUpEffects();
  }

  private static void assertRefused(SteppedReplica replica) {
    assertThat(replica.admission(put(7)).orElseThrow())
        .isInstanceOfSatisfying(
            ReplicaEffect.AdmissionRefused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.UNKNOWN_GROUP));
    assertThat(replica.admission(put(1)).orElseThrow())
        .as("a write that was done before")
        .isInstanceOf(ReplicaEffect.AdmissionRefused.class);
    List<ReplicaInput> questions =
        List.of(
            new ReplicaInput.Query(90, Slot.ZERO, ReadQuery.of(Commands.bytes("k1"))),
            new ReplicaInput.Query(90, new Slot(99), ReadQuery.of(Commands.bytes("k1"))),
            new ReplicaInput.LookupWrite(90, Slot.ZERO, Commands.id(1)),
            new ReplicaInput.NextChanges(90, 1, Commands.key("k1"), Duration.ofSeconds(1)));
    for (ReplicaInput question : questions) {
      assertThat(replica.on(question)).containsExactly(new ReadRefused(90, Refusal.SEALED));
    }
  }

  @Test
  void nobodyIsServedOnceTheSealIsExecuted() {
    SteppedReplica replica = replica();
    assertThat(replica.read("k1")).contains("v1");

    List<ReplicaEffect> effects = seals(replica);

    ReplicaEffect.Applied applied =
        effects.stream()
            .filter(ReplicaEffect.Applied.class::isInstance)
            .map(ReplicaEffect.Applied.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(applied.forCoordinator().get(0)).isEqualTo(new CoordinatorInput.SealExecuted());
    assertRefused(replica);
    replica.flush();
    replica.crashAndRestart();
    assertRefused(replica);
  }

  @Test
  void whoWaitsIsRefusedWhenTheSealIsExecuted() {
    SteppedReplica replica = replica();
    replica.on(new ReplicaInput.Query(1, new Slot(2), ReadQuery.of(Commands.bytes("k1"))));
    replica.on(new ReplicaInput.LookupWrite(2, new Slot(50), Commands.id(1)));
    replica.on(new ReplicaInput.NextChanges(3, 9_999_999, Commands.key("x"), Duration.ofHours(1)));

    assertThat(seals(replica))
        .contains(
            new ReadRefused(1, Refusal.SEALED),
            new ReadRefused(2, Refusal.SEALED),
            new ReadRefused(3, Refusal.SEALED))
        .noneMatch(ReplicaEffect.QueryAnswer.class::isInstance);
  }

  @Test
  void whatTheStoreWasAskedForBeforeIsNotTold() {
    SteppedReplica replica = replica();
    // Out of the cache, so that the store is asked.
    for (int id = 2; id < 12; id++) {
      replica.run(put(id));
    }
    replica.flush();
    replica.holdStore();
    replica.on(new ReplicaInput.Query(1, Slot.ZERO, ReadQuery.of(Commands.bytes("k1"))));
    replica.on(new ReplicaInput.NextChanges(2, 1, Commands.key("k1"), Duration.ofSeconds(9)));
    assertThat(replica.admission(Commands.of(50, needsValue()))).isEmpty();
    seals(replica);

    List<ReplicaEffect> answers = replica.releaseStore();

    assertThat(answers)
        .contains(new ReadRefused(1, Refusal.SEALED), new ReadRefused(2, Refusal.SEALED))
        .hasAtLeastOneElementOfType(ReplicaEffect.AdmissionRefused.class)
        .noneMatch(ReplicaEffect.Admitted.class::isInstance);
  }

  private static Command needsValue() {
    return new Command.Transaction(
        List.of(Commands.has("k1", "v1")), List.of(Commands.set("k1", "w")), List.of());
  }

  @Test
  void leaderOfASealedGroupKeepsNoHouse() {
    SteppedReplica replica = replica();
    replica.run(Commands.of(2, new Command.GrantLease(1_000)));
    replica.leads(10_000_000);
    assertThat(SteppedReplica.proposed(replica.pass(Duration.ofSeconds(30)))).isNotEmpty();

    seals(replica);
    replica.leads(20_000_000);
    assertThat(SteppedReplica.proposed(replica.pass(Duration.ofSeconds(30)))).isEmpty();
  }
}
