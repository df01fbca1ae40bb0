package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.TokenHash;
import io.holdfast.sync.core.CommandResult.Activated;
import io.holdfast.sync.core.CommandResult.ReservationsDone;
import io.holdfast.sync.core.CommandResult.ReservationsRefused;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.SnapshotTransfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reservations from admission to apply, in the store and back, and as they are asked for. */
class ReservationReplicaTest {

  private static final StateTerms TERMS = Commands.terms(100);
  private static final Caller ADMIN = caller(Manifests.ADMIN);
  private static final ManifestDocument POOLS =
      Manifests.pools(
          "{\"name\":\"ports\",\"scope\":\"host\",\"first\":10,\"last\":12}",
          "{\"name\":\"ids\",\"scope\":\"mesh\",\"first\":1,\"last\":1000000,\"expiry\":\"1m\"}");

  private final InMemoryReplicaStore store = new InMemoryReplicaStore(TERMS);
  private final List<Batch> log = new ArrayList<>();
  private final SteppedReplica replica = new SteppedReplica(store, log, SteppedReplica.SETTINGS);
  private long lastId = 1_000;

  private static Caller caller(String token) {
    return new Caller(Credentials.of(TokenHash.ofToken(token)), Optional.empty());
  }

  private ControlState control() {
    return replica.core().control();
  }

  private CommandResult activate(ManifestDocument... documents) {
    return run(
        Commands.of(++lastId, new Command.Activate(Manifests.activation(control(), documents))),
        ADMIN);
  }

  private CommandResult run(WriteCommand write, Caller caller) {
    return replica.choose(replica.admit(write, caller)).get(0).result();
  }

  private static WriteCommand reserve(long id, String pool, String path, Choice choice) {
    Ask ask = new Ask(pool, path, "", Optional.empty(), Optional.empty(), choice);
    return Commands.of(
        id, new Command.OnReservations(new ReservationRequest.Reserve("h1", List.of(ask), false)));
  }

  private static WriteCommand release(long id, String path) {
    return Commands.of(id, new Command.OnReservations(releasing(path)));
  }

  private static ReservationRequest releasing(String path) {
    return new ReservationRequest.Release(List.of(ReservationFilter.ofPath("h1", path, true)));
  }

  private static Reservation only(CommandResult result) {
    assertThat(result).isInstanceOf(ReservationsDone.class);
    ReservationsDone done = (ReservationsDone) result;
    assertThat(done.entries().orElseThrow()).hasSize(1);
    return done.entries().orElseThrow().get(0).reservation();
  }

  private Reservation given(long id, String path) {
    return only(run(reserve(id, "ports", path, Any.FREE), Caller.ANYBODY));
  }

  private ReplicaEffect ask(ReservationQuery query, Caller caller) {
    return replica
        .on(
            new ReplicaInput.Query(
                7, Slot.ZERO, new ReplicaQuery.OnReservations(query), caller.credentials()))
        .get(0);
  }

  private ReadResult.OfReservations answer(ReservationQuery query, Caller caller) {
    return (ReadResult.OfReservations) ((ReplicaEffect.QueryAnswer) ask(query, caller)).result();
  }

  private List<Reservation> all() {
    ReservationQuery query =
        new ReservationQuery.Find(ReservationFilter.ALL, Optional.empty(), 1000);
    return ((ReservationAnswer.Found) answer(query, Caller.NODE).answer()).reservations();
  }

  // ---- Executed from the log

  @Test
  void ofTwoThatWantOneNumberOneGetsIt() {
    activate(POOLS);
    ByteString one = replica.admit(reserve(1, "ports", "/a", new Exact(11)));
    ByteString other = replica.admit(reserve(2, "ports", "/b", new Exact(11)));

    List<CommandOutcome> outcomes = replica.choose(one, other);

    assertThat(only(outcomes.get(0).result()).value()).isEqualTo(11);
    ReservationsRefused refused = (ReservationsRefused) outcomes.get(1).result();
    assertThat(refused.refusal().code()).isEqualTo(Code.CONFLICT);
    assertThat(refused.refusal().holder().orElseThrow().path()).isEqualTo("/a");
    assertThat(all()).hasSize(1);
  }

  @Test
  void takesARevisionWhereItChangesSomethingAndNoneWhereNot() {
    activate(POOLS);
    long before = replica.core().state().revision();
    ReservationsDone nothing = (ReservationsDone) run(release(1, "/a"), Caller.ANYBODY);
    assertThat(nothing).isEqualTo(new ReservationsDone(before, false, 0, Optional.of(List.of())));

    Reservation one = given(2, "/a");

    assertThat(replica.core().state().revision()).isEqualTo(before + 1);
    assertThat(one.revision()).isEqualTo(before + 1);
    assertThat(replica.run(Commands.put(3, "k", "v")))
        .as("keys and reservations share the count")
        .isEqualTo(new CommandResult.Applied(before + 2, 0));
  }

  @Test
  void timeAndPrincipalAreThoseOfTheAdmission() {
    activate(POOLS, Manifests.access(Manifests.principal("ann", "write", "")));
    replica.wallClock(5_000);
    ByteString entry = replica.admit(reserve(1, "ports", "/a", Any.FREE), caller("ann-secret"));
    replica.wallClock(90_000);

    Reservation one = only(replica.choose(entry).get(0).result());

    assertThat(one.createdAtMillis()).isEqualTo(5_000);
    assertThat(one.principal()).isEqualTo("ann");
  }

  @Test
  void carriesAPinUnderEpochZeroTooAndIsNoCommandWithoutOne() {
    WriteCommand write = reserve(1, "ports", "/a", Any.FREE);
    assertThat(CommandCodec.decode(replica.admit(write)).pin()).isPresent();
    assertThat(only(replica.run(write)).value()).as("the first of a new group").isEqualTo(5000);

    Plan plan = new Plan(0, List.of(), List.of(), List.of());
    WriteCommand bare = reserve(2, "ports", "/a", Any.FREE);
    assertThat(replica.choose(CommandCodec.encode(bare.with(plan))).get(0).result())
        .isEqualTo(new CommandResult.Invalid());
    assertThat(replica.lookup(Commands.id(2))).isEqualTo(new WriteLookup.Unknown());
  }

  @Test
  void decidedUnderAnotherEpochItHasNoEffect() {
    activate(POOLS);
    ByteString early = replica.admit(reserve(1, "ports", "/a", Any.FREE));
    activate(Manifests.valueBytes(10));

    assertThat(replica.choose(early).get(0).result())
        .isInstanceOf(CommandResult.StaleControlEpoch.class);
    assertThat(all()).isEmpty();
  }

  @Test
  void tellsTheFirstOfMany() {
    activate(POOLS);
    List<Ask> asks = new ArrayList<>();
    for (int batch = 0; batch < 2; batch++) {
      asks.clear();
      for (int n = 0; n < ReservationRequest.MAX_ASKS; n++) {
        String path = "/many/%d/%d".formatted(batch, n);
        asks.add(new Ask("ids", path, "", Optional.empty(), Optional.empty(), Any.FREE));
      }
      run(
          Commands.of(
              10 + batch,
              new Command.OnReservations(new ReservationRequest.Reserve("h1", asks, false))),
          Caller.ANYBODY);
    }

    ReservationsDone done = (ReservationsDone) run(release(20, "/many"), Caller.ANYBODY);

    assertThat(done.count()).isEqualTo(2L * ReservationRequest.MAX_ASKS);
    assertThat(done.entries().orElseThrow()).hasSize(ReservationRequest.MAX_ASKS);
    assertThat(all()).isEmpty();
  }

  /** What all commands of a slot tell is bounded, whoever asks for how much. */
  @Test
  void slotTellsNoMoreThanItMay() {
    activate(POOLS);
    String host = "h".repeat(253);
    List<ByteString> entries = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      List<Ask> asks = new ArrayList<>();
      for (int a = 0; a < ReservationRequest.MAX_ASKS; a++) {
        String path = "/%s%d/%d".formatted("p".repeat(1000), n, a);
        asks.add(
            new Ask("ids", path, "", Optional.of("p".repeat(128)), Optional.empty(), Any.FREE));
      }
      entries.add(
          replica.admit(
              Commands.of(
                  100 + n,
                  new Command.OnReservations(new ReservationRequest.Reserve(host, asks, false)))));
    }

    List<CommandOutcome> outcomes = replica.choose(entries.toArray(new ByteString[0]));

    long bytes = outcomes.stream().mapToLong(o -> CommandCodec.encode(o).size()).sum();
    assertThat(bytes).isLessThan(CommandLimits.MAX_SLOT_RESULT_BYTES + (1 << 20));
    assertThat(outcomes.get(99).result()).isEqualTo(new CommandResult.TooManyChanges());
    long done = outcomes.stream().filter(o -> o.result() instanceof ReservationsDone).count();
    assertThat(replica.core().state().reservationCount())
        .as("what is refused gives nothing")
        .isEqualTo(done * ReservationRequest.MAX_ASKS);
  }

  @Test
  void requestThatIsTooLargeIsToldSoInWordsThatFitIt() {
    ServingSettings s = SteppedReplica.SETTINGS.serving();
    ReplicaSettings small =
        SteppedReplica.serving(
            new ServingSettings(
                s.maxStoreQuestions(),
                s.maxWatches(),
                s.maxExpectedWait(),
                s.idRetention(),
                s.minIdAge(),
                1_000,
                s.housekeepingPause()));

    assertThat(
            new SteppedReplica(store, log, small)
                .admission(reserve(1, "ports", "/" + "a".repeat(1_000), Any.FREE))
                .orElseThrow())
        .isInstanceOfSatisfying(
            ReplicaEffect.AdmissionRefused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(OutcomeCode.TOO_LARGE);
              assertThat(refused.detail())
                  .contains("allowed are 1000")
                  .endsWith("do less of it at once.");
            });
  }

  // ---- ExactlyOnce

  @Test
  void replayGivesWhatTheFirstExecutionGaveFromMemoryFromTheOverlayAndFromTheStore() {
    activate(POOLS);
    WriteCommand write = reserve(1, "ports", "/a", Any.FREE);
    WriteCommand refusedWrite = reserve(2, "ports", "/b", new Exact(10));
    ByteString twice = replica.admit(write);
    CommandResult first = replica.choose(twice).get(0).result();
    CommandResult refused = run(refusedWrite, Caller.ANYBODY);
    assertThat(((ReservationsRefused) refused).hasDetails()).isTrue();

    CommandOutcome inLog = replica.choose(twice).get(0);
    assertThat(inLog.replayed()).isTrue();
    assertThat(inLog.result())
        .as("the log repeats no details")
        .isEqualTo(((CommandResult.Detailed) first).inShort());
    assertThat(replica.recorded(write).result()).as("from the overlay").isEqualTo(first);
    assertThat(replica.recorded(refusedWrite).result()).isEqualTo(refused);
    replica.flush();
    assertThat(replica.recorded(write).result()).as("from the store").isEqualTo(first);
    assertThat(replica.recorded(refusedWrite).result()).isEqualTo(refused);
    replica.crashAndRestart();
    assertThat(replica.recorded(write).result()).as("after a restart").isEqualTo(first);
    assertThat(replica.recorded(refusedWrite).result()).isEqualTo(refused);
    assertThat(((WriteLookup.Recorded) replica.lookup(Commands.id(1))).outcome().result())
        .isEqualTo(first);
    assertThat(replica.admission(reserve(1, "ports", "/c", Any.FREE)).orElseThrow())
        .as("another request under that id")
        .isInstanceOfSatisfying(
            ReplicaEffect.AdmissionRefused.class,
            other -> assertThat(other.code()).isEqualTo(OutcomeCode.WRITE_ID_CONFLICT));
  }

  @Test
  void replayOfARefusalThatNamesNobodyAsksTheStoreForNothing() {
    activate(POOLS);
    WriteCommand named = reserve(1, "ports", "/a", new Exact(10));
    WriteCommand taken = reserve(2, "ports", "/b", new Exact(10));
    WriteCommand outside = reserve(3, "ports", "/c", new Exact(99));
    for (WriteCommand write : List.of(named, taken, outside)) {
      run(write, Caller.ANYBODY);
    }
    replica.flush();
    replica.crashAndRestart();
    replica.holdStore();

    assertThat(replica.recorded(outside).result())
        .isInstanceOfSatisfying(
            ReservationsRefused.class,
            refused -> assertThat(refused.refusal().code()).isEqualTo(Code.OUTSIDE_RANGE));
    assertThat(replica.questionsWaiting()).isZero();
    assertThat(replica.admission(taken)).as("who has it is in the store").isEmpty();
    assertThat(replica.questionsWaiting()).isEqualTo(1);
  }

  @Test
  void tableOfWritesKeepsNoDetails() {
    activate(POOLS);
    given(1, "/a");
    run(reserve(2, "ports", "/b", new Exact(10)), Caller.ANYBODY);

    List<WriteIdRecord> records = replica.core().inspection().writeIds();

    assertThat(records)
        .filteredOn(record -> record.result() instanceof CommandResult.Detailed)
        .hasSize(2)
        .noneMatch(record -> ((CommandResult.Detailed) record.result()).hasDetails());
  }

  // ---- What is kept

  @Test
  void survivesACrashBeforeAndAfterItIsFlushedAndGoesWithASnapshot() throws Exception {
    activate(POOLS);
    given(1, "/a");
    given(2, "/b");
    run(
        Commands.of(
            3,
            new Command.OnReservations(
                new ReservationRequest.Exclude(
                    "h1", "ports", new Exclusion(new Pool.Span(12, 12), "broken")))),
        Caller.ANYBODY);
    replica.flush();
    run(release(4, "/b"), Caller.ANYBODY);
    List<Reservation> reserved = all();
    assertThat(reserved).hasSize(1);
    replica.crashAndRestart();
    assertThat(all()).isEqualTo(reserved);

    replica.flush();
    replica.crashAndRestart(0);
    assertThat(all()).isEqualTo(reserved);
    try (SnapshotTransfer transfer = new SnapshotTransfer(true, TERMS)) {
      RestoredView received = new RestoredView(transfer.receive(store, 1_000).load());
      assertThat(received.reservations()).isEqualTo(reserved);
      assertThat(received.exclusions()).isEqualTo(replica.core().inspection().exclusions());
    }
  }

  // ---- Rights

  private ReplicaEffect.AdmissionRefused refusal(WriteCommand write, Caller caller) {
    return (ReplicaEffect.AdmissionRefused) replica.admission(write, caller).orElseThrow();
  }

  @Test
  void rightsToAPoolAreThoseToItsKey() {
    activate(
        POOLS,
        Manifests.access(
            Manifests.principal("ann", "write", ".holdfast/reservations/ports"),
            Manifests.principal("bob", "read", ".holdfast/reservations/"),
            Manifests.principal("cid", "write", ".holdfast/reservations/")));
    Caller ann = caller("ann-secret");
    Caller bob = caller("bob-secret");
    assertThat(only(run(reserve(1, "ports", "/a", Any.FREE), ann)).principal()).isEqualTo("ann");
    assertThat(refusal(reserve(2, "ids", "/a", Any.FREE), ann).code())
        .isEqualTo(OutcomeCode.DENIED);
    assertThat(refusal(release(2, "/a"), ann).code())
        .as("names no pool")
        .isEqualTo(OutcomeCode.DENIED);
    assertThat(refusal(reserve(2, "ports", "/a", Any.FREE), bob).code())
        .isEqualTo(OutcomeCode.DENIED);
    assertThat(refusal(reserve(2, "ports", "/a", Any.FREE), Caller.ANYBODY).code())
        .isEqualTo(OutcomeCode.UNAUTHENTICATED);
    ReservationsRefused others = (ReservationsRefused) run(release(3, "/a"), caller("cid-secret"));
    assertThat(others.refusal().code()).isEqualTo(Code.NOT_OWNER);
    assertThat(((ReservationsDone) run(release(4, "/a"), ADMIN)).count()).isEqualTo(1);

    ReservationQuery list = new ReservationQuery.Find(ReservationFilter.ALL, Optional.empty(), 9);
    assertThat(ask(list, bob)).isInstanceOf(ReplicaEffect.QueryAnswer.class);
    assertThat(ask(list, ann))
        .isEqualTo(new ReplicaEffect.ReadRefused(7, ReplicaEffect.Refusal.DENIED));
    assertThat(ask(list, Caller.ANYBODY))
        .isEqualTo(new ReplicaEffect.ReadRefused(7, ReplicaEffect.Refusal.UNAUTHENTICATED));
  }

  // ---- Pools

  @Test
  void scopeOfAPoolInUseStaysAndThePoolMayGo() {
    activate(POOLS);
    given(1, "/a");
    ManifestDocument other =
        Manifests.pools("{\"name\":\"ports\",\"scope\":\"mesh\",\"first\":10,\"last\":12}");
    WriteCommand change =
        Commands.of(++lastId, new Command.Activate(Manifests.activation(control(), other)));

    ReplicaEffect.AdmissionRefused refused = refusal(change, ADMIN);

    assertThat(refused.code()).isEqualTo(OutcomeCode.INVALID);
    assertThat(refused.detail()).contains("pool_in_use").contains("pool ports");
    ControlPin pin = ControlPin.to(control().epoch(), "", 1);
    Plan plan = new Plan(0, List.of(), List.of(), List.of());
    assertThat(replica.choose(CommandCodec.encode(change.with(plan).with(pin))).get(0).result())
        .as("in the log, too")
        .isEqualTo(new CommandResult.ActivationRefused(ActivationOutcome.Code.POOL_IN_USE));

    assertThat(activate(Manifests.pools())).isInstanceOf(Activated.class);
    assertThat(all()).as("they stay").hasSize(1);
    assertThat(((ReservationsDone) run(release(3, "/a"), Caller.ANYBODY)).count()).isEqualTo(1);
    assertThat(activate(other)).isInstanceOf(Activated.class);
  }

  // ---- Questions

  @Test
  void planIsWhatWouldBeDoneNowByWhoeverAsks() {
    activate(POOLS, Manifests.access(Manifests.principal("ann", "write", "")));
    replica.wallClock(70_000);
    Caller ann = caller("ann-secret");
    ReservationRequest request =
        new ReservationRequest.Reserve(
            "h1",
            List.of(new Ask("ids", "/a", "", Optional.empty(), Optional.empty(), Any.FREE)),
            false);
    assertThat(ask(new ReservationQuery.Plan(request), ann))
        .as("a question takes the right to read")
        .isInstanceOf(ReplicaEffect.ReadRefused.class);

    ReadResult.OfReservations planned = answer(new ReservationQuery.Plan(request), ADMIN);
    ReservationsDone done =
        (ReservationsDone) run(Commands.of(1, new Command.OnReservations(request)), ADMIN);

    assertThat(planned.answer())
        .isEqualTo(
            new ReservationAnswer.WouldDo(
                done.changed(), done.count(), done.entries().orElseThrow()));
    assertThat(planned.nowMillis()).isEqualTo(70_000);
    assertThat(planned.revision()).isEqualTo(done.revision() - 1);
    replica.wallClock(70_000 + 60_000);
    ReservationRequest expire = new ReservationRequest.Expire(Optional.of("ids"));
    assertThat(answer(new ReservationQuery.Plan(expire), ADMIN).answer())
        .isInstanceOfSatisfying(
            ReservationAnswer.WouldDo.class, would -> assertThat(would.count()).isEqualTo(1));
    ReservationRequest unknown = new ReservationRequest.Expire(Optional.of("none"));
    assertThat(answer(new ReservationQuery.Plan(unknown), ADMIN).answer())
        .isInstanceOf(ReservationAnswer.WouldRefuse.class);
    assertThat(all()).as("a plan does nothing").hasSize(1);
  }

  @Test
  void poolsAreToldWithWhatIsGivenOfThem() {
    activate(POOLS);
    given(1, "/a");
    ReservationAnswer.Pools pools =
        (ReservationAnswer.Pools) answer(new ReservationQuery.Pools("h1"), Caller.ANYBODY).answer();
    assertThat(pools.pools()).extracting(use -> use.pool().name()).containsExactly("ports", "ids");
    assertThat(pools.pools()).extracting(ReservationAnswer.PoolUse::used).containsExactly(1L, 0L);
    ReservationAnswer.Pools elsewhere =
        (ReservationAnswer.Pools)
            answer(new ReservationQuery.Pools("h2", Optional.of("ports")), Caller.ANYBODY).answer();
    assertThat(elsewhere.pools()).extracting(ReservationAnswer.PoolUse::used).containsExactly(0L);
  }

  @Test
  void answersAreBoundedAndSayWhereThereIsMore() {
    activate(POOLS);
    for (int n = 0; n < 20; n++) {
      List<Ask> asks = new ArrayList<>();
      for (int a = 0; a < ReservationRequest.MAX_ASKS; a++) {
        asks.add(
            new Ask(
                "ids",
                "/%s%d/%d".formatted("p".repeat(900), n, a),
                "",
                Optional.empty(),
                Optional.empty(),
                Any.FREE));
      }
      run(
          Commands.of(
              100 + n,
              new Command.OnReservations(new ReservationRequest.Reserve("h1", asks, false))),
          Caller.ANYBODY);
    }
    List<Reservation> found = new ArrayList<>();
    Optional<io.holdfast.sync.core.reservation.ValueKey> after = Optional.empty();
    boolean more = true;
    while (more) {
      ReservationAnswer.Found page =
          (ReservationAnswer.Found)
              answer(new ReservationQuery.Find(ReservationFilter.ALL, after, 1000), Caller.ANYBODY)
                  .answer();
      assertThat(page.reservations()).hasSizeLessThan(600).isNotEmpty();
      found.addAll(page.reservations());
      more = page.more();
      after = Optional.of(found.get(found.size() - 1).valueKey());
    }
    assertThat(found).hasSize(20 * ReservationRequest.MAX_ASKS).doesNotHaveDuplicates();
  }
}
