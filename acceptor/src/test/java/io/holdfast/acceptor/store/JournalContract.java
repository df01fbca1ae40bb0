package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import akka.persistence.SaveSnapshotSuccess;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.RecordingActor.Delete;
import io.holdfast.acceptor.store.RecordingActor.State;
import io.holdfast.acceptor.store.TestNode.WritePath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for a write path onto the journal's tables, ours or the stock one. */
abstract class JournalContract {

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path directory;

  abstract WritePath path();

  private WritePath otherPath() {
    return path() == WritePath.LEAN ? WritePath.STOCK : WritePath.LEAN;
  }

  TestNode start(WritePath path) {
    return TestNode.start(directory.resolve("journal"), path);
  }

  private static List<AcceptorEvent> write(TestNode node, String id, int count, int bytes)
      throws Exception {
    ActorRef actor = node.actor(id);
    List<AcceptorEvent> events = new ArrayList<>();
    List<CompletableFuture<Object>> answers = new ArrayList<>();
    for (int slot = 1; slot <= count; slot++) {
      AcceptorEvent event = TestNode.accepted(slot, bytes);
      events.add(event);
      answers.add(node.send(actor, event));
    }
    for (CompletableFuture<Object> answer : answers) {
      answer.get(10, TimeUnit.SECONDS);
    }
    return events;
  }

  @Test
  void replaysWhatWasWrittenInOrder() throws Exception {
    try (TestNode node = start(path())) {
      List<AcceptorEvent> events = write(node, "a", 100, 300);
      assertThat(node.recovered("a")).isEqualTo(new State(100, null, events));
    }
  }

  @Test
  void keepsWhatWasWrittenAcrossARestart() throws Exception {
    List<AcceptorEvent> events;
    try (TestNode node = start(path())) {
      events = write(node, "a", 20, 300);
    }
    try (TestNode node = start(path())) {
      assertThat(node.recovered("a")).isEqualTo(new State(20, null, events));
    }
  }

  @Test
  void keepsPersistenceIdsApartWhenTheyWriteConcurrently() throws Exception {
    try (TestNode node = start(path())) {
      List<ActorRef> actors = new ArrayList<>();
      List<CompletableFuture<Object>> answers = new ArrayList<>();
      for (int id = 0; id < 8; id++) {
        actors.add(node.actor("id-" + id));
      }
      for (int slot = 1; slot <= 25; slot++) {
        for (int id = 0; id < 8; id++) {
          answers.add(node.send(actors.get(id), TestNode.accepted(slot * 100 + id, 50)));
        }
      }
      for (CompletableFuture<Object> answer : answers) {
        answer.get(10, TimeUnit.SECONDS);
      }
      for (int id = 0; id < 8; id++) {
        State state = node.recovered("id-" + id);
        assertThat(state.highest()).isEqualTo(25);
        for (int slot = 1; slot <= 25; slot++) {
          assertThat(state.events().get(slot - 1))
              .isEqualTo(TestNode.accepted(slot * 100 + id, 50));
        }
      }
    }
  }

  @Test
  void keepsAPayloadOfNearlyOneMebibyte() throws Exception {
    try (TestNode node = start(path())) {
      List<AcceptorEvent> events = write(node, "a", 3, 1024 * 1024 - 1024);
      assertThat(node.recovered("a").events()).isEqualTo(events);
    }
  }

  @Test
  void forgetsEventsUpToASequenceNumberAndKeepsTheRest() throws Exception {
    try (TestNode node = start(path())) {
      List<AcceptorEvent> events = write(node, "a", 10, 300);
      node.ask(node.actor("a"), new Delete(4));
      assertThat(node.recovered("a")).isEqualTo(new State(10, null, events.subList(4, 10)));
    }
  }

  @Test
  void remembersTheHighestSequenceNumberWhenAllEventsAreDeleted() throws Exception {
    try (TestNode node = start(path())) {
      write(node, "a", 10, 300);
      node.ask(node.actor("a"), new Delete(10));
      assertThat(node.recovered("a")).isEqualTo(new State(10, null, List.of()));
    }
  }

  @Test
  void recoversFromTheLatestSnapshotAndLaterEvents() throws Exception {
    AcceptorSnapshot snapshot =
        new AcceptorSnapshot(
            5,
            TestNode.BALLOT,
            new Slot(2),
            new Slot(2),
            List.of(new AcceptedPair(new Slot(3), TestNode.BALLOT, Batch.NO_OP)),
            List.of(new AcceptorSnapshot.SlotSegment(0, 1, 5, 600)));
    try (TestNode node = start(path())) {
      ActorRef actor = node.actor("a");
      for (int slot = 1; slot <= 5; slot++) {
        node.ask(actor, TestNode.accepted(slot, 30));
      }
      assertThat(node.ask(actor, snapshot)).isInstanceOf(SaveSnapshotSuccess.class);
      node.ask(actor, TestNode.accepted(6, 30));
      assertThat(node.recovered("a"))
          .isEqualTo(new State(6, snapshot, List.of(TestNode.accepted(6, 30))));
    }
  }

  @Test
  void isReadByTheOtherPath() throws Exception {
    AcceptorSnapshot snapshot =
        new AcceptorSnapshot(10, TestNode.BALLOT, Slot.ZERO, Slot.ZERO, List.of(), List.of());
    List<AcceptorEvent> events;
    try (TestNode node = start(path())) {
      events = write(node, "a", 10, 3_000);
      write(node, "b", 10, 300);
      node.ask(node.actor("b"), snapshot);
      node.ask(node.actor("b"), new Delete(10));
    }
    try (TestNode node = start(otherPath())) {
      assertThat(node.recovered("a")).isEqualTo(new State(10, null, events));
      assertThat(node.recovered("b")).isEqualTo(new State(10, snapshot, List.of()));
      assertThat(node.ask(node.actor("b"), TestNode.accepted(11, 10))).isEqualTo(11L);
    }
  }
}
