package io.holdfast.sync.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Learns which batches are chosen, in slot order, from what the local acceptor holds and what peers
 * have learned; hands them on to be applied, and serves them to peers that lag.
 *
 * <p><b>ChosenIsNotAccepted</b>: that the local acceptor holds a pair says nothing; that the leader
 * of ballot b says "chosen up to s" says nothing about a pair accepted under another ballot. Only
 * both together do: a leader proposes one value for a slot under its ballot, and that value is the
 * chosen one. Everything else is fetched from a member that has learned it.
 *
 * <p>The schedule that breaks without it: A accepts x in slot 7 under ballot 1 and is cut off; B
 * leads with ballot 2, has y chosen in slot 7 without A, and says "chosen up to 7". A must not take
 * x for chosen.
 */
final class Learner {

  private static final ReplicaInput.Watermark NO_LEADER =
      new ReplicaInput.Watermark(Ballot.BOTTOM, Slot.ZERO, Ballot.BOTTOM.proposer());

  private final MemberId self;
  private final ReplicaSettings settings;
  private final AcceptedBuffer accepted;
  private final GapFetcher fetcher;
  private final LogServer server;

  private ReplicaInput.Watermark watermark = NO_LEADER;
  private Slot catchUpTo = Slot.ZERO;
  private Slot learned;
  private final ArrayDeque<AcceptedPair> toApply = new ArrayDeque<>();
  private long toApplyBytes;
  // Fetched batches that the local journal does not hold durably yet, by slot.
  private final TreeMap<Slot, Digest> unrecorded = new TreeMap<>();
  private @Nullable String stuck;

  /**
   * @param rate how much may be sent to members that lag
   */
  Learner(
      MemberId self,
      List<MemberId> members,
      ReplicaSettings settings,
      Slot learned,
      CatchUpRate rate) {
    this.self = self;
    this.settings = settings;
    this.accepted = new AcceptedBuffer(settings.maxBufferedBytes());
    this.fetcher = new GapFetcher(self, members, settings);
    this.server = new LogServer(settings, rate);
    this.learned = learned;
  }

  /** Takes an input if it is about learning, or ignores it. */
  void on(ReplicaInput input, Now now, List<ReplicaEffect> effects) {
    if (input instanceof ReplicaInput.LocallyAccepted pair) {
      onAccepted(new AcceptedPair(pair.slot(), pair.ballot(), pair.batch()));
    } else if (input instanceof ReplicaInput.Watermark mark) {
      onWatermark(mark);
    } else if (input instanceof ReplicaInput.Fetched fetched) {
      onFetched(fetched, now, effects);
    } else if (input instanceof ReplicaInput.FetchRequested request) {
      server.serve(request, learned, unrecorded.navigableKeySet(), now).ifPresent(effects::add);
    } else if (input instanceof ReplicaInput.Tick) {
      server.serveWaiting(learned, unrecorded.navigableKeySet(), now, effects);
    } else if (input instanceof ReplicaInput.LogRead read) {
      onLogRead(read, now, effects);
    } else if (input instanceof ReplicaInput.ChosenRecorded recorded) {
      unrecorded.remove(recorded.slot());
    } else if (input instanceof ReplicaInput.CatchUp catchUp) {
      catchUpTo = Slot.max(catchUpTo, catchUp.upTo());
      fetcher.hurry(catchUp.from(), now);
    } else if (input instanceof ReplicaInput.MembersChanged changed) {
      fetcher.members(changed.members());
    }
  }

  private void onAccepted(AcceptedPair pair) {
    unrecorded.remove(pair.slot(), pair.batch().digest());
    if (pair.slot().isAfter(learned)) {
      accepted.add(pair);
    }
  }

  /** The last leader that was heard of. */
  Optional<MemberId> leader() {
    return watermark.equals(NO_LEADER) ? Optional.empty() : Optional.of(watermark.leader());
  }

  private void onWatermark(ReplicaInput.Watermark mark) {
    boolean newer =
        mark.ballot().isAbove(watermark.ballot())
            || (mark.ballot().equals(watermark.ballot())
                && mark.chosenUpTo().isAfter(watermark.chosenUpTo()));
    if (newer) {
      watermark = mark;
      fetcher.leader(mark.leader());
    }
  }

  /** Learns what the local acceptor holds, as far as there is room. */
  void learnAccepted() {
    while (hasRoom() && isChosenByAccept(learned.next())) {
      learn(accepted.get(learned.next()).orElseThrow());
    }
  }

  /** ChosenIsNotAccepted: below the watermark, and accepted under the watermark's very ballot. */
  private boolean isChosenByAccept(Slot slot) {
    return slot.isAtMost(watermark.chosenUpTo())
        && accepted.get(slot).map(pair -> pair.ballot().equals(watermark.ballot())).orElse(false);
  }

  private boolean hasRoom() {
    return toApplyBytes <= settings.maxBufferedBytes();
  }

  private void learn(AcceptedPair pair) {
    learned = pair.slot();
    toApply.addLast(pair);
    toApplyBytes += pair.batch().size();
    server.learned(pair);
    accepted.learned(learned);
  }

  private void onFetched(ReplicaInput.Fetched fetched, Now now, List<ReplicaEffect> effects) {
    boolean askedFor =
        fetcher
            .asked()
            .map(q -> q.to().equals(fetched.from()) && q.fromSlot().equals(fetched.fromSlot()))
            .orElse(false);
    if (!askedFor) {
      return;
    }
    if (fetched.pairs().isEmpty() || !isContiguous(fetched)) {
      if (fetched.trimmed() && fetched.fromSlot().isAfter(learned) && stuck == null) {
        stuck =
            "slot %s is missing here and trimmed at %s"
                .formatted(fetched.fromSlot(), fetched.from());
        effects.add(new ReplicaEffect.Stuck(stuck));
      }
      if (fetched.trimmed()) {
        fetcher.trimmed(now);
      } else {
        fetcher.failed(now);
      }
      return;
    }
    fetcher.helped();
    for (AcceptedPair pair : fetched.pairs()) {
      if (pair.slot().isAfter(learned)) {
        learnFetched(pair, effects);
      }
    }
    if (!fetched.learnedUpTo().isAfter(learned)) {
      // Caught up with the helper: what is missing now is likely on its way, as in normal running.
      fetcher.closed();
    }
  }

  private static boolean isContiguous(ReplicaInput.Fetched fetched) {
    Slot expected = fetched.fromSlot();
    for (AcceptedPair pair : fetched.pairs()) {
      if (!pair.slot().equals(expected) || expected.isAfter(fetched.learnedUpTo())) {
        return false;
      }
      expected = expected.next();
    }
    return true;
  }

  private void learnFetched(AcceptedPair pair, List<ReplicaEffect> effects) {
    Optional<AcceptedPair> local = accepted.get(pair.slot());
    boolean held = local.isPresent() && local.orElseThrow().ballot().equals(pair.ballot());
    if (held) {
      InvariantViolation.check(
          local.orElseThrow().batch().equals(pair.batch()),
          "OneValuePerBallot",
          "slot %s under %s: accepted here %s, learned elsewhere %s",
          pair.slot(),
          pair.ballot(),
          local.orElseThrow().batch(),
          pair.batch());
    } else {
      unrecorded.put(pair.slot(), pair.batch().digest());
      effects.add(new ReplicaEffect.RecordChosen(pair));
    }
    learn(pair);
  }

  private void onLogRead(ReplicaInput.LogRead read, Now now, List<ReplicaEffect> effects) {
    if (!server.requesterOf(read.token()).map(self::equals).orElse(false)) {
      server.answer(read, learned).ifPresent(effects::add);
      return;
    }
    // Pairs of our own that had no room in memory: accepted, and no more than that.
    server.forget(read.token());
    read.pairs().forEach(this::onAccepted);
    if (fetcher.asked().map(q -> q.to().equals(self)).orElse(false)) {
      if (isChosenByAccept(learned.next())) {
        fetcher.helped();
      } else {
        fetcher.failed(now);
      }
    }
  }

  /**
   * Asks for the first missing slot if it is time to.
   *
   * @param flushWaits a due flush waits until fetched batches are recorded; more of them would keep
   *     it waiting
   */
  void fetchIfMissing(boolean flushWaits, List<ReplicaEffect> effects, Now now) {
    Slot missing = learned.next();
    if (missing.isAfter(Slot.max(watermark.chosenUpTo(), catchUpTo))) {
      fetcher.closed();
      return;
    }
    if (!hasRoom() || flushWaits) {
      return;
    }
    boolean hurried = missing.isAtMost(catchUpTo);
    fetcher
        .next(missing, hurried, accepted.mayHaveForgotten(missing), now)
        .flatMap(question -> ask(question, now))
        .ifPresent(effects::add);
  }

  private Optional<ReplicaEffect> ask(GapFetcher.Question question, Now now) {
    int bytes = settings.fetchChunkBytes();
    return question.to().equals(self)
        ? server.readJournal(self, question.fromSlot(), Slot.ZERO, bytes, now)
        : Optional.of(
            new ReplicaEffect.Send(
                question.to(), new SyncMessage.Fetch(question.fromSlot(), bytes)));
  }

  /**
   * Whether what is missing is not to be had of any log: every other member was asked, and where
   * one answered, it was trimmed.
   */
  boolean needsSnapshot() {
    return stuck != null && fetcher.askedAllInVain();
  }

  /** A snapshot is asked for; if that is of no help, the log is asked for again. */
  void awaitsSnapshot() {
    fetcher.closed();
  }

  /** Whom to ask for a snapshot, the best first. */
  List<MemberId> others() {
    return fetcher.others();
  }

  /** Every slot up to here is known to be chosen, learned here or not. */
  Slot chosenUpTo() {
    return Slot.max(learned, Slot.max(watermark.chosenUpTo(), catchUpTo));
  }

  /** Takes the next learned batch to be applied, in slot order. */
  Optional<AcceptedPair> takeToApply() {
    AcceptedPair pair = toApply.pollFirst();
    if (pair != null) {
      toApplyBytes -= pair.batch().size();
    }
    return Optional.ofNullable(pair);
  }

  /**
   * Whether the journal holds the chosen batch of every slot up to here. If the store got ahead of
   * that and the node crashed, the journal's older pair, never chosen, would pass for learned.
   */
  boolean isRecorded(Slot slot) {
    return unrecorded.isEmpty() || unrecorded.firstKey().isAfter(slot);
  }

  /** Something was learned; whether that ends a state of being stuck. */
  boolean unstick() {
    boolean was = stuck != null;
    stuck = null;
    return was;
  }

  /** The last slot known here to be chosen, with all before it. */
  Slot learned() {
    return learned;
  }

  /** Why nothing more can be learned, while it cannot. */
  Optional<String> stuck() {
    return Optional.ofNullable(stuck);
  }
}
