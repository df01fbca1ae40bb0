package io.holdfast.chaos.power;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Who waits for which answer of an acceptor. For any thread. */
final class Replies {

  private record Question(Ballot ballot, Slot slot) {}

  /**
   * A promise as a whole.
   *
   * @param learnedUpTo up to where the acceptor names no pairs
   * @param pairs those above that it has accepted
   */
  record Promise(Slot learnedUpTo, List<AcceptedPair> pairs) {
    Promise {
      pairs = List.copyOf(pairs);
    }
  }

  private final Map<Question, CompletableFuture<AcceptorReply>> accepts = new ConcurrentHashMap<>();
  private final Map<Ballot, CompletableFuture<Promise>> promises = new ConcurrentHashMap<>();
  private final Map<Ballot, List<AcceptedPair>> chunks = new ConcurrentHashMap<>();

  CompletableFuture<AcceptorReply> toAccept(Ballot ballot, Slot slot) {
    return accepts.computeIfAbsent(new Question(ballot, slot), unused -> new CompletableFuture<>());
  }

  CompletableFuture<Promise> toPrepare(Ballot ballot) {
    return promises.computeIfAbsent(ballot, unused -> new CompletableFuture<>());
  }

  /** From the acceptor's thread. */
  void told(AcceptorReply reply) {
    if (reply instanceof AcceptorReply.Promised promised) {
      onPromised(promised);
    } else if (reply instanceof AcceptorReply.Accepted accepted) {
      answer(accepted.ballot(), accepted.slot(), reply);
    } else if (reply instanceof AcceptorReply.Rejected rejected) {
      answer(rejected.refused(), rejected.slot(), reply);
    } else if (reply instanceof AcceptorReply.AlreadyChosen already) {
      answer(already.ballot(), already.slot(), reply);
    }
  }

  private void onPromised(AcceptorReply.Promised promised) {
    List<AcceptedPair> all = chunks.computeIfAbsent(promised.ballot(), unused -> new ArrayList<>());
    all.addAll(promised.accepted());
    CompletableFuture<Promise> asked = promises.get(promised.ballot());
    if (promised.last() && asked != null) {
      asked.complete(new Promise(promised.learnedUpTo(), all));
    }
  }

  private void answer(Ballot ballot, Slot slot, AcceptorReply reply) {
    CompletableFuture<AcceptorReply> asked = accepts.remove(new Question(ballot, slot));
    if (asked != null) {
      asked.complete(reply);
    }
  }
}
