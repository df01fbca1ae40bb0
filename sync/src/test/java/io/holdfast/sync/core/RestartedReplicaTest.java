package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A replica beside its acceptor, the real one, that ended while its journal held more than its
 * store, as under any load: what is missing to it after the restart is in its own journal.
 */
class RestartedReplicaTest {

  private static final int SLOTS = 6;
  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 2);
  private static final Ballot FIRST = new Ballot(1, B);
  private static final Ballot SECOND = new Ballot(2, A);

  private final InMemoryReplicaStore store = new InMemoryReplicaStore(Commands.terms(100));
  private final Deque<ReplicaEffect> toCarryOut = new ArrayDeque<>();
  private final List<ReplicaEffect.Send> sent = new ArrayList<>();
  private final LocalAcceptor acceptor = new LocalAcceptor(List.of(A, B), this::on);
  private ReplicaSettings settings = ReplicaSettings.DEFAULTS;
  private ReplicaCore replica = restored();
  private long nowMillis;

  private ReplicaCore restored() {
    return ReplicaCore.restore(A, List.of(A, B), settings, store.load());
  }

  private void on(ReplicaInput input) {
    toCarryOut.addAll(replica.on(input, new Now(nowMillis * 1_000_000L, 0)));
    while (!toCarryOut.isEmpty()) {
      ReplicaEffect effect = toCarryOut.remove();
      if (effect instanceof ReplicaEffect.Flush flush) {
        store.flush(flush.delta());
        on(new ReplicaInput.Flushed(flush.delta().after().applied()));
      } else if (effect instanceof ReplicaEffect.Send send) {
        sent.add(send);
      } else {
        acceptor.take(effect);
      }
    }
  }

  private void pass(long millis) {
    nowMillis += millis;
    on(new ReplicaInput.Tick());
    acceptor.carryOutAll();
  }

  private static Batch batch(long slot) {
    return Commands.batch(Commands.put(slot, "k" + slot, "v".repeat(100)));
  }

  private static AcceptedPair pair(long slot, Ballot ballot) {
    return new AcceptedPair(new Slot(slot), ballot, batch(slot));
  }

  private void accept(long slot, Ballot ballot) {
    acceptor.accept(pair(slot, ballot));
    acceptor.carryOutAll();
  }

  private void watermark(Ballot ballot, long chosenUpTo) {
    on(new ReplicaInput.Watermark(ballot, new Slot(chosenUpTo), B));
    acceptor.carryOutAll();
  }

  /** The store holds two slots, the journal all of them. */
  private void endAheadOfTheStore() {
    for (long slot = 1; slot <= SLOTS; slot++) {
      accept(slot, FIRST);
      if (slot == 2) {
        watermark(FIRST, 2);
        pass(settings.flushInterval().toMillis());
      }
    }
    assertThat(replica.durable()).isEqualTo(new Slot(2));
  }

  private void restart() {
    replica = restored();
    acceptor.crashAndRestart(replica.durable());
    sent.clear();
  }

  /** Whatever it asks B for, B has learned under {@code ballot}. */
  private void catchUpFromPeer(Ballot ballot) {
    for (int i = 0; i < 100; i++) {
      pass(100);
      for (ReplicaEffect.Send send : List.copyOf(sent)) {
        SyncMessage.Fetch fetch = (SyncMessage.Fetch) send.message();
        AcceptedPair next = pair(fetch.fromSlot().number(), ballot);
        on(new ReplicaInput.Fetched(B, fetch.fromSlot(), List.of(next), new Slot(SLOTS), false));
        sent.remove(send);
      }
      acceptor.carryOutAll();
    }
  }

  private void assertAllDurable() {
    assertThat(replica.state().applied()).isEqualTo(new Slot(SLOTS));
    assertThat(replica.durable()).isEqualTo(new Slot(SLOTS));
    assertThat(store.load().header().applied()).isEqualTo(new Slot(SLOTS));
  }

  @Test
  void flushesWhatItFetchedThoughItsJournalHeldItAlready() {
    endAheadOfTheStore();
    restart();
    watermark(FIRST, SLOTS);
    catchUpFromPeer(FIRST);

    assertAllDurable();
  }

  @Test
  void flushesWhatItFetchedThoughItsJournalHoldsItUnderAHigherBallot() {
    endAheadOfTheStore();
    for (long slot = 3; slot <= SLOTS; slot++) {
      accept(slot, SECOND);
    }
    restart();
    watermark(SECOND, SLOTS);
    catchUpFromPeer(FIRST);

    assertAllDurable();
  }

  @Test
  void flushesWhatItFetchedWhereItsJournalHoldsWhatWasNeverChosen() {
    endAheadOfTheStore();
    restart();
    watermark(SECOND, SLOTS);
    catchUpFromPeer(SECOND);

    assertAllDurable();
    assertThat(acceptor.pairs().get(new Slot(SLOTS))).isEqualTo(pair(SLOTS, SECOND));
  }

  /** Of a group of one there is nobody else to ask. */
  @Test
  void learnsFromItsOwnJournalWhatHadNoRoomInMemory() {
    settings = withRoomFor(300);
    restart();
    for (long slot = 1; slot <= SLOTS; slot++) {
      accept(slot, FIRST);
    }
    watermark(FIRST, SLOTS);
    for (int i = 0; i < 100; i++) {
      pass(100);
    }

    assertAllDurable();
  }

  private static ReplicaSettings withRoomFor(long bytes) {
    ReplicaSettings d = ReplicaSettings.DEFAULTS;
    return new ReplicaSettings(
        d.gapPatience(),
        d.fetchTimeout(),
        d.fetchBackoff(),
        d.maxFetchBackoff(),
        d.fetchChunkBytes(),
        bytes,
        d.maxTailBytes(),
        d.maxLogReads(),
        d.flushBytes(),
        d.flushInterval(),
        d.maxUnflushedBytes(),
        d.maxWaitingReads(),
        d.maxReadWait(),
        ServingSettings.DEFAULTS);
  }
}
