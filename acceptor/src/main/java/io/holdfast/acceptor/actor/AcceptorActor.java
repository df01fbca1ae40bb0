package io.holdfast.acceptor.actor;

import akka.actor.ActorRef;
import akka.actor.Props;
import akka.persistence.AbstractPersistentActor;
import akka.persistence.DeleteMessagesFailure;
import akka.persistence.DeleteMessagesSuccess;
import akka.persistence.DeleteSnapshotsFailure;
import akka.persistence.DeleteSnapshotsSuccess;
import akka.persistence.RecoveryCompleted;
import akka.persistence.SaveSnapshotFailure;
import akka.persistence.SaveSnapshotSuccess;
import akka.persistence.SnapshotOffer;
import akka.persistence.SnapshotSelectionCriteria;
import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.AcceptorEffect;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.LogPlace;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.PairLog;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs an {@link AcceptorCore} on Akka Persistence. It carries out the core's effects in order:
 * {@code persistAsync} for an event, {@code deferAsync} for everything else, which Akka runs only
 * once every event persisted before it is in the journal: that is the contract of {@link
 * AcceptorEffect} (DurableBeforeReply).
 *
 * <p>The classic persistent actor is used because the typed one has a single write in flight and
 * cannot delete events up to a chosen sequence number ({@code docs/adr/0003}). It is told things
 * through {@link Message}.
 */
public final class AcceptorActor extends AbstractPersistentActor {

  /** What an acceptor's actor understands. */
  public sealed interface Message {}

  /**
   * An input for the core.
   *
   * @param input the input
   */
  public record Input(AcceptorInput input) implements Message {}

  /**
   * Reads learned pairs from {@code from} on, from memory or from the journal. Where {@code from}
   * is not learned, it is this node's own replica that wants it, and gets accepted pairs that are
   * on disk: they may never be chosen (ChosenIsNotAccepted).
   *
   * @param from the first slot wanted
   * @param maxBytes about how much is wanted; at least one pair if the first is there
   * @param answer gets the pairs, without a hole from {@code from} on, possibly none; on any thread
   */
  public record ReadLog(Slot from, int maxBytes, Consumer<List<AcceptedPair>> answer)
      implements Message {}

  /**
   * Asks for a view.
   *
   * @param answer gets it; on the actor's thread, must return at once
   */
  public record View(Consumer<AcceptorView> answer) implements Message {}

  /** Takes nothing more, and stops once all that is being written is in the journal. */
  public record End() implements Message {}

  private record LogUnreadable(Throwable cause) implements Message {}

  private final String persistenceId;
  private final AcceptorLimits limits;
  private final Slot storeDurable;
  private final Slot storeInstalledAt;
  private final Set<MemberId> members;
  private final PairLog log;
  private final AcceptorNeighbours neighbours;
  private @Nullable AcceptorSnapshot offered;
  private @Nullable AcceptorCore core;
  private long savingSnapshotAt;
  private boolean ending;

  private AcceptorActor(
      GroupId group,
      AcceptorLimits limits,
      Slot storeDurable,
      Slot storeInstalledAt,
      Set<MemberId> members,
      PairLog log,
      AcceptorNeighbours neighbours) {
    this.persistenceId = persistenceId(group);
    this.limits = limits;
    this.storeDurable = storeDurable;
    this.storeInstalledAt = storeInstalledAt;
    this.members = members;
    this.log = log;
    this.neighbours = neighbours;
  }

  /**
   * @param group the group
   * @param limits its bounds
   * @param storeDurable the slot up to which this node's store holds everything
   * @param storeInstalledAt the slot of the snapshot that the store was installed from; {@link
   *     Slot#ZERO} where it never was
   * @param members who may ask
   * @param log reads old pairs back from the journal
   * @param neighbours whom it tells things
   */
  public static Props create(
      GroupId group,
      AcceptorLimits limits,
      Slot storeDurable,
      Slot storeInstalledAt,
      Set<MemberId> members,
      PairLog log,
      AcceptorNeighbours neighbours) {
    return Props.create(
        AcceptorActor.class,
        () ->
            new AcceptorActor(
                group, limits, storeDurable, storeInstalledAt, members, log, neighbours));
  }

  /** The name of a group's acceptor in the journal. */
  public static String persistenceId(GroupId group) {
    return "acceptor-" + group;
  }

  @Override
  public String persistenceId() {
    return persistenceId;
  }

  @Override
  public String journalPluginId() {
    return "holdfast-persistence.journal";
  }

  @Override
  public String snapshotPluginId() {
    return "holdfast-persistence.snapshot";
  }

  /**
   * A snapshot stands for the event that it was taken after, though later ones may be assigned
   * already.
   */
  @Override
  public long snapshotSequenceNr() {
    return savingSnapshotAt > 0 ? savingSnapshotAt : lastSequenceNr();
  }

  @Override
  public Receive createReceiveRecover() {
    return receiveBuilder()
        .match(SnapshotOffer.class, offer -> offered = (AcceptorSnapshot) offer.snapshot())
        .match(AcceptorEvent.class, event -> recovering().recover(lastSequenceNr(), event))
        .match(RecoveryCompleted.class, completed -> onRecovered())
        .build();
  }

  private AcceptorCore recovering() {
    if (core == null) {
      core = AcceptorCore.recovering(limits, Optional.ofNullable(offered), storeDurable);
      offered = null;
    }
    return core;
  }

  private void onRecovered() {
    take(recovering().start(members, storeInstalledAt));
    neighbours.started(view());
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Input.class, this::onInput)
        .match(ReadLog.class, this::onReadLog)
        .match(End.class, this::onEnd)
        .match(LogUnreadable.class, unreadable -> fail(unreadable.cause()))
        .match(View.class, ask -> ask.answer().accept(view()))
        .match(SaveSnapshotSuccess.class, this::onSnapshotSaved)
        .match(SaveSnapshotFailure.class, failure -> fail(failure.cause()))
        .match(DeleteMessagesSuccess.class, deleted -> {})
        .match(DeleteMessagesFailure.class, failure -> fail(failure.cause()))
        .match(DeleteSnapshotsSuccess.class, deleted -> {})
        .match(DeleteSnapshotsFailure.class, failure -> fail(failure.cause()))
        .build();
  }

  private void onInput(Input message) {
    if (!ending) {
      take(recovering().on(message.input()));
    }
  }

  /** What was written after this actor's end would be unknown to the one that follows it. */
  private void onEnd(End end) {
    ending = true;
    deferAsync(end, written -> getContext().stop(self()));
  }

  private void take(List<AcceptorEffect> effects) {
    for (AcceptorEffect effect : effects) {
      if (effect instanceof AcceptorEffect.Persist persist) {
        persistAsync(persist.event(), written -> {});
      } else {
        deferAsync(effect, this::carryOut);
      }
    }
  }

  private void carryOut(AcceptorEffect effect) {
    if (effect instanceof AcceptorEffect.Answer answer) {
      neighbours.answer(answer.to(), answer.reply());
    } else if (effect instanceof AcceptorEffect.TellAccepted accepted) {
      neighbours.accepted(accepted.pair());
    } else if (effect instanceof AcceptorEffect.TellRecorded recorded) {
      neighbours.chosenRecorded(recorded.slot());
    } else if (effect instanceof AcceptorEffect.TellWatermark watermark) {
      neighbours.watermark(watermark.ballot(), watermark.chosenUpTo());
    } else if (effect instanceof AcceptorEffect.SaveSnapshot save) {
      savingSnapshotAt = save.snapshot().sequenceNumber();
      saveSnapshot(save.snapshot());
      savingSnapshotAt = 0;
    } else if (effect instanceof AcceptorEffect.DeleteEvents delete) {
      deleteMessages(delete.sequenceNumber());
    } else if (effect instanceof AcceptorEffect.ReportViolation violation) {
      neighbours.violation(violation.invariant(), violation.facts());
    } else if (effect instanceof AcceptorEffect.CountDropped dropped) {
      neighbours.dropped(dropped.reason());
    }
  }

  private void onSnapshotSaved(SaveSnapshotSuccess saved) {
    long at = saved.metadata().sequenceNr();
    deleteSnapshots(SnapshotSelectionCriteria.create(at - 1, Long.MAX_VALUE));
    onInput(new Input(new AcceptorInput.SnapshotSaved(at)));
  }

  private void onReadLog(ReadLog read) {
    LogPlace place = recovering().locate(read.from(), read.maxBytes());
    if (place instanceof LogPlace.InJournal journal) {
      readJournal(read, journal);
    } else if (place instanceof LogPlace.InMemory memory && memory.afterWrites()) {
      deferAsync(memory.pairs(), read.answer()::accept);
    } else if (place instanceof LogPlace.InMemory memory) {
      read.answer().accept(memory.pairs());
    }
  }

  private void readJournal(ReadLog read, LogPlace.InJournal place) {
    ActorRef self = self();
    log.read(persistenceId, place.segment(), read.from(), place.learnedUpTo(), read.maxBytes())
        .whenComplete(
            (pairs, failure) -> {
              if (failure == null) {
                read.answer().accept(pairs);
              } else {
                self.tell(new LogUnreadable(failure), ActorRef.noSender());
              }
            });
  }

  private AcceptorView view() {
    AcceptorCore current = recovering();
    return new AcceptorView(
        current.promised(),
        current.highestSlot(),
        current.trimmedTo(),
        current.sequenceNumber(),
        current.tailBytes(),
        current.logBytes());
  }

  @Override
  public void onPersistFailure(Throwable cause, Object event, long seqNr) {
    // The outcome of the write is unknown: Akka stops this actor, and the node stops with it.
    neighbours.failed(cause);
  }

  @Override
  public void onPersistRejected(Throwable cause, Object event, long seqNr) {
    fail(cause);
  }

  @Override
  public void onRecoveryFailure(Throwable cause, scala.Option<Object> event) {
    neighbours.failed(cause);
  }

  /**
   * A bug in a core, or damage that it found, ends the node too: its state is not to be trusted.
   * Akka restarts an actor that throws; the new one is stopped before it has recovered.
   */
  @Override
  public void preRestart(Throwable reason, Optional<Object> message) throws Exception {
    fail(reason);
    super.preRestart(reason, message);
  }

  private void fail(Throwable cause) {
    neighbours.failed(cause);
    getContext().stop(self());
  }
}
