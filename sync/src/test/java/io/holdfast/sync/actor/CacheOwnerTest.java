package io.holdfast.sync.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaSettings;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.SnapshotMessage;
import io.holdfast.sync.core.SyncMessage;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteLookup;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.ReplicaStore;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CacheOwnerTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 2);
  private static final Ballot BALLOT = new Ballot(1, B);
  private static final int WINDOW = 100;

  /** What the neighbours were told, in order, as text. */
  private final List<String> told = new CopyOnWriteArrayList<>();

  private final List<StorageFailure> failures = new CopyOnWriteArrayList<>();
  private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
  private final InMemoryReplicaStore memory = new InMemoryReplicaStore(Commands.terms(WINDOW));

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private final AcceptorPort acceptor =
      new AcceptorPort() {
        @Override
        public void learned(Slot slot) {
          told.add("acceptor learned " + slot);
        }

        @Override
        public void applied(Slot slot, Digest chainHash) {
          told.add("acceptor applied " + slot);
        }

        @Override
        public void durable(Slot slot) {
          told.add("acceptor durable " + slot);
        }

        @Override
        public void recordChosen(AcceptedPair pair) {
          told.add("acceptor recordChosen " + pair.slot());
        }

        @Override
        public void readLog(long token, Slot fromSlot, int maxBytes) {
          told.add("acceptor readLog " + token + " " + fromSlot);
        }
      };

  private final CoordinatorPort coordinator =
      new CoordinatorPort() {
        @Override
        public void ackTimeoutIs(Optional<Duration> byPolicy) {
          // Nobody waits for acknowledgements here.
        }

        @Override
        public void resumed(Slot slot, Digest chainHash) {
          told.add("coordinator resumed " + slot);
        }

        @Override
        public void learned(Slot slot) {
          told.add("coordinator learned " + slot);
        }

        @Override
        public void applied(ReplicaEffect.Applied applied) {
          told.add("coordinator applied " + applied.slot() + " " + applied.results().size());
        }

        @Override
        public void propose(ByteString entry) {
          told.add("coordinator propose " + CommandCodec.decode(entry).command());
        }
      };

  private ActorRef<CacheOwner.Command> spawn(ReplicaStore store) {
    return KIT.spawn(
        CacheOwner.create(
            A,
            List.of(A, B),
            store,
            RestoredState.empty(Commands.terms(WINDOW)),
            Optional.empty(),
            new CacheOwner.Neighbours(
                acceptor,
                coordinator,
                (to, message) ->
                    told.add("to " + to.node() + " " + message.getClass().getSimpleName()),
                failures::add,
                bugs::add),
            new CacheOwner.Environment(
                ReplicaSettings.DEFAULTS,
                Duration.ofMillis(10),
                () -> new Now(System.nanoTime(), 0),
                DispatcherSelector.blocking(),
                DispatcherSelector.blocking())));
  }

  private static void chooseSlotOne(ActorRef<CacheOwner.Command> owner) {
    owner.tell(
        new CacheOwner.LocallyAccepted(
            new Slot(1), BALLOT, Commands.batch(Commands.put(1, "k", "v"))));
    owner.tell(new CacheOwner.Watermark(BALLOT, new Slot(1), B));
  }

  @Test
  void handsOutNoSnapshotWhileItMayBeTheOneThatIsWrong() {
    ActorRef<CacheOwner.Command> owner = spawn(memory);
    chooseSlotOne(owner);
    await().until(() -> told.contains("acceptor durable 1"));

    owner.tell(new CacheOwner.Undecided(true));
    owner.tell(new CacheOwner.PeerSaid(B, new SnapshotMessage.Ask(0, Slot.ZERO)));

    await().until(() -> told.contains("to b Refusal"));
    assertThat(told).doesNotContain("to b Offer");
  }

  @Test
  void tellsItsNeighboursWhereItStartsAndWhatItLearnsAppliesAndStores() {
    ActorRef<CacheOwner.Command> owner = spawn(memory);
    chooseSlotOne(owner);

    await().until(() -> told.contains("acceptor durable 1"));
    assertThat(told)
        .containsExactly(
            "acceptor applied 0",
            "acceptor learned 0",
            "acceptor durable 0",
            "coordinator resumed 0",
            "acceptor learned 1",
            "coordinator learned 1",
            "acceptor applied 1",
            "coordinator applied 1 1",
            "acceptor durable 1");
    assertThat(memory.load().header().applied()).isEqualTo(new Slot(1));
  }

  @Test
  void answersReadsLookupsAndObservers() {
    ActorRef<CacheOwner.Command> owner = spawn(memory);
    CompletableFuture<QueryReply> read = new CompletableFuture<>();
    CompletableFuture<LookupReply> lookup = new CompletableFuture<>();
    CompletableFuture<CacheOwnerStatus> status = new CompletableFuture<>();
    owner.tell(
        new CacheOwner.Query(
            new Slot(1), ReadQuery.of(Commands.bytes("k")), Credentials.NONE, read));
    owner.tell(new CacheOwner.LookupWrite(new Slot(1), Commands.id(9), Credentials.NONE, lookup));
    chooseSlotOne(owner);

    assertThat(read)
        .succeedsWithin(Duration.ofSeconds(5))
        .isEqualTo(
            new QueryReply.Answered(
                new ReadResult.Records(
                    List.of(
                        new KeyRecord(
                            Commands.bytes("k"), new VersionedValue(Commands.bytes("v"), 1, 1, 1))),
                    1,
                    false,
                    false,
                    1),
                new Slot(1)));
    assertThat(lookup)
        .succeedsWithin(Duration.ofSeconds(5))
        .isEqualTo(new LookupReply.Known(new WriteLookup.Unknown(), new Slot(1)));
    owner.tell(new CacheOwner.Observe(status));
    assertThat(status)
        .succeedsWithin(Duration.ofSeconds(5))
        .satisfies(s -> assertThat(s.learned()).isEqualTo(new Slot(1)));
  }

  @Test
  void fetchesServesAndRecordsThroughItsPorts() {
    ActorRef<CacheOwner.Command> owner = spawn(memory);
    owner.tell(new CacheOwner.CatchUp(new Slot(1), B));
    await().until(() -> told.contains("to b Fetch"));
    AcceptedPair pair =
        new AcceptedPair(new Slot(1), BALLOT, Commands.batch(Commands.put(1, "k", "v")));
    owner.tell(
        new CacheOwner.PeerSaid(
            B, new SyncMessage.Fetched(new Slot(1), List.of(pair), new Slot(1), false)));
    await().until(() -> told.contains("acceptor recordChosen 1"));
    owner.tell(new CacheOwner.ChosenRecorded(new Slot(1)));
    owner.tell(new CacheOwner.PeerSaid(B, new SyncMessage.Fetch(new Slot(1), 100)));

    await().until(() -> told.contains("to b Fetched"));
    await().until(() -> told.contains("acceptor durable 1"));
  }

  @Test
  void stopsAtTheFirstFailedFlushAndAcknowledgesNothingAfterwards() {
    StorageFailure broken = new StorageFailure("flushing", new IOException("no space"));
    ActorRef<CacheOwner.Command> owner = spawn(brokenStore(broken));
    CompletableFuture<QueryReply> read = new CompletableFuture<>();
    owner.tell(
        new CacheOwner.Query(
            new Slot(5), ReadQuery.of(Commands.bytes("k")), Credentials.NONE, read));
    chooseSlotOne(owner);

    KIT.createTestProbe().expectTerminated(owner, Duration.ofSeconds(5));
    assertThat(failures).containsExactly(broken);
    assertThat(told).doesNotContain("acceptor durable 1");
    assertThatThrownBy(read::join).hasRootCauseInstanceOf(IllegalStateException.class);
  }

  /** A peer serves, under the ballot of a pair held here, another batch. */
  private static void contradict(ActorRef<CacheOwner.Command> owner) {
    owner.tell(
        new CacheOwner.LocallyAccepted(
            new Slot(1), BALLOT, Commands.batch(Commands.put(1, "k", "v"))));
    owner.tell(new CacheOwner.CatchUp(new Slot(1), B));
    AcceptedPair other =
        new AcceptedPair(new Slot(1), BALLOT, Commands.batch(Commands.put(1, "k", "other")));
    owner.tell(
        new CacheOwner.PeerSaid(
            B, new SyncMessage.Fetched(new Slot(1), List.of(other), new Slot(1), false)));
  }

  @Test
  void tellsTheNodeOfAnInvariantThatDoesNotHoldAndStops() {
    ActorRef<CacheOwner.Command> owner = spawn(memory);
    CompletableFuture<QueryReply> read = new CompletableFuture<>();
    owner.tell(
        new CacheOwner.Query(
            new Slot(5), ReadQuery.of(Commands.bytes("k")), Credentials.NONE, read));
    contradict(owner);

    KIT.createTestProbe().expectTerminated(owner, Duration.ofSeconds(5));
    assertThat(bugs)
        .singleElement()
        .isInstanceOfSatisfying(
            InvariantViolation.class,
            e -> assertThat(e.invariant()).isEqualTo("OneValuePerBallot"));
    assertThat(failures).isEmpty();
    assertThat(told).doesNotContain("coordinator learned 1");
    assertThatThrownBy(read::join).hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void tellsTheNodeOfAFlushOutOfOrderAsOfABug() {
    InvariantViolation outOfOrder = new InvariantViolation("FlushInOrder", "as the test has it");
    ActorRef<CacheOwner.Command> owner = spawn(brokenStore(outOfOrder));
    chooseSlotOne(owner);

    KIT.createTestProbe().expectTerminated(owner, Duration.ofSeconds(5));
    assertThat(bugs).containsExactly(outOfOrder);
    assertThat(failures).isEmpty();
  }

  @Test
  void goesOnCollectingAfterAFlushUntilNothingIsLeft() {
    AtomicInteger left = new AtomicInteger(5);
    ReplicaStore collecting =
        (ReplicaStore)
            Proxy.newProxyInstance(
                ReplicaStore.class.getClassLoader(),
                new Class<?>[] {ReplicaStore.class},
                (proxy, method, arguments) ->
                    method.getName().equals("collect")
                        ? left.decrementAndGet() > 0
                        : method.invoke(memory, arguments));
    chooseSlotOne(spawn(collecting));

    await().until(() -> left.get() == 0);
  }

  /** Fails at each flush; else a store like any other. */
  private static ReplicaStore brokenStore(RuntimeException failure) {
    ReplicaStore sound = new InMemoryReplicaStore(Commands.terms(WINDOW));
    return (ReplicaStore)
        Proxy.newProxyInstance(
            ReplicaStore.class.getClassLoader(),
            new Class<?>[] {ReplicaStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("flush")) {
                throw failure;
              }
              return method.invoke(sound, arguments);
            });
  }
}
