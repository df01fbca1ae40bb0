package io.holdfast.sync.core;

import static io.holdfast.sync.core.Commands.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.TokenHash;
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
import io.holdfast.sync.core.CommandResult.Activated;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.StaleControlEpoch;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.SnapshotTransfer;
import io.holdfast.sync.wire.CommandProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Protocol, section 7: what was decided under one epoch never takes effect under another. */
class ControlEpochTest {

  private static final StateTerms TERMS = Commands.terms(100);
  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 1);
  private static final MemberId C = new MemberId(new NodeId("c"), 1);
  private static final Membership THREE =
      Membership.founded(4, Configuration.of(List.of(A, B, C), 2));

  private static final Caller ADMIN = caller(Manifests.ADMIN);

  private final InMemoryReplicaStore store = new InMemoryReplicaStore(TERMS);
  private final List<Batch> log = new ArrayList<>();
  private final SteppedReplica replica = new SteppedReplica(store, log, SteppedReplica.SETTINGS);
  private long lastId = 1_000;

  private static Caller caller(String token) {
    return new Caller(Credentials.of(TokenHash.ofToken(token)), Optional.empty());
  }

  private static Caller pinned(Caller caller, long number) {
    return new Caller(
        caller.credentials(), Optional.of(new Caller.Pinned(number, Optional.empty())));
  }

  private ControlState control() {
    return replica.core().control();
  }

  private WriteCommand activation(ManifestDocument... documents) {
    return Commands.of(++lastId, new Command.Activate(Manifests.activation(control(), documents)));
  }

  private CommandResult run(WriteCommand write, Caller caller) {
    return replica.choose(replica.admit(write, caller)).get(0).result();
  }

  private CommandResult activate(ManifestDocument... documents) {
    return run(activation(documents), ADMIN);
  }

  private ReplicaEffect.AdmissionRefused refusal(WriteCommand write, Caller caller) {
    return (ReplicaEffect.AdmissionRefused) replica.admission(write, caller).orElseThrow();
  }

  // ---- OneEpochPerWrite

  @Test
  void commandThatWasAdmittedBeforeAnActivationHasNoEffectBehindIt() {
    ByteString early = replica.admit(Commands.put(1, "k", "early"));
    assertThat(activate(Manifests.valueBytes(10))).isInstanceOf(Activated.class);

    CommandOutcome outcome = replica.choose(early).get(0);

    assertThat(outcome.result()).isEqualTo(new StaleControlEpoch(control().epoch()));
    assertThat(replica.read("k")).isEmpty();
    assertThat(replica.lookup(Commands.id(1)))
        .as("not recorded")
        .isEqualTo(new WriteLookup.Unknown());
    assertThat(replica.run(Commands.put(1, "k", "again"))).isEqualTo(new Applied(1, 0));
  }

  @Test
  void oneBatchMayHoldCommandsOfTwoEpochs() {
    ByteString before = replica.admit(Commands.put(1, "k", "1"));
    ByteString activation = replica.admit(activation(Manifests.valueBytes(10)), ADMIN);
    ByteString after = replica.admit(Commands.put(2, "k", "2"));

    List<CommandOutcome> outcomes = replica.choose(before, activation, after);

    assertThat(outcomes)
        .extracting(CommandOutcome::result)
        .containsExactly(
            new Applied(1, 0),
            new Activated(control().epoch()),
            new StaleControlEpoch(control().epoch()));
    assertThat(replica.read("k")).contains("1");
  }

  @Test
  void pinOfTheSameNumberAndAnotherSetHoldsNothing() {
    activate(Manifests.valueBytes(10));
    ControlEpoch active = control().epoch();
    WriteCommand write = Commands.put(1, "k", "v");
    Plan plan = new Plan(0, List.of(), List.of(), List.of());
    ControlPin other = new ControlPin(1, active.previousHash(), "", 0);

    assertThat(replica.choose(CommandCodec.encode(write.with(plan).with(other))).get(0).result())
        .isEqualTo(new StaleControlEpoch(active));
    ControlPin right = ControlPin.to(active, "", 0);
    assertThat(replica.choose(CommandCodec.encode(write.with(plan).with(right))).get(0).result())
        .isEqualTo(new Applied(1, 0));
  }

  @Test
  void retryOfWhatTookEffectBeforeIsAnsweredFromTheRecord() {
    ByteString twice = replica.admit(Commands.put(1, "k", "v"));
    replica.choose(twice);
    activate(Manifests.valueBytes(10));

    CommandOutcome outcome = replica.choose(twice).get(0);

    assertThat(outcome.replayed()).isTrue();
    assertThat(outcome.result()).isEqualTo(new Applied(1, 0));
    WriteCommand again = Commands.put(1, "k", "v");
    assertThat(replica.admission(again, pinned(ADMIN, 0)).orElseThrow())
        .as("though epoch 0 is active no more")
        .isInstanceOf(ReplicaEffect.AdmissionRecorded.class);
  }

  @Test
  void whoNamesAnotherEpochIsToldTheActiveOne() {
    activate(Manifests.valueBytes(10));

    ReplicaEffect.AdmissionRefused refused =
        refusal(Commands.put(1, "k", "v"), pinned(Caller.ANYBODY, 0));

    assertThat(refused.code()).isEqualTo(OutcomeCode.STALE_CONTROL_EPOCH);
    assertThat(refused.detail()).contains("epoch 1 (");
    Caller wrongHash =
        new Caller(
            Credentials.NONE,
            Optional.of(new Caller.Pinned(1, Optional.of(control().epoch().previousHash()))));
    assertThat(refusal(Commands.put(1, "k", "v"), wrongHash).code())
        .isEqualTo(OutcomeCode.STALE_CONTROL_EPOCH);
    assertThat(run(Commands.put(1, "k", "v"), pinned(Caller.ANYBODY, 1)))
        .isEqualTo(new Applied(1, 0));
  }

  @Test
  void ofTwoActivationsWithOneExpectationOneTakesEffect() {
    ByteString one = replica.admit(activation(Manifests.valueBytes(10)), ADMIN);
    ByteString other = replica.admit(activation(Manifests.valueBytes(20)), ADMIN);

    assertThat(replica.choose(one, other))
        .extracting(CommandOutcome::result)
        .containsExactly(
            new Activated(control().epoch()), new StaleControlEpoch(control().epoch()));
    assertThat(control().epoch().number()).isEqualTo(1);
    assertThat(control().set().limits().orElseThrow().valueBytes()).hasValue(10);
  }

  @Test
  void housekeepingIsOfNoEpoch() {
    activate(Manifests.valueBytes(10));
    WriteCommand horizon = Commands.of(5, new Command.AdvanceHorizon(3));
    Plan plan = new Plan(0, List.of(), List.of(), List.of());

    assertThat(replica.choose(CommandCodec.encode(horizon.with(plan))).get(0).result())
        .isEqualTo(new CommandResult.Housekept());
  }

  // ---- What is kept of it

  @Test
  void activationSurvivesACrashBeforeAndAfterItIsFlushed() {
    activate(Manifests.access(), Manifests.valueBytes(10));
    ControlState active = control();
    replica.crashAndRestart();
    assertThat(control()).isEqualTo(active);

    replica.flush();
    replica.crashAndRestart(0);
    assertThat(control()).isEqualTo(active);
    assertThat(control().active().by()).isEmpty();
    assertThat(control().active().reason()).isEqualTo("test");
  }

  @Test
  void replicaThatStartsTellsHowLongAcknowledgementsMayTake() {
    assertThat(replica.core().start()).contains(new ReplicaEffect.AckTimeoutIs(Optional.empty()));
    activate(Manifests.policy("\"ackTimeout\":\"700ms\""));
    replica.crashAndRestart();
    assertThat(replica.core().start())
        .contains(new ReplicaEffect.AckTimeoutIs(Optional.of(Duration.ofMillis(700))));
  }

  @Test
  void activationTellsHowLongAcknowledgementsMayTakeWhereThatChanges() {
    assertThat(ackTimeouts(activation(Manifests.policy("\"ackTimeout\":\"700ms\""))))
        .containsExactly(Optional.of(Duration.ofMillis(700)));
    assertThat(ackTimeouts(activation(Manifests.valueBytes(9)))).isEmpty();
    assertThat(ackTimeouts(activation(Manifests.policy("\"requireReady\":false"))))
        .containsExactly(Optional.empty());
  }

  private List<Optional<Duration>> ackTimeouts(WriteCommand activation) {
    log.add(SteppedReplica.batchOf(replica.admit(activation, ADMIN)));
    return replica.catchUpEffects().stream()
        .filter(ReplicaEffect.AckTimeoutIs.class::isInstance)
        .map(effect -> ((ReplicaEffect.AckTimeoutIs) effect).byPolicy())
        .toList();
  }

  @Test
  void snapshotBringsAllEpochsThatAreKept() throws Exception {
    activate(Manifests.valueBytes(10));
    activate(Manifests.valueBytes(20));
    replica.flush();

    try (SnapshotTransfer transfer = new SnapshotTransfer(true, TERMS)) {
      assertThat(StateMachineControl.of(transfer.receive(store, 1_000))).isEqualTo(control());
    }
  }

  // ---- Access

  private void onlyWriter() {
    activate(
        Manifests.access(
            Manifests.principal("writer", "write", "w/"),
            Manifests.principal("reader", "read", "w/")));
  }

  @Test
  void whoIsNotKnownOrNotAllowedIsRefusedAndNothingIsDone() {
    onlyWriter();

    assertThat(run(Commands.put(1, "w/k", "v"), caller("writer-secret")))
        .isEqualTo(new Applied(1, 0));
    assertThat(refusal(Commands.put(2, "w/k", "x"), Caller.ANYBODY).code())
        .isEqualTo(OutcomeCode.UNAUTHENTICATED);
    assertThat(refusal(Commands.put(2, "w/k", "x"), caller("nobody's")).code())
        .isEqualTo(OutcomeCode.UNAUTHENTICATED);
    assertThat(refusal(Commands.put(2, "x/k", "x"), caller("writer-secret")).code())
        .isEqualTo(OutcomeCode.DENIED);
    assertThat(refusal(Commands.put(2, "w/k", "x"), caller("reader-secret")).code())
        .isEqualTo(OutcomeCode.DENIED);
    assertThat(refusal(activation(Manifests.access()), caller("writer-secret")).code())
        .isEqualTo(OutcomeCode.DENIED);
  }

  @Test
  void whoMayNotWriteIsNotToldEitherWhatCameOfTheWriteOfAnother() {
    onlyWriter();
    WriteCommand write = Commands.put(1, "w/k", "v");
    run(write, caller("writer-secret"));

    assertThat(refusal(write, caller("reader-secret")).code()).isEqualTo(OutcomeCode.DENIED);
  }

  @Test
  void transactionTakesTheRightToReadWhatItComparesAndReads() {
    onlyWriter();
    WriteCommand comparing =
        Commands.transaction(
            1, List.of(Commands.has("w/k", "v")), List.of(Commands.set("w/k", "w")), List.of());
    WriteCommand deleting =
        Commands.transaction(
            2, List.of(), List.of(Commands.remove(Commands.range("w/", "w1"))), List.of());

    assertThat(refusal(comparing, caller("writer-secret")).code()).isEqualTo(OutcomeCode.DENIED);
    assertThat(refusal(deleting, caller("writer-secret")).code())
        .as("w0 is none of its keys")
        .isEqualTo(OutcomeCode.DENIED);
    assertThat(run(comparing, ADMIN)).isInstanceOf(CommandResult.TransactionDone.class);
  }

  @Test
  void leaseIsEndedOnlyByWhoMayWriteEveryKeyThatItHasThen() {
    activate(
        Manifests.shared(
            Manifests.owner("team", "one", "two"),
            Manifests.principal("one", "write", "1/"),
            Manifests.principal("two", "write", "2/")));
    run(Commands.of(1, new Command.GrantLease(60_000)), caller("one-secret"));
    long lease = replica.core().state().revision();
    ByteString revocation =
        replica.admit(Commands.of(2, new Command.RevokeLease(lease)), caller("one-secret"));
    run(Commands.of(3, new Command.Put(bytes("2/k"), bytes("v"), lease)), caller("two-secret"));

    assertThat(replica.choose(revocation).get(0).result()).isEqualTo(new CommandResult.Denied());
    assertThat(refusal(Commands.of(4, new Command.RevokeLease(lease)), caller("one-secret")).code())
        .isEqualTo(OutcomeCode.DENIED);
    assertThat(run(Commands.of(4, new Command.RevokeLease(lease)), caller("two-secret")))
        .isInstanceOf(CommandResult.TransactionDone.class);
  }

  @Test
  void leaseBelongsToWhoAskedForItAndToThoseWhoActForTheSameOwner() {
    activate(
        Manifests.shared(
            Manifests.owner("team", "one", "three"),
            Manifests.principal("one", "write", "k"),
            Manifests.principal("two", "write", "k"),
            Manifests.principal("three", "write", "k")));
    run(Commands.of(1, new Command.GrantLease(60_000)), caller("one-secret"));
    long lease = replica.core().state().revision();
    Command attaching = new Command.Put(bytes("k"), bytes("v"), lease);
    Command.Transaction nested =
        new Command.Transaction(
            List.of(), List.of(new Operation.Put(bytes("k"), bytes("v"), lease)), List.of());

    long id = 2;
    for (Command foreign :
        List.of(
            attaching,
            nested,
            new Command.PutIf(bytes("k"), bytes("v"), 0, lease),
            new Command.KeepAlive(lease),
            new Command.RevokeLease(lease))) {
      assertThat(run(Commands.of(id++, foreign), caller("two-secret")))
          .isEqualTo(new CommandResult.Denied());
    }
    assertThat(replica.core().inspection().leases())
        .containsExactly(new Lease(lease, 60_000, 0, "one"));
    assertThat(run(Commands.of(id++, attaching), caller("three-secret")))
        .isInstanceOf(Applied.class);
    assertThat(run(Commands.of(id++, new Command.KeepAlive(lease)), ADMIN))
        .isInstanceOf(CommandResult.LeaseAlive.class);
    assertThat(run(Commands.of(id++, new Command.RevokeLease(lease)), caller("three-secret")))
        .isInstanceOf(CommandResult.TransactionDone.class);
  }

  /** Software that knew no owners wrote the same with version 3, and made a lease of nobody's. */
  @Test
  void leaseFromALogThatIsOlderThanOwnersIsNobodysAtEveryReplica() throws Exception {
    ControlPin pin = ControlPin.to(control().epoch(), "one", 5);
    WriteCommand grant = Commands.of(1, new Command.GrantLease(60_000)).with(pin);
    CommandProto today = CommandProto.parseFrom(CommandCodec.encode(grant));
    assertThat(today.getVersion()).isEqualTo(4);
    ByteString before = today.toBuilder().setVersion(3).build().toByteString();

    assertThat(CommandCodec.decode(today.toByteString()).pin()).contains(pin);
    assertThat(CommandCodec.decode(before).pin().orElseThrow().principal()).isEmpty();
    assertThat(CommandCodec.decode(before).pin().orElseThrow().setHash()).isEqualTo(pin.setHash());
  }

  @Test
  void softwareThatKnowsNoTimeoutsOfPoliciesStopsAtOneByName() throws Exception {
    WriteCommand with = activation(Manifests.policy("\"ackTimeout\":\"700ms\""));
    WriteCommand without = activation(Manifests.policy("\"requireReady\":false"));

    assertThat(CommandProto.parseFrom(CommandCodec.encode(with)).getVersion()).isEqualTo(4);
    assertThat(CommandProto.parseFrom(CommandCodec.encode(without)).getVersion()).isEqualTo(3);
  }

  @Test
  void leaseThatIsNobodysStaysEverybodys() {
    run(Commands.of(1, new Command.GrantLease(60_000)), Caller.ANYBODY);
    long lease = replica.core().state().revision();
    onlyWriter();

    assertThat(run(Commands.of(2, new Command.KeepAlive(lease)), caller("writer-secret")))
        .isInstanceOf(CommandResult.LeaseAlive.class);
  }

  @Test
  void readsAreForThoseWhoMayRead() {
    onlyWriter();
    ReadQuery query = ReadQuery.of(bytes("w/k"));

    assertThat(read(query, caller("reader-secret"))).isInstanceOf(ReplicaEffect.QueryAnswer.class);
    assertThat(read(query, caller("writer-secret")))
        .isEqualTo(new ReplicaEffect.ReadRefused(7, ReplicaEffect.Refusal.DENIED));
    assertThat(read(query, Caller.ANYBODY))
        .isEqualTo(new ReplicaEffect.ReadRefused(7, ReplicaEffect.Refusal.UNAUTHENTICATED));
    assertThat(read(query, Caller.NODE)).isInstanceOf(ReplicaEffect.QueryAnswer.class);
  }

  private ReplicaEffect read(ReadQuery query, Caller caller) {
    return replica.on(new ReplicaInput.Query(7, Slot.ZERO, query, caller.credentials())).get(0);
  }

  @Test
  void activationEndsTheWatchesThatItDoesNotAllow() {
    onlyWriter();
    Caller reader = caller("reader-secret");
    List<ReplicaEffect> none =
        replica.on(
            new ReplicaInput.NextChanges(
                9,
                Place.first(1),
                Commands.range("w/", "w0"),
                Duration.ofMinutes(1),
                reader.credentials()));
    assertThat(none).isEmpty();

    run(activation(Manifests.access()), ADMIN);

    assertThat(replica.lastEffects())
        .contains(new ReplicaEffect.ReadRefused(9, ReplicaEffect.Refusal.UNAUTHENTICATED));
  }

  @Test
  void readThatWaitedForTheStoreIsLookedAtAgain() {
    SteppedReplica slow = SteppedReplica.of(SteppedReplica.rotatingAfter(1));
    for (int i = 0; i < 4; i++) {
      slow.run(Commands.put(i + 1, "w/" + i, "v"));
    }
    slow.flush();
    slow.holdStore();
    slow.on(
        new ReplicaInput.Query(
            7, Slot.ZERO, ReadQuery.of(bytes("w/0")), Caller.ANYBODY.credentials()));
    assertThat(slow.questionsWaiting()).isEqualTo(1);
    WriteCommand closing =
        Commands.of(
            50,
            new Command.Activate(Manifests.activation(slow.core().control(), Manifests.access())));
    slow.choose(slow.admit(closing, ADMIN));

    assertThat(slow.releaseStore())
        .contains(new ReplicaEffect.ReadRefused(7, ReplicaEffect.Refusal.UNAUTHENTICATED));
  }

  @Test
  void whoNamesAnotherEpochIsToldNothingUnlessItIsKnown() {
    onlyWriter();
    WriteCommand write = Commands.put(1, "w/k", "v");
    run(write, caller("writer-secret"));

    assertThat(refusal(write, pinned(Caller.ANYBODY, 999)).code())
        .isEqualTo(OutcomeCode.UNAUTHENTICATED);
  }

  @Test
  void whoKnowsAnIdIsToldWhatCameOfItButNotWhatWasRead() {
    onlyWriter();
    run(Commands.put(1, "w/k", "secret"), caller("writer-secret"));
    WriteCommand reading =
        Commands.transaction(2, List.of(), List.of(Commands.get("w/k")), List.of());
    run(reading, ADMIN);
    WriteCommand resolve = Commands.of(2, new Command.Resolve());

    CommandResult.TransactionDone told =
        (CommandResult.TransactionDone) recorded(resolve, caller("writer-secret"));
    assertThat(told.results()).isEmpty();
    assertThat(told.succeeded()).isTrue();
    assertThat(((CommandResult.TransactionDone) recorded(resolve, ADMIN)).results()).isPresent();
    assertThat(((CommandResult.TransactionDone) recorded(reading, ADMIN)).results()).isPresent();
    assertThat(lookedUp(caller("reader-secret")).results()).isEmpty();
    assertThat(lookedUp(ADMIN).results()).isPresent();
  }

  private CommandResult recorded(WriteCommand write, Caller caller) {
    return ((ReplicaEffect.AdmissionRecorded) replica.admission(write, caller).orElseThrow())
        .outcome()
        .result();
  }

  private CommandResult.TransactionDone lookedUp(Caller caller) {
    ReplicaEffect.LookupAnswer answer =
        replica.ask(
            new ReplicaInput.LookupWrite(7, Slot.ZERO, Commands.id(2), caller.credentials()),
            ReplicaEffect.LookupAnswer.class);
    return (CommandResult.TransactionDone)
        ((WriteLookup.Recorded) answer.lookup()).outcome().result();
  }

  @Test
  void pinThatACommandComesWithIsNotTheOneThatItIsGiven() {
    activate(Manifests.valueBytes(10));
    ControlPin foreign = new ControlPin(7, control().epoch().previousHash(), "ops", 1);

    ByteString entry = replica.admit(Commands.put(1, "k", "v").with(foreign), caller("of nobody"));

    assertThat(CommandCodec.decode(entry).pin()).contains(ControlPin.to(control().epoch(), "", 0));
    SteppedReplica atZero = SteppedReplica.of(TERMS);
    assertThat(CommandCodec.decode(atZero.admit(Commands.put(1, "k", "v").with(foreign))).pin())
        .isEmpty();
  }

  // ---- Limits

  @Test
  void limitsOfSizeAndNumberHold() {
    activate(
        Manifests.limits("\"keyBytes\":3,\"valueBytes\":2,\"keys\":2,\"transactionOperations\":2"));

    assertThat(refusal(Commands.put(1, "k", "123"), Caller.ANYBODY).code())
        .isEqualTo(OutcomeCode.TOO_LARGE);
    assertThat(refusal(Commands.put(1, "long", "1"), Caller.ANYBODY).detail())
        .isEqualTo("key: 4 bytes, the limits of this group allow 3");
    assertThat(
            refusal(
                    Commands.transaction(
                        1,
                        List.of(),
                        List.of(Commands.set("a", ""), Commands.set("b", ""), Commands.get("c")),
                        List.of()),
                    Caller.ANYBODY)
                .code())
        .isEqualTo(OutcomeCode.TOO_LARGE);
    replica.run(Commands.put(1, "k1", "1"));
    replica.run(Commands.put(2, "k2", "1"));

    assertThat(replica.run(Commands.put(3, "k3", "1")))
        .isEqualTo(new CommandResult.LimitExceeded());
    assertThat(replica.read("k3")).isEmpty();
    assertThat(replica.run(Commands.put(4, "k2", "2"))).isEqualTo(new Applied(3, 2));
    replica.run(Commands.delete(5, "k1"));
    assertThat(replica.run(Commands.put(6, "k3", "1"))).isInstanceOf(Applied.class);
  }

  @Test
  void writesBeyondTheRateAreRefusedUntilTimeHasPassed() {
    activate(Manifests.limits("\"writesPerSecond\":4"));
    assertThat(replica.admission(Commands.put(1, "k", "1"), Caller.ANYBODY).orElseThrow())
        .isInstanceOf(ReplicaEffect.Admitted.class);

    assertThat(refusal(Commands.put(2, "k", "2"), Caller.ANYBODY).code())
        .isEqualTo(OutcomeCode.OVERLOADED);
    replica.pass(Duration.ofSeconds(1));
    assertThat(replica.admission(Commands.put(2, "k", "2"), Caller.ANYBODY).orElseThrow())
        .isInstanceOf(ReplicaEffect.Admitted.class);
  }

  // ---- A policy's w

  private static StateMachine founded() {
    return StateMachine.restore(RestoredState.empty(TERMS).foundedBy(THREE));
  }

  private static ApplyResult activate(StateMachine machine, ManifestDocument... documents) {
    ControlState now = machine.parts().control();
    Activation activation = Manifests.activation(now, documents);
    WriteCommand write =
        Commands.of(100 + machine.applied().number(), new Command.Activate(activation))
            .with(ControlPin.to(now.epoch(), "admin", 5));
    return machine.apply(machine.applied().next(), Commands.batch(write));
  }

  @Test
  void wOfAPolicyGovernsFromAlphaSlotsAfterItsActivation() {
    StateMachine machine = founded();

    ApplyResult applied = activate(machine, Manifests.policy("\"w\":3"));

    Configuration three = Configuration.of(List.of(A, B, C), 3);
    assertThat(applied.byPolicy())
        .containsExactly(new ChangeOutcome.Changed(1, three, new Slot(5)));
    assertThat(machine.header().membership().orElseThrow().newest()).isEqualTo(three);
    assertThat(
            new ReplicaEffect.Applied(
                    applied.slot(),
                    applied.chainHash(),
                    applied.batch(),
                    applied.encodedOutcomes(),
                    applied.changes(),
                    applied.byPolicy(),
                    0)
                .forCoordinator())
        .contains(new CoordinatorInput.ConfigurationExecuted(new Slot(1), three));
  }

  @Test
  void activationWithAWThatCannotBeNowHasNoEffectAtAll() {
    StateMachine machine = founded();
    ApplyResult tooLarge = activate(machine, Manifests.policy("\"w\":4"));
    assertThat(tooLarge.outcomes().get(0).result())
        .isEqualTo(new CommandResult.ActivationRefused(ActivationOutcome.Code.QUORUM_REFUSED));
    assertThat(machine.parts().control().epoch().number()).isZero();

    activate(machine, Manifests.policy("\"w\":3"));
    ApplyResult tooSoon = activate(machine, Manifests.policy("\"w\":2"));

    assertThat(tooSoon.outcomes().get(0).result())
        .as("the change before does not govern yet")
        .isEqualTo(new CommandResult.ActivationRefused(ActivationOutcome.Code.CHANGE_IN_PROGRESS));
    assertThat(tooSoon.byPolicy()).isEmpty();
    assertThat(machine.parts().control().epoch().number()).isEqualTo(1);
  }

  private static ChangeOutcome change(StateMachine machine, MembershipChange change) {
    long number = machine.header().membership().orElseThrow().number();
    for (int i = 0; i < 4; i++) {
      machine.apply(machine.applied().next(), Batch.NO_OP); // the one before governs
    }
    Batch batch =
        BatchFormat.encode(
            List.of(
                new BatchEntry.ConfigurationEntry(
                    MembershipCodec.encode(new ProposedChange(change, number)))));
    return machine.apply(machine.applied().next(), batch).changes().get(0);
  }

  private static Configuration made(ChangeOutcome outcome) {
    return ((ChangeOutcome.Changed) outcome).configuration();
  }

  @Test
  void wherePolicyNamesAWNoChangeOfMembersNamesAnother() {
    StateMachine machine = founded();
    activate(machine, Manifests.policy("\"w\":3"));

    assertThat(change(machine, new MembershipChange.SetQuorums(2, 2)))
        .isInstanceOfSatisfying(
            ChangeOutcome.Refused.class,
            refused -> {
              assertThat(refused.refusal().code()).isEqualTo(ChangeRefusal.Code.INVALID_QUORUM);
              assertThat(refused.refusal().reason()).contains("the policy of the group says w = 3");
            });
    assertThat(change(machine, new MembershipChange.Remove(C, OptionalInt.of(1))))
        .isInstanceOf(ChangeOutcome.Refused.class);
    assertThat(made(change(machine, new MembershipChange.SetQuorums(3, 3))).prepareQuorum())
        .isEqualTo(3);
  }

  @Test
  void wOfAPolicyHoldsThroughChangesOfMembersAsFarAsThereAreSoMany() {
    StateMachine machine = founded();
    activate(machine, Manifests.policy("\"w\":3"));

    assertThat(made(change(machine, new MembershipChange.Remove(C, OptionalInt.empty()))).w())
        .isEqualTo(2);
    MemberId d = new MemberId(new NodeId("d"), 1);
    MemberId e = new MemberId(new NodeId("e"), 1);
    for (MemberId joining : List.of(d, e)) {
      change(machine, new MembershipChange.AddLearner(joining));
      assertThat(
              made(change(machine, new MembershipChange.Promote(joining, OptionalInt.empty()))).w())
          .as("4 voters would have a majority of 3 as well; 3 of 3 is the policy's")
          .isEqualTo(3);
    }
    activate(machine, Manifests.policy("\"requireReady\":false"));
    assertThat(made(change(machine, new MembershipChange.Remove(e, OptionalInt.empty()))).w())
        .as("no policy names one any more: the majority stays the majority")
        .isEqualTo(2);
  }

  @Test
  void setWithTheSamePolicyCanBeActivatedWhereThereAreFewerVotersThanItsW() {
    StateMachine machine = founded();
    activate(machine, Manifests.policy("\"w\":3"));
    change(machine, new MembershipChange.Remove(C, OptionalInt.empty()));

    ApplyResult applied = activate(machine, Manifests.valueBytes(5));

    assertThat(applied.outcomes().get(0).result()).isInstanceOf(Activated.class);
    assertThat(applied.byPolicy()).isEmpty();
  }

  @Test
  void groupThatIsMadeOfABackupHasTheWOfItsPolicy() {
    InMemoryReplicaStore kept = new InMemoryReplicaStore(TERMS);
    StateMachine machine = StateMachine.restore(kept.load());
    activate(machine, Manifests.policy("\"w\":3"));
    kept.flush(machine.takeDelta());

    RestoredState founded = kept.load().foundedBy(THREE);

    assertThat(founded.header().membership().orElseThrow().newest())
        .isEqualTo(Configuration.of(List.of(A, B, C), 3));
  }

  // ---- Readiness

  private static WriteCommand evidence(long millis, MemberId from, ControlEpoch of) {
    TreeMap<Evidence.Check, Boolean> checks = new TreeMap<>();
    for (Evidence.Check check : Evidence.Check.values()) {
      checks.put(check, true);
    }
    return WriteCommand.of(
        Commands.id(millis), new Command.GiveEvidence(from, Activation.Expected.of(of), checks));
  }

  private static CommandResult put(StateMachine machine, long id, long millis) {
    WriteCommand write =
        Commands.put(id, "k", "v")
            .with(ControlPin.to(machine.parts().control().epoch(), "", millis));
    return machine
        .apply(machine.applied().next(), Commands.batch(write))
        .outcomes()
        .get(0)
        .result();
  }

  private static void give(StateMachine machine, WriteCommand evidence) {
    machine.apply(machine.applied().next(), Commands.batch(evidence));
  }

  @Test
  void whereThePolicyAsksForItNothingIsWrittenUntilWVotersHaveGivenEvidence() {
    StateMachine machine = founded();
    activate(machine, Manifests.policy("\"requireReady\":true"));
    ControlEpoch active = machine.parts().control().epoch();
    assertThat(put(machine, 1, 1_000)).isEqualTo(new CommandResult.NotReady());
    WriteCommand keepAlive =
        Commands.of(77, new Command.KeepAlive(1)).with(ControlPin.to(active, "", 1_000));
    assertThat(
            machine
                .apply(machine.applied().next(), Commands.batch(keepAlive))
                .outcomes()
                .get(0)
                .result())
        .as("what time would end otherwise is kept")
        .isEqualTo(new CommandResult.LeaseNotFound(1));

    give(machine, evidence(1_000, A, active));
    give(machine, evidence(1_000, new MemberId(new NodeId("x"), 9), active));
    assertThat(put(machine, 1, 2_000)).isEqualTo(new CommandResult.NotReady());
    give(machine, evidence(1_500, C, active));

    assertThat(put(machine, 1, 2_000)).isEqualTo(new Applied(1, 0));
    assertThat(put(machine, 2, 301_000)).isInstanceOf(Applied.class);
    assertThat(put(machine, 3, 301_001))
        .as("that of a is too old")
        .isEqualTo(new CommandResult.NotReady());
    assertThat(
            activate(machine, Manifests.policy("\"requireReady\":false"))
                .outcomes()
                .get(0)
                .result())
        .as("an activation mends it")
        .isInstanceOf(Activated.class);
  }

  @Test
  void memberGivesEvidenceOnceItsStoreHasTheActivationAndAnewEveryMinute() {
    replica.foundAlone();
    replica.leads(0);
    replica.wallClock(5_000);
    activate(Manifests.valueBytes(10));

    List<ReplicaEffect> effects = new ArrayList<>(replica.pass(Duration.ofMillis(1)));
    assertThat(given(effects)).as("nothing is flushed yet").isEmpty();
    replica.flush();
    effects = new ArrayList<>(replica.lastEffects());
    effects.addAll(replica.pass(Duration.ofMillis(10)));

    Command.GiveEvidence first = given(effects).get(0);
    assertThat(first.loaded()).isEqualTo(Activation.Expected.of(control().epoch()));
    assertThat(first.checks()).hasSize(4).doesNotContainValue(false);
    replica.pass(Duration.ofSeconds(2));
    assertThat(given(replica.lastEffects())).as("not in the log yet").hasSize(1);

    StateMachineControl.take(replica, first, 5_000);
    assertThat(given(replica.pass(Duration.ofSeconds(59)))).isEmpty();
    assertThat(given(replica.pass(Duration.ofSeconds(2)))).isEmpty();
    replica.wallClock(40_000);
    assertThat(given(replica.pass(Duration.ofSeconds(2))))
        .as("what the log has heard a moment ago by the leader's clock is no news")
        .hasSize(1);
  }

  @Test
  void whoIsStartedAgainGivesEvidenceAtOnceWhateverTheLogHasOfIt() {
    replica.foundAlone();
    replica.leads(0);
    replica.wallClock(100_000);
    activate(Manifests.valueBytes(10));
    replica.flush();
    Command.GiveEvidence first = given(replica.pass(Duration.ofSeconds(1))).get(0);
    StateMachineControl.take(replica, first, 100_000);
    replica.flush();
    replica.crashAndRestart();
    replica.wallClock(700_000);
    replica.leads(0);
    // What somebody else gives is in the log first.
    StateMachineControl.take(
        replica, new Command.GiveEvidence(B, first.loaded(), first.checks()), 700_000);

    assertThat(given(replica.pass(Duration.ofSeconds(2)))).hasSize(1);
  }

  @Test
  void evidenceThatALeaderTookWhoseClockWasAheadIsGivenAnewAtOnce() {
    replica.foundAlone();
    replica.leads(0);
    replica.wallClock(100_000);
    activate(Manifests.valueBytes(10));
    replica.flush();
    Command.GiveEvidence first = given(replica.pass(Duration.ofSeconds(1))).get(0);
    StateMachineControl.take(replica, first, 100_000 + Evidence.MAX_AHEAD.toMillis() + 1);

    assertThat(given(replica.pass(Duration.ofSeconds(2)))).hasSize(1);
    StateMachineControl.take(replica, first, 100_000);
    assertThat(given(replica.pass(Duration.ofSeconds(2)))).isEmpty();
  }

  @Test
  void followerTellsItsLeaderAndTheLeaderLooksAtItsClock() {
    SteppedReplica replica = new SteppedReplica(store, log, SteppedReplica.SETTINGS);
    replica.foundAlone();
    replica.wallClock(100_000);
    replica.leads(0);
    SyncMessage.EvidenceGiven said =
        new SyncMessage.EvidenceGiven(
            new Activation.Expected(1, control().epoch().setHash()), new TreeMap<>(), 69_000);

    assertThat(given(replica.on(new ReplicaInput.EvidenceHeard(B, said))))
        .as("it takes no part")
        .isEmpty();
    assertThat(given(replica.on(new ReplicaInput.EvidenceHeard(A, said))))
        .singleElement()
        .satisfies(
            given -> {
              assertThat(given.member()).isEqualTo(A);
              assertThat(given.checks()).containsOnlyKeys(Evidence.Check.CLOCK);
              assertThat(given.checks()).containsEntry(Evidence.Check.CLOCK, false);
            });
    assertThat(SyncCodec.decode(SyncCodec.encode(said))).isEqualTo(said);
    replica.on(new ReplicaInput.LeadsNoMore());
    assertThat(given(replica.on(new ReplicaInput.EvidenceHeard(A, said)))).isEmpty();
  }

  private static List<Command.GiveEvidence> given(List<ReplicaEffect> effects) {
    return SteppedReplica.proposed(effects).stream()
        .filter(Command.GiveEvidence.class::isInstance)
        .map(Command.GiveEvidence.class::cast)
        .toList();
  }
}
