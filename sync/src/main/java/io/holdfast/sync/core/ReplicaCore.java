package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cache-owner: learns which batches are chosen, applies them in order, flushes what changed,
 * and answers reads and lagging peers.
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
public final class ReplicaCore {

  private static final ReplicaInput.Watermark NO_LEADER =
      new ReplicaInput.Watermark(Ballot.BOTTOM, Slot.ZERO, Ballot.BOTTOM.proposer());

  private final MemberId self;
  private final ReplicaSettings settings;
  private final StateMachine machine;
  private final AcceptedBuffer accepted;
  private final GapFetcher fetcher;
  private final LogServer server;
  private final WaitingReads reads;

  private ReplicaInput.Watermark watermark = NO_LEADER;
  private Slot catchUpTo = Slot.ZERO;
  private Slot learned;
  private Slot durable;
  private final ArrayDeque<AcceptedPair> toApply = new ArrayDeque<>();
  private long toApplyBytes;
  // Fetched batches that the local journal does not hold durably yet, by slot.
  private final TreeMap<Slot, Digest> unrecorded = new TreeMap<>();
  private @Nullable StoreDelta flushing;
  private long flushingBytes;
  private boolean unflushed;
  private long unflushedSinceNanos;
  private @Nullable String stuck;

  private ReplicaCore(
      MemberId self, List<MemberId> members, ReplicaSettings settings, StoredState stored) {
    this.self = self;
    this.settings = settings;
    this.machine = StateMachine.restore(stored);
    this.accepted = new AcceptedBuffer(settings.maxBufferedBytes());
    this.fetcher = new GapFetcher(self, members, settings);
    this.server = new LogServer(settings);
    this.reads = new WaitingReads(settings);
    this.learned = machine.applied();
    this.durable = learned;
  }

  /**
   * A replica that goes on from what its store holds. Nothing above that is learned until a leader
   * or a candidate says so.
   *
   * @param self this member
   * @param members the group's members
   * @param settings bounds and waits
   * @param stored what the store holds; used up by this
   */
  public static ReplicaCore restore(
      MemberId self, List<MemberId> members, ReplicaSettings settings, StoredState stored) {
    return new ReplicaCore(self, members, settings, stored);
  }

  /** What to tell the neighbours before the first input. */
  public List<ReplicaEffect> start() {
    return List.of(new ReplicaEffect.Resumed(durable, machine.chainHash()));
  }

  /** One step. The effects are to be carried out in their order. */
  public List<ReplicaEffect> on(ReplicaInput input, Now now) {
    List<ReplicaEffect> effects = new ArrayList<>();
    Slot learnedBefore = learned;
    take(input, now, effects);
    int beforeApplied = effects.size();
    boolean more = true;
    while (more) {
      learnAccepted();
      more = applyLearned(effects, now);
    }
    if (learned.isAfter(learnedBefore)) {
      effects.add(beforeApplied, new ReplicaEffect.LearnedUpTo(learned));
      if (stuck != null) {
        stuck = null;
        effects.add(new ReplicaEffect.Unstuck());
      }
    }
    answerReads(effects, now);
    flushIfDue(effects, now);
    fetchIfMissing(effects, now);
    return effects;
  }

  private void take(ReplicaInput input, Now now, List<ReplicaEffect> effects) {
    if (input instanceof ReplicaInput.LocallyAccepted pair) {
      onAccepted(new AcceptedPair(pair.slot(), pair.ballot(), pair.batch()));
    } else if (input instanceof ReplicaInput.Watermark mark) {
      onWatermark(mark);
    } else if (input instanceof ReplicaInput.Fetched fetched) {
      onFetched(fetched, now, effects);
    } else if (input instanceof ReplicaInput.FetchRequested request) {
      server.serve(request, learned, unrecorded.navigableKeySet(), now).ifPresent(effects::add);
    } else if (input instanceof ReplicaInput.LogRead read) {
      onLogRead(read, now, effects);
    } else if (input instanceof ReplicaInput.ChosenRecorded recorded) {
      unrecorded.remove(recorded.slot());
    } else if (input instanceof ReplicaInput.CatchUp catchUp) {
      catchUpTo = Slot.max(catchUpTo, catchUp.upTo());
      fetcher.hurry(catchUp.from(), now);
    } else if (input instanceof ReplicaInput.MembersChanged changed) {
      fetcher.members(changed.members());
    } else if (input instanceof ReplicaInput.Flushed flushed) {
      onFlushed(flushed.durable(), effects);
    } else if (input instanceof ReplicaInput.ReadAt read) {
      onRead(read, read.token(), read.readIndex(), now, effects);
    } else if (input instanceof ReplicaInput.LookupWrite lookup) {
      onRead(lookup, lookup.token(), lookup.readIndex(), now, effects);
    }
  }

  // ---- Learning

  private void onAccepted(AcceptedPair pair) {
    unrecorded.remove(pair.slot(), pair.batch().digest());
    if (pair.slot().isAfter(learned)) {
      accepted.add(pair);
    }
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

  private void learnAccepted() {
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
      fetcher.failed(now);
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

  private void fetchIfMissing(List<ReplicaEffect> effects, Now now) {
    Slot missing = learned.next();
    if (missing.isAfter(Slot.max(watermark.chosenUpTo(), catchUpTo))) {
      fetcher.closed();
      return;
    }
    // A due flush waits until fetched batches are recorded; more of them would keep it waiting.
    if (!hasRoom() || (isFlushDue(now) && !isRecorded(machine.applied()))) {
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

  // ---- Applying and flushing

  /** Applies what is learned until none is left or too much is unflushed; whether it did any. */
  private boolean applyLearned(List<ReplicaEffect> effects, Now now) {
    boolean any = false;
    while (!toApply.isEmpty()
        && machine.unflushedBytes() + flushingBytes <= settings.maxUnflushedBytes()) {
      AcceptedPair pair = toApply.removeFirst();
      toApplyBytes -= pair.batch().size();
      ApplyResult result = machine.apply(pair.slot(), pair.batch());
      effects.add(
          new ReplicaEffect.Applied(
              result.slot(),
              result.chainHash(),
              result.batch(),
              result.encodedOutcomes(),
              result.configurations().stream()
                  .map(c -> new ReplicaEffect.ConfigurationApplied(result.slot(), c))
                  .toList()));
      any = true;
    }
    if (any && !unflushed) {
      unflushed = true;
      unflushedSinceNanos = now.monotonicNanos();
    }
    return any;
  }

  private boolean isFlushDue(Now now) {
    return unflushed
        && flushing == null
        && (machine.unflushedBytes() >= settings.flushBytes()
            || now.nanosSince(unflushedSinceNanos) >= settings.flushInterval().toNanos());
  }

  /**
   * Whether the journal holds the chosen batch of every slot up to here. If the store got ahead of
   * that and the node crashed, the journal's older pair, never chosen, would pass for learned.
   */
  private boolean isRecorded(Slot slot) {
    return unrecorded.isEmpty() || unrecorded.firstKey().isAfter(slot);
  }

  private void flushIfDue(List<ReplicaEffect> effects, Now now) {
    if (!isFlushDue(now) || !isRecorded(machine.applied())) {
      return;
    }
    flushingBytes = machine.unflushedBytes();
    StoreDelta delta = machine.takeDelta();
    flushing = delta;
    unflushed = false;
    effects.add(new ReplicaEffect.Flush(delta));
  }

  private void onFlushed(Slot slot, List<ReplicaEffect> effects) {
    InvariantViolation.check(
        flushing != null && flushing.after().applied().equals(slot),
        "FlushInOrder",
        "slot %s is durable, flushing is %s",
        slot,
        flushing == null ? "nothing" : flushing.after().applied());
    flushing = null;
    flushingBytes = 0;
    durable = slot;
    effects.add(new ReplicaEffect.DurableUpTo(slot));
  }

  // ---- Reading

  private void onRead(
      ReplicaInput read, long token, Slot readIndex, Now now, List<ReplicaEffect> effects) {
    if (readIndex.isAtMost(machine.applied())) {
      effects.add(answer(read, token));
    } else if (!reads.add(read, token, readIndex, now)) {
      effects.add(new ReplicaEffect.ReadRefused(token, ReplicaEffect.Refusal.OVERLOADED));
    }
  }

  private void answerReads(List<ReplicaEffect> effects, Now now) {
    Optional<WaitingReads.Read> ready = reads.takeReady(machine.applied());
    while (ready.isPresent()) {
      WaitingReads.Read read = ready.orElseThrow();
      effects.add(answer(read.input, read.token));
      ready = reads.takeReady(machine.applied());
    }
    for (WaitingReads.Read read : reads.takeExpired(now)) {
      effects.add(new ReplicaEffect.ReadRefused(read.token, ReplicaEffect.Refusal.TIMED_OUT));
    }
  }

  private ReplicaEffect answer(ReplicaInput read, long token) {
    return read instanceof ReplicaInput.LookupWrite lookup
        ? new ReplicaEffect.LookupAnswer(token, machine.lookup(lookup.id()), machine.applied())
        : new ReplicaEffect.ReadAnswer(
            token,
            machine.get(((ReplicaInput.ReadAt) read).key()),
            machine.revision(),
            machine.applied());
  }

  // ---- What can be seen

  /** The last slot known here to be chosen, with all before it. */
  public Slot learned() {
    return learned;
  }

  /** The last slot in the store. */
  public Slot durable() {
    return durable;
  }

  /** The state at the applied slot, without its rows. */
  public ReplicaState state() {
    return machine.state();
  }

  /** The record of a key as applied here. */
  public Optional<VersionedValue> get(ByteString key) {
    return machine.get(key);
  }

  /** Why this replica cannot go on, while it cannot. */
  public Optional<String> stuck() {
    return Optional.ofNullable(stuck);
  }
}
