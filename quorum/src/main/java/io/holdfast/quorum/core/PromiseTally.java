package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The promises for one ballot and one first slot, and what they oblige the proposer to (Paxos Made
 * Simple, section 2.2: propose the value of the highest-numbered proposal among the promises).
 * Promises that come after leadership began count for slots that were not proposed yet
 * (ConfigurationBySlot).
 */
final class PromiseTally {

  private final Ballot ballot;
  private final Slot fromSlot;
  private final Map<MemberId, Chunks> assembling = new HashMap<>();
  private final Set<MemberId> promisers = new TreeSet<>();
  private final TreeMap<Slot, AcceptedPair> highest = new TreeMap<>();
  private Slot learnedUpTo = Slot.ZERO;
  private Slot lastOpenSlot = Slot.ZERO;
  private @Nullable MemberId learner;

  PromiseTally(Ballot ballot, Slot fromSlot) {
    this.ballot = ballot;
    this.fromSlot = fromSlot;
  }

  Ballot ballot() {
    return ballot;
  }

  Slot fromSlot() {
    return fromSlot;
  }

  /** Takes one chunk; true when it completed its sender's promise. */
  boolean add(MemberId from, Promised chunk) {
    if (!chunk.ballot().equals(ballot)
        || !chunk.fromSlot().equals(fromSlot)
        || promisers.contains(from)) {
      return false;
    }
    Chunks chunks = assembling.get(from);
    if (chunks == null || !chunks.sameAnswer(chunk)) {
      // The prepare was answered again, or an old answer comes late: the next one will do.
      chunks = new Chunks(chunk);
      assembling.put(from, chunks);
    }
    if (!chunks.add(chunk)) {
      return false;
    }
    assembling.remove(from);
    promisers.add(from);
    for (AcceptedPair pair : chunks.pairs()) {
      // A late promise also reports what was accepted under this very ballot: that binds nobody
      // anew.
      if (!pair.ballot().equals(ballot)) {
        highest.merge(pair.slot(), pair, (a, b) -> a.ballot().compareTo(b.ballot()) >= 0 ? a : b);
        lastOpenSlot = Slot.max(lastOpenSlot, pair.slot());
      }
    }
    if (learner == null || chunk.learnedUpTo().isAfter(learnedUpTo)) {
      learnedUpTo = chunk.learnedUpTo();
      learner = from;
    }
    return true;
  }

  /** Members whose promise is complete. */
  Set<MemberId> promisers() {
    return promisers;
  }

  /** The last slot that any of them has learned: everything up to there is chosen. */
  Slot learnedUpTo() {
    return learnedUpTo;
  }

  /** Who has learned up to {@link #learnedUpTo}; null before the first promise. */
  @Nullable MemberId learner() {
    return learner;
  }

  /** The value that must be proposed in {@code slot}, or null where none was accepted. */
  @Nullable AcceptedPair obliged(Slot slot) {
    return highest.get(slot);
  }

  /** The last slot in which an earlier leader may have had something chosen. */
  Slot lastOpenSlot() {
    return Slot.max(learnedUpTo, lastOpenSlot);
  }

  /** Forgets values for slots up to {@code slot}: they are proposed. */
  void proposed(Slot slot) {
    highest.headMap(slot, true).clear();
  }

  /** The chunks of one answer, in any order. */
  private static final class Chunks {
    private final TreeMap<Integer, List<AcceptedPair>> parts = new TreeMap<>();
    private final long builtAt;
    private final Slot learnedUpTo;
    private int last = Integer.MAX_VALUE;

    Chunks(Promised any) {
      builtAt = any.builtAt();
      learnedUpTo = any.learnedUpTo();
    }

    boolean sameAnswer(Promised chunk) {
      return chunk.builtAt() == builtAt && chunk.learnedUpTo().equals(learnedUpTo);
    }

    /** Adds a chunk; true when all from 0 to the last are there. */
    boolean add(Promised chunk) {
      parts.put(chunk.chunk(), chunk.accepted());
      if (chunk.last()) {
        last = chunk.chunk();
      }
      return parts.size() - 1 == last;
    }

    List<AcceptedPair> pairs() {
      List<AcceptedPair> pairs = new ArrayList<>();
      parts.values().forEach(pairs::addAll);
      return pairs;
    }
  }
}
