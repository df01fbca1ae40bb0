package io.holdfast.sync.core;

import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.AcceptorEffect;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A replica's acceptor, the real one, with a simulated journal: what is in memory of it is lost in
 * a crash, writes under way included, and it answers the replica as {@code AcceptorActor} does.
 */
final class LocalAcceptor {

  /** Nothing learned and durable stays in memory; snapshots are frequent. */
  static final AcceptorLimits FORGETFUL = new AcceptorLimits(20, 0, 1 << 20, 1 << 20);

  private final Set<MemberId> members;
  private final TreeMap<Long, AcceptorEvent> journal = new TreeMap<>();
  private final Deque<Object> pending = new ArrayDeque<>();
  private final Consumer<ReplicaInput> replica;
  private Optional<AcceptorSnapshot> snapshot = Optional.empty();
  private AcceptorCore core;

  /**
   * @param members who may ask
   * @param replica is told what this node's replica is told
   */
  LocalAcceptor(List<MemberId> members, Consumer<ReplicaInput> replica) {
    this.members = Set.copyOf(members);
    this.replica = replica;
    this.core = recovered(Slot.ZERO);
  }

  private AcceptorCore recovered(Slot storeDurable) {
    AcceptorCore recovered = AcceptorCore.recovering(FORGETFUL, snapshot, storeDurable);
    long after = snapshot.map(AcceptorSnapshot::sequenceNumber).orElse(0L);
    journal.tailMap(after, false).forEach(recovered::recover);
    recovered.start(members, Slot.ZERO);
    return recovered;
  }

  /** Loses what is not on disk and starts again beside a store that holds slots up to there. */
  void crashAndRestart(Slot storeDurable) {
    pending.clear();
    core = recovered(storeDurable);
  }

  /** Its leader asks for a vote. */
  void accept(AcceptedPair pair) {
    AcceptorRequest accept =
        new AcceptorRequest.Accept(pair.ballot(), pair.slot(), pair.batch(), Slot.ZERO);
    on(new AcceptorInput.Asked(pair.ballot().proposer(), accept));
  }

  /** Carries out what the replica wants of it; false where that is another neighbour's part. */
  boolean take(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.LearnedUpTo learned) {
      on(new AcceptorInput.LearnedUpTo(learned.slot()));
    } else if (effect instanceof ReplicaEffect.DurableUpTo durable) {
      on(new AcceptorInput.DurableUpTo(durable.slot()));
    } else if (effect instanceof ReplicaEffect.RecordChosen record) {
      on(new AcceptorInput.ChosenFetched(record.pair()));
    } else if (effect instanceof ReplicaEffect.ReadLog read) {
      pending.add(new ReplicaInput.LogRead(read.token(), read(read.fromSlot(), read.maxBytes())));
    } else {
      return false;
    }
    return true;
  }

  private void on(AcceptorInput input) {
    pending.addAll(core.on(input));
  }

  private List<AcceptedPair> read(Slot from, int maxBytes) {
    if (from.isAfter(core.learnedUpTo())) {
      return core.acceptedFrom(from, maxBytes);
    }
    List<AcceptedPair> inMemory = core.learnedFrom(from, maxBytes);
    return inMemory.isEmpty() && core.segmentOf(from).isPresent()
        ? pairs().tailMap(from, true).headMap(core.learnedUpTo(), true).values().stream()
            .limit(3)
            .toList()
        : inMemory;
  }

  /** What the journal holds: of each slot the pair of the highest ballot. */
  NavigableMap<Slot, AcceptedPair> pairs() {
    NavigableMap<Slot, AcceptedPair> pairs = new TreeMap<>();
    for (Map.Entry<Long, AcceptorEvent> entry : journal.entrySet()) {
      if (entry.getValue() instanceof AcceptorEvent.PairAccepted p) {
        keep(pairs, new AcceptedPair(p.slot(), p.ballot(), p.batch()));
      } else if (entry.getValue() instanceof AcceptorEvent.ChosenRecorded p) {
        keep(pairs, new AcceptedPair(p.slot(), p.ballot(), p.batch()));
      }
    }
    return pairs;
  }

  private static void keep(Map<Slot, AcceptedPair> pairs, AcceptedPair pair) {
    pairs.merge(pair.slot(), pair, (a, b) -> b.ballot().isBelow(a.ballot()) ? a : b);
  }

  boolean isIdle() {
    return pending.isEmpty();
  }

  /** Carries out the next effect: all before it are on disk. */
  void carryOutNext() {
    Object effect = pending.remove();
    if (effect instanceof AcceptorEffect.Persist persist) {
      journal.put(persist.sequenceNumber(), persist.event());
    } else if (effect instanceof AcceptorEffect.TellAccepted told) {
      AcceptedPair pair = told.pair();
      replica.accept(new ReplicaInput.LocallyAccepted(pair.slot(), pair.ballot(), pair.batch()));
    } else if (effect instanceof AcceptorEffect.TellRecorded told) {
      replica.accept(new ReplicaInput.ChosenRecorded(told.slot()));
    } else if (effect instanceof ReplicaInput.LogRead read) {
      replica.accept(read);
    } else if (effect instanceof AcceptorEffect.SaveSnapshot save) {
      snapshot = Optional.of(save.snapshot());
      on(new AcceptorInput.SnapshotSaved(save.snapshot().sequenceNumber()));
    } else if (effect instanceof AcceptorEffect.DeleteEvents delete) {
      journal.headMap(delete.sequenceNumber(), true).clear();
    } else if (effect instanceof AcceptorEffect.ReportViolation violation) {
      throw new InvariantViolation(violation.invariant(), violation.facts());
    }
  }

  void carryOutAll() {
    while (!isIdle()) {
      carryOutNext();
    }
  }
}
