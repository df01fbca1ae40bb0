package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import akka.testkit.javadsl.TestKit;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.actor.AcceptorNeighbours;
import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.TestNode.WritePath;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that cannot be read ends the node as one that cannot be written does. */
final class UnreadableJournalTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final GroupId GROUP = new GroupId("g");
  private static final MemberId MEMBER = TestNode.BALLOT.proposer();

  /** Keeps nothing in memory that is learned and durable. */
  private static final AcceptorLimits FORGETFUL = new AcceptorLimits(1_000, 0, 1 << 20, 1 << 20);

  private final CompletableFuture<StorageFailure> told = new CompletableFuture<>();
  private final List<StorageFailure> toldOf = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path directory;

  @AfterEach
  void repairDisk() {
    FailingFilePath.UNREADABLE.set(false);
  }

  /** A node whose journal holds events of {@code id}, on a disk from which nothing can be read. */
  private TestNode unreadable(String id) throws Exception {
    Path file = directory.resolve("journal");
    try (TestNode node = TestNode.start(file, WritePath.LEAN)) {
      ActorRef writer = node.actor(id);
      for (int slot = 1; slot <= 10; slot++) {
        node.ask(writer, TestNode.accepted(slot, 30_000));
      }
    }
    JournalSetup setup =
        JournalSetup.create(
            failure -> {
              toldOf.add(failure);
              told.complete(failure);
            },
            new FailingFilePath());
    TestNode node = TestNode.start(file, WritePath.LEAN, setup);
    FailingFilePath.UNREADABLE.set(true);
    return node;
  }

  private void assertThatNothingIsWrittenAnyMore(TestNode node) {
    FailingFilePath.UNREADABLE.set(false);
    JournalRow row =
        new JournalRow(
            "other",
            1,
            false,
            "w",
            0,
            "",
            new SerializedPayload(1, "m", new byte[1]),
            null,
            Set.of());
    assertThat(node.database().writer().append(List.of(row)).toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(StorageFailure.class);
    assertThat(toldOf).hasSize(1);
  }

  @Test
  void tellsTheListenerAndWritesNothingMoreWhenReplayFails() throws Exception {
    try (TestNode node = unreadable("a")) {
      TestKit watcher = new TestKit(node.system());
      ActorRef actor = watcher.watch(node.actor("a"));

      watcher.expectTerminated(PATIENCE, actor);
      assertThat(told).succeedsWithin(PATIENCE);
      assertThatNothingIsWrittenAnyMore(node);
    }
  }

  @Test
  void tellsTheListenerAndWritesNothingMoreWhenOldBatchesCannotBeRead() throws Exception {
    try (TestNode node = unreadable("a")) {
      PairLog log = new JournalPairLog(node.database().reader());

      assertThat(
              log.read("a", new SlotSegment(0, 1, 10, 0), new Slot(1), new Slot(10), 1 << 20)
                  .toCompletableFuture())
          .failsWithin(PATIENCE)
          .withThrowableThat()
          .withCauseInstanceOf(StorageFailure.class);
      assertThat(told.get(10, TimeUnit.SECONDS)).hasMessage("reading old batches of a");
      assertThatNothingIsWrittenAnyMore(node);
    }
  }

  @Test
  void tellsTheListenerWhenAnEventMeansNothing() throws Exception {
    try (TestNode node = unreadable("a")) {
      FailingFilePath.UNREADABLE.set(false);
      SerializedPayload nonsense =
          new SerializedPayload(AcceptorSerializer.IDENTIFIER, "event", new byte[] {1});
      JournalRow row = new JournalRow("damaged", 1, false, "w", 0, "", nonsense, null, Set.of());
      node.database().writer().append(List.of(row)).toCompletableFuture().join();
      TestKit watcher = new TestKit(node.system());
      ActorRef actor = watcher.watch(node.actor("damaged"));

      watcher.expectTerminated(PATIENCE, actor);
      assertThat(told.get(10, TimeUnit.SECONDS)).hasMessage("replaying damaged");
    }
  }

  @Test
  void tellsTheNodeAndStopsTheAcceptorThatCannotBeReplayed() throws Exception {
    try (TestNode node = unreadable(AcceptorActor.persistenceId(GROUP))) {
      TestKit watcher = new TestKit(node.system());
      ActorRef acceptor =
          watcher.watch(acceptor(node, new JournalPairLog(node.database().reader())));

      watcher.expectTerminated(PATIENCE, acceptor);
      assertThat(failed).succeedsWithin(PATIENCE);
    }
  }

  @Test
  void tellsTheNodeAndStopsTheAcceptorThatCannotReadItsLog() throws Exception {
    StorageFailure unreadable = new StorageFailure("reading", new IllegalStateException("test"));
    try (TestNode node = TestNode.start(directory.resolve("journal"), WritePath.LEAN)) {
      TestKit watcher = new TestKit(node.system());
      ActorRef acceptor =
          watcher.watch(
              acceptor(
                  node,
                  (id, segment, from, upTo, max) -> CompletableFuture.failedFuture(unreadable)));
      Accept accept = new Accept(TestNode.BALLOT, new Slot(1), Batch.NO_OP, Slot.ZERO);
      for (AcceptorInput input :
          List.of(
              new AcceptorInput.Asked(MEMBER, accept),
              new AcceptorInput.LearnedUpTo(new Slot(1)),
              new AcceptorInput.DurableUpTo(new Slot(1)))) {
        acceptor.tell(new AcceptorActor.Input(input), ActorRef.noSender());
      }
      CompletableFuture<List<AcceptedPair>> read = new CompletableFuture<>();
      acceptor.tell(new AcceptorActor.ReadLog(new Slot(1), 1, read::complete), ActorRef.noSender());

      watcher.expectTerminated(PATIENCE, acceptor);
      assertThat(failed).isCompletedWithValue(unreadable);
      assertThat(read).isNotDone();
    }
  }

  @Test
  void refusesToStartTheAcceptorBesideAStoreThatLacksWhatItWasLeft() throws Exception {
    try (TestNode node = TestNode.start(directory.resolve("journal"), WritePath.LEAN)) {
      node.ask(
          node.actor(AcceptorActor.persistenceId(GROUP)),
          new AcceptorEvent.LogTrimmed(new Slot(300)));
      TestKit watcher = new TestKit(node.system());
      ActorRef acceptor =
          watcher.watch(acceptor(node, new JournalPairLog(node.database().reader())));

      watcher.expectTerminated(PATIENCE, acceptor);
      assertThat(failed.get(10, TimeUnit.SECONDS))
          .isInstanceOf(InvariantViolation.class)
          .hasMessageStartingWith("StoreNotBehindJournal");
    }
  }

  private ActorRef acceptor(TestNode node, PairLog log) {
    return node.system()
        .actorOf(
            AcceptorActor.create(
                GROUP, FORGETFUL, Slot.ZERO, Slot.ZERO, Set.of(MEMBER), log, new Neighbours()));
  }

  /** Hears of failures only. */
  private final class Neighbours implements AcceptorNeighbours {

    @Override
    public void answer(MemberId to, AcceptorReply reply) {}

    @Override
    public void accepted(AcceptedPair pair) {}

    @Override
    public void chosenRecorded(Slot slot) {}

    @Override
    public void watermark(Ballot ballot, Slot chosenUpTo) {}

    @Override
    public void violation(String invariant, String facts) {}

    @Override
    public void dropped(String reason) {}

    @Override
    public void started(AcceptorView view) {}

    @Override
    public void failed(Throwable cause) {
      failed.complete(cause);
    }
  }
}
