package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The smallest correct learner: a local pair is learned only if it was accepted under the very
 * ballot that calls it chosen; everything else is fetched from a member that has learned it
 * (ChosenIsNotAccepted).
 */
final class MiniReplica {

  /** What a store holds: the log so far and what follows from it. */
  record Store(List<AcceptedPair> log, Digest chainHash) {
    Slot slot() {
      return new Slot(log.size());
    }
  }

  private final List<AcceptedPair> log;
  private final Map<Slot, AcceptedPair> accepted = new HashMap<>();
  private final Map<Ballot, Slot> watermarks = new HashMap<>();
  private final Consumer<AcceptedPair> onLearned;
  private Slot wanted = Slot.ZERO;
  private int applied;
  private Digest chainHash;

  MiniReplica(Store store, Consumer<AcceptedPair> onLearned) {
    this.log = new ArrayList<>(store.log());
    this.applied = log.size();
    this.chainHash = store.chainHash();
    this.onLearned = onLearned;
  }

  void accepted(AcceptedPair pair) {
    accepted.put(pair.slot(), pair);
    learnWhatIsHere();
  }

  void watermark(Ballot ballot, Slot chosenUpTo) {
    watermarks.merge(ballot, chosenUpTo, Slot::max);
    wanted(chosenUpTo);
    learnWhatIsHere();
  }

  void wanted(Slot upTo) {
    wanted = Slot.max(wanted, upTo);
  }

  private void learnWhatIsHere() {
    AcceptedPair next = accepted.get(learnedUpTo().next());
    while (next != null
        && next.slot().isAtMost(watermarks.getOrDefault(next.ballot(), Slot.ZERO))) {
      learn(next);
      next = accepted.get(learnedUpTo().next());
    }
  }

  /** What another member has learned. */
  boolean fetched(AcceptedPair pair) {
    boolean isNext = pair.slot().equals(learnedUpTo().next());
    if (isNext) {
      learn(pair);
      learnWhatIsHere();
    }
    return isNext;
  }

  private void learn(AcceptedPair pair) {
    log.add(pair);
    onLearned.accept(pair);
  }

  boolean needsFetch() {
    return wanted.isAfter(learnedUpTo());
  }

  Slot learnedUpTo() {
    return new Slot(log.size());
  }

  /** Learned pairs from {@code from} on, a few of them. */
  List<AcceptedPair> serve(Slot from) {
    int start = (int) from.number() - 1;
    if (start >= log.size()) {
      return List.of();
    }
    return List.copyOf(log.subList(start, Math.min(log.size(), start + 20)));
  }

  boolean hasNextToApply() {
    return applied < log.size();
  }

  /** Executes the next slot; returns what it holds. */
  AcceptedPair apply() {
    AcceptedPair pair = log.get(applied++);
    chainHash = Digest.of(chainHash.bytes(), pair.batch().digest().bytes());
    return pair;
  }

  Digest chainHash() {
    return chainHash;
  }

  Store flush() {
    return new Store(List.copyOf(log.subList(0, applied)), chainHash);
  }

  static List<ByteString> results(AcceptedPair pair) {
    List<ByteString> results = new ArrayList<>();
    int entries = BatchFormat.decode(pair.batch()).size();
    for (int i = 0; i < entries; i++) {
      results.add(MiniOracle.result(pair.slot(), i));
    }
    return results;
  }
}
