package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.actor.AcceptorNeighbours;
import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.TestNode.WritePath;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an acceptor's actor tells this node's replica, and when. */
final class AcceptorOnJournalTest {

  private static final MemberId MEMBER = TestNode.BALLOT.proposer();
  private static final AcceptorLimits LIMITS = new AcceptorLimits(1_000, 1 << 20, 1 << 20, 1 << 20);

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init")
  private TestNode node;

  @SuppressWarnings("NullAway.Init")
  private ActorRef acceptor;

  @BeforeEach
  void start(@TempDir Path directory) {
    node = TestNode.start(directory.resolve("journal"), WritePath.LEAN);
    acceptor =
        node.system()
            .actorOf(
                AcceptorActor.create(
                    new GroupId("g"),
                    LIMITS,
                    Slot.ZERO,
                    Slot.ZERO,
                    Set.of(MEMBER),
                    new JournalPairLog(node.database().reader()),
                    new Neighbours()));
  }

  @AfterEach
  void end() {
    node.close();
  }

  private void tell(AcceptorInput input) {
    acceptor.tell(new AcceptorActor.Input(input), ActorRef.noSender());
  }

  private void accept(long slot) {
    tell(
        new AcceptorInput.Asked(
            MEMBER, new Accept(TestNode.BALLOT, new Slot(slot), Batch.NO_OP, Slot.ZERO)));
  }

  private static AcceptedPair pair(long slot) {
    return new AcceptedPair(new Slot(slot), TestNode.BALLOT, Batch.NO_OP);
  }

  private String nextTold() throws InterruptedException {
    return String.valueOf(told.poll(10, TimeUnit.SECONDS));
  }

  private List<AcceptedPair> read(long from) throws Exception {
    CompletableFuture<List<AcceptedPair>> read = new CompletableFuture<>();
    acceptor.tell(
        new AcceptorActor.ReadLog(new Slot(from), 1 << 20, read::complete), ActorRef.noSender());
    return read.get(10, TimeUnit.SECONDS);
  }

  @Test
  void saysThatAFetchedBatchIsRecordedWhetherItHeldItOrNot() throws Exception {
    accept(1);
    tell(new AcceptorInput.ChosenFetched(pair(1)));
    tell(new AcceptorInput.ChosenFetched(pair(2)));

    assertThat(List.of(nextTold(), nextTold(), nextTold()))
        .containsExactly("accepted 1", "recorded 1", "recorded 2");
  }

  @Test
  void givesAcceptedPairsToItsReplicaOnceTheyAreOnDisk() throws Exception {
    accept(1);
    accept(2);

    assertThat(read(1)).containsExactly(pair(1), pair(2));
    // The acceptor had told of both, which it does once they are on disk.
    assertThat(told).containsExactly("accepted 1", "accepted 2");
  }

  @Test
  void givesNoAcceptedPairToWhoAsksForLearnedOnes() throws Exception {
    accept(1);
    accept(2);
    tell(new AcceptorInput.LearnedUpTo(new Slot(1)));

    assertThat(read(1)).containsExactly(pair(1));
    assertThat(read(2)).containsExactly(pair(2));
  }

  /** Writes down what the replica is told. */
  private final class Neighbours implements AcceptorNeighbours {

    @Override
    public void answer(MemberId to, AcceptorReply reply) {}

    @Override
    public void accepted(AcceptedPair pair) {
      told.add("accepted " + pair.slot());
    }

    @Override
    public void chosenRecorded(Slot slot) {
      told.add("recorded " + slot);
    }

    @Override
    public void watermark(Ballot ballot, Slot chosenUpTo) {}

    @Override
    public void violation(String invariant, String facts) {
      told.add("violation " + invariant);
    }

    @Override
    public void dropped(String reason) {}

    @Override
    public void started(AcceptorView view) {}

    @Override
    public void failed(Throwable cause) {
      told.add("failed " + cause);
    }
  }
}
