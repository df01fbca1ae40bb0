package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Every proposal whose callers wait or whose deadline has not passed, of this leadership and of
 * earlier ones: a tracker outlives leadership and concludes at its deadline (protocol, section 3).
 */
final class OpenWrites {

  private static final int SOME = 16;

  /** Of equal deadlines any comes first. */
  private final PriorityQueue<Proposal> byDeadline =
      new PriorityQueue<>(SOME, OpenWrites::compareDeadlines);

  private final Map<Slot, List<Proposal>> bySlot = new HashMap<>();
  private int callers;

  /** Monotonic time may overflow: only differences mean something. */
  private static int compareDeadlines(Proposal one, Proposal other) {
    return Long.signum(one.tracker().deadlineNanos() - other.tracker().deadlineNanos());
  }

  void add(Proposal proposal) {
    byDeadline.add(proposal);
    bySlot.computeIfAbsent(proposal.slot(), slot -> new ArrayList<>(1)).add(proposal);
    callers += proposal.callers();
  }

  /** Callers that wait for an outcome. */
  int callers() {
    return callers;
  }

  /** Whether callers wait whose deadline is before {@code nanos}, in monotonic time. */
  boolean hasCallersDueBefore(long nanos) {
    return bySlot.values().stream()
        .flatMap(List::stream)
        .anyMatch(
            proposal -> proposal.hasCallers() && nanos - proposal.tracker().deadlineNanos() > 0);
  }

  /** The proposal of exactly this ballot and slot, if it is still open. */
  Optional<Proposal> find(Ballot ballot, Slot slot) {
    return bySlot.getOrDefault(slot, List.of()).stream()
        .filter(proposal -> proposal.tracker().ballot().equals(ballot))
        .findFirst();
  }

  /** Leadership under {@code lost} ended because {@code by} was seen. */
  void preempted(Ballot lost, Ballot by) {
    for (Proposal proposal : byDeadline) {
      if (proposal.tracker().ballot().equals(lost)) {
        proposal.preempted(by);
      }
    }
  }

  /** A slot was executed here: callers whose very batch it was are told. */
  void executed(Slot slot, Digest batch, List<ByteString> results, List<CoordinatorEffect> out) {
    for (Proposal proposal : List.copyOf(bySlot.getOrDefault(slot, List.of()))) {
      if (proposal.digest().equals(batch) && proposal.hasCallers()) {
        concludeCommitted(proposal, results, out);
        if (proposal.isExpired()) {
          forget(proposal);
        }
      }
    }
  }

  private void concludeCommitted(
      Proposal proposal, List<ByteString> results, List<CoordinatorEffect> out) {
    List<Long> tokens = take(proposal);
    InvariantViolation.check(
        tokens.size() == results.size(),
        "AppliedInOrder",
        "slot %s has %d callers and %d results",
        proposal.slot(),
        tokens.size(),
        results.size());
    AckReport acks = proposal.tracker().report();
    for (int i = 0; i < tokens.size(); i++) {
      Outcome outcome = new Outcome.Committed(proposal.slot(), results.get(i), acks);
      out.add(new CoordinatorEffect.Conclude(tokens.get(i), outcome));
    }
  }

  /** Concludes what is past its deadline. */
  void tick(Now now, List<CoordinatorEffect> out) {
    while (!byDeadline.isEmpty() && now.isAfter(byDeadline.peek().tracker().deadlineNanos())) {
      Proposal proposal = byDeadline.remove();
      Verdict verdict = proposal.tracker().verdict(now);
      note(proposal, verdict, out);
      if (verdict instanceof Verdict.Met && proposal.hasCallers()) {
        // Chosen and not executed here yet: the callers are answered when it is.
        proposal.expire();
      } else {
        concludeUndecided(proposal, verdict, out);
        forget(proposal);
      }
    }
  }

  /**
   * The local disk failed: nothing is acknowledged from here on, not even what the others have
   * accepted.
   */
  void localWriteFailed(Now now, List<CoordinatorEffect> out) {
    for (List<Proposal> atSlot : bySlot.values()) {
      for (Proposal proposal : atSlot) {
        proposal.tracker().localFailed();
        Verdict verdict = proposal.tracker().verdict(now);
        Verdict told =
            verdict instanceof Verdict.Met ? new Verdict.LocalWriteFailed(verdict.acks()) : verdict;
        note(proposal, told, out);
        concludeUndecided(proposal, told, out);
      }
    }
    byDeadline.clear();
    bySlot.clear();
  }

  /**
   * What this replica executes is not what a majority executes: callers are told that the replicas
   * disagree, and nothing of what came of it here.
   */
  void diverged(List<CoordinatorEffect> out) {
    for (List<Proposal> atSlot : bySlot.values()) {
      for (Proposal proposal : atSlot) {
        AckReport acks = proposal.tracker().report();
        Verdict told = new Verdict.NotMet(Verdict.Reason.ID_DRIFT, acks);
        if (!proposal.isExpired()) {
          note(proposal, told, out);
        }
        concludeUndecided(proposal, told, out);
      }
    }
    byDeadline.clear();
    bySlot.clear();
  }

  private static void note(Proposal proposal, Verdict verdict, List<CoordinatorEffect> out) {
    out.add(
        new CoordinatorEffect.NoteVerdict(proposal.slot(), verdict, proposal.tracker().report()));
  }

  private void concludeUndecided(Proposal proposal, Verdict verdict, List<CoordinatorEffect> out) {
    for (long token : take(proposal)) {
      Outcome outcome = new Outcome.Undecided(proposal.slot(), verdict, proposal.preemptedBy());
      out.add(new CoordinatorEffect.Conclude(token, outcome));
    }
  }

  private List<Long> take(Proposal proposal) {
    callers -= proposal.callers();
    return proposal.takeTokens();
  }

  private void forget(Proposal proposal) {
    List<Proposal> atSlot = bySlot.getOrDefault(proposal.slot(), List.of());
    if (atSlot.remove(proposal) && atSlot.isEmpty()) {
      bySlot.remove(proposal.slot());
    }
  }
}
