package io.holdfast.acceptor.store;

import akka.actor.ActorRef;
import akka.actor.Props;
import akka.persistence.AbstractPersistentActor;
import akka.persistence.DeleteMessagesSuccess;
import akka.persistence.RecoveryCompleted;
import akka.persistence.SaveSnapshotFailure;
import akka.persistence.SaveSnapshotSuccess;
import akka.persistence.SnapshotOffer;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Persists the events that it is sent, answers each with its sequence number once it is written.
 */
final class RecordingActor extends AbstractPersistentActor {

  /** Asks for the {@link State}. */
  enum Ask {
    STATE
  }

  /** Asks to forget events; answered with the same. */
  record Delete(long toSequenceNumber) {}

  /** What is there: of recovery and since. */
  record State(long highest, @Nullable AcceptorSnapshot snapshot, List<AcceptorEvent> events) {}

  private final String id;
  private final List<AcceptorEvent> events = new ArrayList<>();
  private @Nullable AcceptorSnapshot snapshot;
  private ActorRef waiting = ActorRef.noSender();

  RecordingActor(String id) {
    this.id = id;
  }

  static Props props(String id) {
    return Props.create(RecordingActor.class, () -> new RecordingActor(id));
  }

  @Override
  public String persistenceId() {
    return id;
  }

  @Override
  public Receive createReceiveRecover() {
    return receiveBuilder()
        .match(AcceptorEvent.class, events::add)
        .match(SnapshotOffer.class, offer -> snapshot = (AcceptorSnapshot) offer.snapshot())
        .match(RecoveryCompleted.class, done -> {})
        .build();
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(AcceptorEvent.class, this::write)
        .match(AcceptorSnapshot.class, this::save)
        .match(
            Delete.class,
            delete -> {
              waiting = getSender();
              deleteMessages(delete.toSequenceNumber());
            })
        .match(DeleteMessagesSuccess.class, done -> waiting.tell(done, getSelf()))
        .match(SaveSnapshotSuccess.class, done -> waiting.tell(done, getSelf()))
        .match(SaveSnapshotFailure.class, failed -> waiting.tell(failed, getSelf()))
        .matchEquals(
            Ask.STATE,
            ask ->
                getSender()
                    .tell(new State(lastSequenceNr(), snapshot, List.copyOf(events)), getSelf()))
        .build();
  }

  private void write(AcceptorEvent event) {
    ActorRef asker = getSender();
    persistAsync(
        event,
        written -> {
          events.add(written);
          asker.tell(lastSequenceNr(), getSelf());
        });
  }

  private void save(AcceptorSnapshot taken) {
    waiting = getSender();
    saveSnapshot(taken);
  }
}
