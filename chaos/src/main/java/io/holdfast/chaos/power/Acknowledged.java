package io.holdfast.chaos.power;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.config.core.PeerLedger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a machine was asked and what it has acknowledged, over all its boots. A power cut may take
 * back nothing that was acknowledged, and add nothing that was not asked. For any thread.
 */
final class Acknowledged {

  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Set<Ballot> ballots = new HashSet<>();

  /** For each slot, the batch asked for under each ballot. */
  @GuardedBy("lock")
  private final Map<Long, Map<Ballot, Batch>> asked = new HashMap<>();

  @GuardedBy("lock")
  private final NavigableMap<Long, Batch> chosen = new TreeMap<>();

  /** For each slot that this machine has acknowledged, the highest ballot of its answers. */
  @GuardedBy("lock")
  private final NavigableMap<Long, Ballot> accepted = new TreeMap<>();

  @GuardedBy("lock")
  private final Map<Long, Ballot> recording = new HashMap<>();

  /** For each slot chosen elsewhere, under which ballot. */
  @GuardedBy("lock")
  private final Map<Long, Ballot> elsewhere = new HashMap<>();

  @GuardedBy("lock")
  private final NavigableMap<Long, Digest> chain = new TreeMap<>();

  @GuardedBy("lock")
  private Ballot promised = Ballot.BOTTOM;

  @GuardedBy("lock")
  private long highestRound;

  @GuardedBy("lock")
  private long flushed;

  @GuardedBy("lock")
  private long trimAsked;

  @GuardedBy("lock")
  private PeerLedger ledger = PeerLedger.EMPTY;

  @GuardedBy("lock")
  private long incarnation;

  @GuardedBy("lock")
  private long boots;

  @GuardedBy("lock")
  private long count;

  // ---- What is asked

  /** A ballot higher than all before is about to be used. */
  void asks(Ballot ballot) {
    synchronized (lock) {
      ballots.add(ballot);
      highestRound = Math.max(highestRound, ballot.round());
    }
  }

  /** A batch is about to be sent to be accepted. */
  void asks(long slot, Ballot ballot, Batch batch) {
    synchronized (lock) {
      asked.computeIfAbsent(slot, unused -> new HashMap<>()).put(ballot, batch);
    }
  }

  /** The log may be trimmed up to here. */
  void asksToTrim(long slot) {
    synchronized (lock) {
      trimAsked = Math.max(trimAsked, slot);
    }
  }

  // ---- What is acknowledged

  /** The acceptor has answered. */
  void told(AcceptorReply reply) {
    if (reply instanceof AcceptorReply.Promised promise) {
      promised(promise.ballot());
    } else if (reply instanceof AcceptorReply.Accepted told) {
      accepted(told.slot().number(), told.ballot());
    }
  }

  private void promised(Ballot ballot) {
    synchronized (lock) {
      promised = Ballot.max(promised, ballot);
      count++;
    }
  }

  /** The acceptor holds what it was asked to accept. */
  void accepted(long slot, Ballot ballot) {
    synchronized (lock) {
      promised = Ballot.max(promised, ballot);
      accepted.merge(slot, ballot, Ballot::max);
      Optional.ofNullable(asked.get(slot))
          .map(batches -> batches.get(ballot))
          .ifPresent(batch -> chosen.putIfAbsent(slot, batch));
      count++;
    }
  }

  /**
   * Other members have accepted a batch, and so it is chosen, whatever this machine knows of it.
   */
  void chosenElsewhere(long slot, Ballot ballot, Batch batch) {
    synchronized (lock) {
      asks(slot, ballot, batch);
      chosen.putIfAbsent(slot, batch);
      elsewhere.merge(slot, ballot, Ballot::max);
    }
  }

  /** A batch that was chosen elsewhere is about to be recorded. */
  void records(AcceptedPair pair) {
    synchronized (lock) {
      recording.put(pair.slot().number(), pair.ballot());
    }
  }

  /** It is recorded: the acceptor holds it, as it holds what it has accepted. */
  void recorded(long slot) {
    synchronized (lock) {
      Optional.ofNullable(recording.remove(slot))
          .ifPresent(ballot -> accepted.merge(slot, ballot, Ballot::max));
      count++;
    }
  }

  /** The replica has executed a slot, and callers are told what came of it. */
  void applied(long slot, Digest chainHash) {
    synchronized (lock) {
      chain.put(slot, chainHash);
      count++;
    }
  }

  /** The store holds everything up to here. */
  void flushed(long slot) {
    synchronized (lock) {
      flushed = Math.max(flushed, slot);
      count++;
    }
  }

  /** The directory was opened. */
  void booted(long ofIncarnation, long boot) {
    synchronized (lock) {
      incarnation = ofIncarnation;
      boots = Math.max(boots, boot);
      count++;
    }
  }

  /** What is known of the peers was saved. */
  void saved(PeerLedger saved) {
    synchronized (lock) {
      ledger = saved;
      count++;
    }
  }

  // ---- Looking

  long highestRound() {
    synchronized (lock) {
      return highestRound;
    }
  }

  boolean wasAsked(Ballot ballot) {
    synchronized (lock) {
      return ballots.contains(ballot);
    }
  }

  Optional<Batch> asked(long slot, Ballot ballot) {
    synchronized (lock) {
      return Optional.ofNullable(asked.getOrDefault(slot, Map.of()).get(ballot));
    }
  }

  Ballot promised() {
    synchronized (lock) {
      return promised;
    }
  }

  /** The chosen batch of a slot, if one is known to be. */
  Optional<Batch> chosen(long slot) {
    synchronized (lock) {
      return Optional.ofNullable(chosen.get(slot));
    }
  }

  /** The ballot under which those who have learned a slot hold it. */
  Ballot chosenUnder(long slot) {
    synchronized (lock) {
      return Ballot.max(
          elsewhere.getOrDefault(slot, Ballot.BOTTOM), accepted.getOrDefault(slot, Ballot.BOTTOM));
    }
  }

  /** The last slot with a chosen batch; 0 where there is none. */
  long lastChosen() {
    synchronized (lock) {
      return chosen.isEmpty() ? 0 : chosen.lastKey();
    }
  }

  /** The slots that this machine has acknowledged, with the highest ballot of its answers. */
  NavigableMap<Long, Ballot> accepted() {
    synchronized (lock) {
      return new TreeMap<>(accepted);
    }
  }

  Optional<Digest> chainHash(long slot) {
    synchronized (lock) {
      return Optional.ofNullable(chain.get(slot));
    }
  }

  long flushed() {
    synchronized (lock) {
      return flushed;
    }
  }

  long trimAsked() {
    synchronized (lock) {
      return trimAsked;
    }
  }

  PeerLedger ledger() {
    synchronized (lock) {
      return ledger;
    }
  }

  /** That of the directory; 0 before the first boot. */
  long incarnation() {
    synchronized (lock) {
      return incarnation;
    }
  }

  /** The number of the last boot. */
  long boots() {
    synchronized (lock) {
      return boots;
    }
  }

  /** How many acknowledgements there were. */
  long count() {
    synchronized (lock) {
      return count;
    }
  }
}
