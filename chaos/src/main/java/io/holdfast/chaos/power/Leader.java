package io.holdfast.chaos.power;

import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.actor.AdmitReply;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.WriteCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to a booted machine in the place of the members' coordinators: prepares, learns what is
 * open, proposes, and says what is chosen. What the machine accepts is chosen: with w = 1 its
 * answer is a quorum, so each of its answers counts fully.
 */
final class Leader {

  private static final int MOST_IN_FLIGHT = 16;

  /** What is asked and not answered yet. */
  private record Asked(long slot, CompletableFuture<AcceptorReply> answer) {}

  private final MachineBoot boot;
  private final Acknowledged acknowledged;
  private final boolean answersEarly;
  private final List<Asked> inFlight = new ArrayList<>();
  private @Nullable Ballot ballot;
  private long next;
  private long chosenUpTo;

  /**
   * @param answersEarly whether a request counts as answered when it is sent, which is wrong
   */
  Leader(MachineBoot boot, Acknowledged acknowledged, boolean answersEarly) {
    this.boot = boot;
    this.acknowledged = acknowledged;
    this.answersEarly = answersEarly;
  }

  /** Whether some ballot is promised that it can propose under. */
  boolean leads() {
    return ballot != null;
  }

  /** Has a ballot promised that is higher than all before; proposes nothing under it yet. */
  Replies.Promise promise(MemberId proposer) throws PowerCut, NodeStopped, InterruptedException {
    settle();
    Ballot higher = new Ballot(acknowledged.highestRound() + 1, proposer);
    ballot = null;
    acknowledged.asks(higher);
    Slot from = new Slot(boot.learned().reached()).next();
    CompletableFuture<Replies.Promise> promise = boot.replies().toPrepare(higher);
    ask(proposer, new AcceptorRequest.Prepare(higher, from));
    Replies.Promise whole = boot.await(promise, "the promise of " + higher);
    ballot = higher;
    chosenUpTo = whole.learnedUpTo().number();
    next = chosenUpTo + 1;
    return whole;
  }

  /**
   * Leads: has a ballot promised, and proposes again what is open.
   *
   * @return what the promise should have named and did not
   */
  List<Finding> lead(MemberId proposer) throws PowerCut, NodeStopped, InterruptedException {
    Replies.Promise promise = promise(proposer);
    List<Finding> findings = new ArrayList<>();
    Set<Long> accepted = acknowledged.accepted().keySet();
    long last = acknowledged.lastChosen();
    for (AcceptedPair pair : promise.pairs()) {
      last = Math.max(last, pair.slot().number());
    }
    for (long slot = next; slot <= last; slot++) {
      long open = slot;
      Optional<Batch> named =
          promise.pairs().stream()
              .filter(pair -> pair.slot().number() == open)
              .map(AcceptedPair::batch)
              .findFirst();
      Optional<Batch> chosen = acknowledged.chosen(slot);
      if (named.isEmpty() && accepted.contains(slot)) {
        findings.add(Finding.lost("slot %d is not named by the promise".formatted(slot)));
      }
      // What other members hold comes with their promises.
      propose(chosen.or(() -> named).orElse(Batch.NO_OP));
    }
    settle();
    return findings;
  }

  /** Has the replica give each command a plan; those that it refuses for now are left out. */
  Optional<Batch> admit(List<WriteCommand> commands)
      throws PowerCut, NodeStopped, InterruptedException {
    List<BatchEntry> entries = new ArrayList<>();
    for (WriteCommand command : commands) {
      CompletableFuture<AdmitReply> reply = new CompletableFuture<>();
      boot.tellReplica(new CacheOwner.Admit(command, Caller.ANYBODY, reply));
      if (boot.await(reply, "an admission") instanceof AdmitReply.Admitted admitted) {
        entries.add(new BatchEntry.CommandEntry(admitted.entry()));
      }
    }
    return entries.isEmpty() ? Optional.empty() : Optional.of(BatchFormat.encode(entries));
  }

  /** Proposes a batch for the next slot; waits only where too many answers are missing. */
  void propose(Batch batch) throws PowerCut, NodeStopped, InterruptedException {
    while (inFlight.size() >= MOST_IN_FLIGHT) {
      takeAnswer(inFlight.remove(0));
    }
    Ballot under = ballot();
    long slot = next++;
    acknowledged.asks(slot, under, batch);
    inFlight.add(new Asked(slot, boot.replies().toAccept(under, new Slot(slot))));
    ask(
        under.proposer(),
        new AcceptorRequest.Accept(under, new Slot(slot), batch, new Slot(chosenUpTo)));
    if (answersEarly) {
      acknowledged.accepted(slot, under);
    }
  }

  /** Other members accept a batch for the next slot; this machine has to fetch it. */
  void proposeElsewhere(Batch batch) throws PowerCut, NodeStopped, InterruptedException {
    settle();
    long slot = next++;
    acknowledged.chosenElsewhere(slot, ballot(), batch);
    chosenUpTo = slot;
    settle();
  }

  /** Waits until all that was asked is answered, and the replica has executed it. */
  void settle() throws PowerCut, NodeStopped, InterruptedException {
    while (!inFlight.isEmpty()) {
      takeAnswer(inFlight.remove(0));
    }
    if (ballot != null) {
      boot.tellReplica(new CacheOwner.Watermark(ballot, new Slot(chosenUpTo), ballot.proposer()));
      boot.await(boot.applied().at(chosenUpTo), "executing slot " + chosenUpTo);
    }
  }

  /** Takes up answers that are there, without waiting. */
  void takeAnswers() throws PowerCut, NodeStopped, InterruptedException {
    while (!inFlight.isEmpty() && inFlight.get(0).answer().isDone()) {
      takeAnswer(inFlight.remove(0));
    }
  }

  private void takeAnswer(Asked asked) throws PowerCut, NodeStopped, InterruptedException {
    AcceptorReply reply = boot.await(asked.answer(), "the answer for slot " + asked.slot());
    if (!(reply instanceof AcceptorReply.Accepted)) {
      throw new NodeStopped("slot " + asked.slot() + " was refused: " + reply);
    }
    chosenUpTo = asked.slot();
  }

  private void ask(MemberId from, AcceptorRequest request) {
    boot.tell(new AcceptorInput.Asked(from, request));
  }

  private Ballot ballot() {
    if (ballot == null) {
      throw new IllegalStateException("nothing is promised to propose under");
    }
    return ballot;
  }

  /** The last slot known to be chosen. */
  long chosenUpTo() {
    return chosenUpTo;
  }
}
