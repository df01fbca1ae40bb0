package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.CoordinatorMessage.AskChainHash;
import io.holdfast.quorum.core.CoordinatorMessage.ChainHashAt;
import io.holdfast.quorum.core.DivergenceView.State;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares this replica's chain hashes with what others report, and finds out who is wrong where
 * they differ (protocol, section 8): everyone is asked for the hash at one slot, and what a
 * majority of the voters have there is right. Learners are compared and do not count.
 *
 * <p>Reports name whatever slot a member happens to be at, so they show who differs from this one
 * and not who agree with each other. That takes one slot for all. And a report may be older than
 * what it meets, or of a slot below one at which the same member was equal a moment ago, since its
 * store is not what it wrote: so nobody is judged by reports, and what was found is only taken back
 * for a report of the disputed slot or a later one. An answer names the question.
 *
 * <p>The schedule that breaks without a majority: A, B and C have x, and a bit of A's flips. A is
 * the leader and finds that B differs. Did it throw B out, and C after it, the flipped bit would be
 * all that is left.
 *
 * <p>Two chains that differ at a slot differ at every later one, and two that are equal were so at
 * every earlier one. Memory is bounded by the number of members.
 */
final class DivergenceWatch {

  private record Report(Slot slot, Digest chainHash) {}

  private final Standing standing;

  /** Who was found to differ, and is not equal again. */
  private final Set<MemberId> differing = new TreeSet<>();

  /** Who differed and does not any more, until somebody asks. */
  private final Set<MemberId> equalAgain = new TreeSet<>();

  /** Of members that are ahead, one report each, until this one is there. */
  private final Map<MemberId, Report> ahead = new TreeMap<>();

  private @Nullable Dispute dispute;
  private long undecidedSinceNanos;
  private long askAgainNanos;
  private boolean stopped;
  private Slot divergedAt = Slot.ZERO;
  private Set<MemberId> majority = Set.of();
  private boolean minority;
  private long count;
  private DivergenceView told = new DivergenceView(State.NONE, Slot.ZERO, new TreeSet<>(), 0);

  DivergenceWatch(Standing standing) {
    this.standing = standing;
  }

  /** This replica was found to be in the minority before it started again, by these. */
  void startInMinority(Slot slot, Set<MemberId> agreeing) {
    minority = true;
    divergedAt = slot;
    majority = Set.copyOf(agreeing);
  }

  /** Whether most agree with each other and not with this one. It stays so. */
  boolean isMinority() {
    return minority;
  }

  /** Whether nothing may be written, since no majority agrees on anything. */
  boolean stopsWriting() {
    return stopped && !minority;
  }

  /** Whose replicas are wrong, as far as this one can tell; nobody's, where it is itself wrong. */
  Set<MemberId> wrong() {
    return minority ? Set.of() : Set.copyOf(differing);
  }

  /** Who was found equal again since this was last asked. */
  List<MemberId> takeEqualAgain() {
    List<MemberId> taken = List.copyOf(equalAgain);
    equalAgain.clear();
    return taken;
  }

  // ---- What comes in

  /** A member says what it has at a slot. */
  void heard(MemberId from, Slot slot, Digest hash, Now now, List<CoordinatorEffect> out) {
    if (slot.isAfter(standing.chain.applied())) {
      ahead.putIfAbsent(from, new Report(slot, hash));
      return;
    }
    Digest own = standing.chain.at(slot);
    if (own == null || slot.equals(Slot.ZERO)) {
      return;
    }
    if (own.equals(hash)) {
      // A report that is older than the dispute says nothing of what came since.
      if (dispute == null || dispute.slot().isAtMost(slot)) {
        isEqual(from);
      }
    } else if (differing.add(from)) {
      count++;
      if (dispute == null || dispute.of(from).isPresent()) {
        // A new one, or one that has been found equal at the disputed slot, and is not any more.
        open(slot, now, out);
      }
    }
    judge(out);
  }

  private void isEqual(MemberId from) {
    if (differing.remove(from)) {
      equalAgain.add(from);
    }
    if (differing.isEmpty() && !minority) {
      dispute = null;
      stopped = false;
    }
  }

  /** This replica has executed a slot: what was ahead may be comparable. */
  void executed(Slot slot, Now now, List<CoordinatorEffect> out) {
    if (ahead.isEmpty()) {
      return;
    }
    for (MemberId member : List.copyOf(ahead.keySet())) {
      Report report = Objects.requireNonNull(ahead.get(member));
      if (report.slot().isAtMost(slot)) {
        ahead.remove(member);
        heard(member, report.slot(), report.chainHash(), now, out);
      }
    }
  }

  /** Somebody asks. Who has not executed the slot yet is asked again. */
  void asked(MemberId from, AskChainHash ask, List<CoordinatorEffect> out) {
    if (ask.slot().isAtMost(standing.chain.applied())) {
      Optional<Digest> hash = Optional.ofNullable(standing.chain.at(ask.slot()));
      out.add(new CoordinatorEffect.Say(from, new ChainHashAt(ask.nonce(), ask.slot(), hash)));
    }
  }

  /** Somebody answers. */
  void answered(MemberId from, ChainHashAt answer, Now now, List<CoordinatorEffect> out) {
    Dispute open = dispute;
    if (open == null || !open.answered(from, answer)) {
      return;
    }
    Optional<Digest> own = open.of(standing.self);
    if (answer.chainHash().isPresent()) {
      if (answer.chainHash().equals(own)) {
        isEqual(from);
      } else if (differing.add(from)) {
        count++;
      }
    }
    judge(out);
  }

  /** Time has passed. */
  void tick(Now now, List<CoordinatorEffect> out) {
    Dispute open = dispute;
    if (open != null && now.isAfter(askAgainNanos)) {
      if (isUndecided(open) && now.isAfter(undecidedSinceNanos)) {
        // Perhaps some do not remember that slot: another one will do as well.
        stopped = true;
        open(standing.chain.applied(), now, out);
      } else {
        ask(open, now, out);
      }
    }
    judge(out);
  }

  /** Others take part now. */
  void retain(Set<MemberId> members) {
    ahead.keySet().retainAll(members);
    differing.retainAll(members);
    if (differing.isEmpty() && !minority) {
      dispute = null;
      stopped = false;
    }
  }

  // ---- Who is wrong

  private void open(Slot slot, Now now, List<CoordinatorEffect> out) {
    Digest own = standing.chain.at(slot);
    if (own != null) {
      long nonce = standing.random.nextLong();
      Dispute before = dispute;
      Dispute opened =
          before != null && before.slot().equals(slot)
              ? before.again(nonce)
              : new Dispute(nonce, slot, standing.self, own);
      dispute = opened;
      undecidedSinceNanos = now.nanosAfter(standing.timing.electionTimeout().multipliedBy(2));
      ask(opened, now, out);
    }
  }

  private void ask(Dispute open, Now now, List<CoordinatorEffect> out) {
    askAgainNanos = now.nanosAfter(standing.timing.aliveInterval());
    for (MemberId other : standing.others()) {
      if (!open.isAnsweredBy(other)) {
        out.add(new CoordinatorEffect.Say(other, open.question()));
      }
    }
  }

  private boolean isUndecided(Dispute open) {
    return open.majorityOf(standing.nextConfiguration().members()).isEmpty();
  }

  private void judge(List<CoordinatorEffect> out) {
    Dispute open = dispute;
    if (open != null) {
      Set<MemberId> most = open.majorityOf(standing.nextConfiguration().members());
      Optional<Digest> theirs = most.stream().findFirst().flatMap(open::of);
      if (theirs.isPresent()) {
        stopped = false;
        if (!theirs.equals(open.of(standing.self)) && !most.equals(majority)) {
          minority = true;
          divergedAt = open.slot();
          majority = most;
          out.add(new CoordinatorEffect.Diverged(divergedAt, majority));
        }
      }
    }
    DivergenceView view = view();
    if (!view.equals(told)) {
      told = view;
      out.add(new CoordinatorEffect.NoteDivergence(view));
    }
  }

  /** What is known. */
  DivergenceView view() {
    Dispute open = dispute;
    if (minority) {
      return new DivergenceView(State.MINORITY, divergedAt, new TreeSet<>(majority), count);
    }
    if (open == null) {
      return new DivergenceView(State.NONE, Slot.ZERO, new TreeSet<>(), count);
    }
    State state =
        stopped ? State.NO_MAJORITY : isUndecided(open) ? State.COMPARING : State.MAJORITY_SEEN;
    return new DivergenceView(state, open.slot(), new TreeSet<>(differing), count);
  }
}
