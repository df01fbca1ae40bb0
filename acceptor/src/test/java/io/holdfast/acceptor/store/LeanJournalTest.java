package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import akka.persistence.DeleteMessagesSuccess;
import io.holdfast.acceptor.store.RecordingActor.Delete;
import io.holdfast.acceptor.store.TestNode.WritePath;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class LeanJournalTest extends JournalContract {

  @Override
  WritePath path() {
    return WritePath.LEAN;
  }

  /** Or a long backlog would pass for a broken disk and trip the circuit breaker of the writes. */
  @Test
  void answersADeleteBeforeItIsCarriedOut() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    try (TestNode node = TestNode.start(directory.resolve("journal"), path())) {
      ActorRef actor = node.actor("a");
      node.ask(actor, TestNode.accepted(1, 30));
      node.database().writer().inTurnVoid(journal -> JournalWriterTest.awaited(answered));
      try {
        assertThat(node.ask(actor, new Delete(1))).isInstanceOf(DeleteMessagesSuccess.class);
      } finally {
        answered.countDown();
      }
    }
  }
}
