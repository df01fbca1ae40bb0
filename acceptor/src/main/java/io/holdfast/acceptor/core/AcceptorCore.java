package io.holdfast.acceptor.core;

import io.holdfast.acceptor.core.AcceptorEvent.ChosenRecorded;
import io.holdfast.acceptor.core.AcceptorEvent.LogTrimmed;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.AcceptorEvent.PromiseMade;
import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.AlreadyChosen;
import io.holdfast.acceptor.core.AcceptorReply.ProbeConfirmed;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.AcceptorReply.Rejected;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Paxos acceptor of one group on one node (Paxos Made Simple, section 2.2), with one promise
 * for every slot of the group: a late prepare for an old slot cannot erase a newer promise.
 *
 * <p>Time plays no part in it. State changes only through {@link #apply}, in live steps and in
 * recovery alike, so a recovered acceptor is the one that crashed, less what was never on disk and
 * therefore never answered.
 *
 * <p>In memory are all pairs that a vote may still need: those above what this node's store holds
 * durably. Older ones are read back from the journal through {@link #segmentOf}.
 */
public final class AcceptorCore {

  private final AcceptorLimits limits;
  private Set<MemberId> members;
  private Ballot promised = Ballot.BOTTOM;
  private Slot trimmedTo = Slot.ZERO;
  private Slot highest = Slot.ZERO;
  private final AcceptedTail tail = new AcceptedTail();
  private final SlotSegments segments;
  private long sequenceNumber;

  private Slot learnedUpTo;
  private Slot durableUpTo;
  // What the snapshot that recovery began from leaves to the store.
  private Slot leftToStore = Slot.ZERO;
  private Slot applied = Slot.ZERO;
  private Digest chainHash = Digest.ZERO;
  private long snapshotAt;
  private long bytesSinceSnapshot;
  private boolean snapshotRunning;

  private AcceptorCore(
      AcceptorLimits limits, Optional<AcceptorSnapshot> snapshot, Slot storeDurable) {
    this.limits = limits;
    this.members = Set.of();
    this.learnedUpTo = storeDurable;
    this.durableUpTo = storeDurable;
    this.segments = snapshot.map(s -> SlotSegments.of(s.segments())).orElseGet(SlotSegments::new);
    snapshot.ifPresent(
        s -> {
          promised = s.promised();
          trimmedTo = s.trimmedTo();
          leftToStore = s.durableUpTo();
          highest = leftToStore;
          for (AcceptedPair pair : s.tail()) {
            tail.put(pair);
            highest = Slot.max(highest, pair.slot());
          }
          sequenceNumber = s.sequenceNumber();
          snapshotAt = s.sequenceNumber();
        });
    evict();
  }

  /**
   * Begins recovery: replay the journal's later events with {@link #recover}, then call {@link
   * #start}.
   *
   * @param limits its bounds
   * @param snapshot the newest snapshot, if there is one
   * @param storeDurable the slot up to which this node's store holds everything; nothing above it
   *     counts as learned until a leader or a prepare says so
   */
  public static AcceptorCore recovering(
      AcceptorLimits limits, Optional<AcceptorSnapshot> snapshot, Slot storeDurable) {
    return new AcceptorCore(limits, snapshot, storeDurable);
  }

  /**
   * Replays one journal event. What the store holds is let go on the way, as in live steps: a
   * journal may hold far more than fits in memory.
   */
  public void recover(long eventSequenceNumber, AcceptorEvent event) {
    InvariantViolation.check(
        eventSequenceNumber == sequenceNumber + 1,
        "PromiseNeverRegresses",
        "journal event %d follows event %d: a part of the journal is missing",
        eventSequenceNumber,
        sequenceNumber);
    sequenceNumber = eventSequenceNumber;
    apply(event);
    evict();
  }

  /**
   * Ends recovery.
   *
   * <p><b>StoreNotBehindJournal</b>: pairs at or below what the store once held durably are left to
   * it, by a snapshot or for good by a trim. A store that holds less now was deleted, replaced or
   * restored from an older copy, and an acceptor beside it would promise without naming batches
   * that it helped to choose.
   *
   * <p><b>SnapshotEqualsLog</b>: what was accepted here at or below the slot at which the store was
   * installed from a snapshot may never have been chosen, and it must not be served as learned. So
   * the log is trimmed to there before anything is answered. The store is put in place first and
   * the log trimmed afterwards; a crash between the two is mended here, at the next start.
   *
   * @param currentMembers the members that may ask
   * @param installedAt the slot of the snapshot that the store was installed from; {@link
   *     Slot#ZERO} where it never was
   * @return what to carry out before anything else
   */
  public List<AcceptorEffect> start(Set<MemberId> currentMembers, Slot installedAt) {
    Slot needed = Slot.max(Slot.max(trimmedTo, leftToStore), installedAt);
    InvariantViolation.check(
        needed.isAtMost(durableUpTo),
        "StoreNotBehindJournal",
        "the journal leaves slots up to %s to the record store, which holds only those up to %s: it"
            + " was deleted, replaced or restored from an older copy",
        needed,
        durableUpTo);
    members = Set.copyOf(currentMembers);
    List<AcceptorEffect> effects = new ArrayList<>(2);
    if (installedAt.isAfter(trimmedTo)) {
      persist(new LogTrimmed(installedAt), effects);
      snapshotIfDue(effects);
    }
    return effects;
  }

  /** One step. See {@link AcceptorEffect} for what the order of the effects means. */
  public List<AcceptorEffect> on(AcceptorInput input) {
    List<AcceptorEffect> effects = new ArrayList<>(4);
    if (input instanceof AcceptorInput.Asked asked) {
      onAsked(asked, effects);
    } else if (input instanceof AcceptorInput.ChosenFetched fetched) {
      onChosenFetched(fetched.pair(), effects);
    } else if (input instanceof AcceptorInput.LearnedUpTo learned) {
      learnedUpTo = Slot.max(learnedUpTo, learned.slot());
      evict();
    } else if (input instanceof AcceptorInput.AppliedUpTo appliedTo) {
      applied = appliedTo.slot();
      chainHash = appliedTo.chainHash();
    } else if (input instanceof AcceptorInput.DurableUpTo durable) {
      durableUpTo = Slot.max(durableUpTo, durable.slot());
      evict();
      snapshotIfDue(effects);
    } else if (input instanceof AcceptorInput.TrimUpTo trim) {
      onTrim(trim, effects);
    } else if (input instanceof AcceptorInput.MembersAre current) {
      members = current.members();
    } else if (input instanceof AcceptorInput.SnapshotSaved saved) {
      onSnapshotSaved(saved.sequenceNumber(), effects);
    }
    return effects;
  }

  private void onAsked(AcceptorInput.Asked asked, List<AcceptorEffect> effects) {
    AcceptorRequest request = asked.request();
    // MembersOnly: a ballot is used by its owner alone, and only members ask.
    if (!members.contains(asked.from()) || !request.ballot().proposer().equals(asked.from())) {
      effects.add(new AcceptorEffect.CountDropped("stranger"));
      return;
    }
    if (request instanceof Accept accept) {
      effects.add(new AcceptorEffect.TellWatermark(accept.ballot(), accept.chosenUpTo()));
    }
    if (request.ballot().isBelow(promised)) {
      Slot slot = request instanceof Accept accept ? accept.slot() : Slot.ZERO;
      answer(asked.from(), new Rejected(request.ballot(), slot, promised), effects);
    } else if (request instanceof Prepare prepare) {
      onPrepare(asked.from(), prepare, effects);
    } else if (request instanceof Accept accept) {
      onAccept(asked.from(), accept, effects);
    } else if (request instanceof Probe probe) {
      onProbe(asked.from(), probe, effects);
    }
  }

  private void onPrepare(MemberId from, Prepare prepare, List<AcceptorEffect> effects) {
    if (prepare.ballot().isAbove(promised)) {
      persist(new PromiseMade(prepare.ballot()), effects);
    }
    List<AcceptedPair> chunk = new ArrayList<>();
    long chunkSize = 0;
    int chunkNumber = 0;
    for (AcceptedPair pair : tail.after(Slot.max(learnedUpTo, prepare.fromSlot().previous()))) {
      if (!chunk.isEmpty() && chunkSize + AcceptedTail.sizeOf(pair) > limits.chunkBytes()) {
        answer(from, promised(prepare, chunk, chunkNumber, false), effects);
        chunkNumber++;
        chunk.clear();
        chunkSize = 0;
      }
      chunk.add(pair);
      chunkSize += AcceptedTail.sizeOf(pair);
    }
    answer(from, promised(prepare, chunk, chunkNumber, true), effects);
  }

  private Promised promised(Prepare prepare, List<AcceptedPair> chunk, int number, boolean last) {
    return new Promised(
        prepare.ballot(), prepare.fromSlot(), learnedUpTo, chunk, number, last, sequenceNumber);
  }

  private void onAccept(MemberId from, Accept accept, List<AcceptorEffect> effects) {
    AcceptedPair stored = tail.get(accept.slot());
    Slot forgotten = Slot.max(trimmedTo, Slot.min(learnedUpTo, durableUpTo));
    if (accept.slot().isAtMost(trimmedTo)
        || (stored == null && accept.slot().isAtMost(forgotten))) {
      // Learned here, durable in the store, and no longer in memory: the slot is chosen and needs
      // no vote.
      answer(from, new AlreadyChosen(accept.ballot(), accept.slot(), forgotten), effects);
      return;
    }
    if (stored != null && stored.ballot().equals(accept.ballot())) {
      // OneValuePerBallot: answer with what is stored; the write may still be under way, and the
      // answer waits for it.
      if (!stored.batch().equals(accept.batch())) {
        effects.add(
            new AcceptorEffect.ReportViolation(
                "OneValuePerBallot",
                "slot %s ballot %s: stored %s, asked to accept %s"
                    .formatted(accept.slot(), accept.ballot(), stored.batch(), accept.batch())));
      }
      answer(from, accepted(accept, stored.batch().digest()), effects);
      return;
    }
    AcceptedPair pair = new AcceptedPair(accept.slot(), accept.ballot(), accept.batch());
    if (stored == null
        && tail.bytes() + AcceptedTail.sizeOf(pair) > limits.tailHardBytes()
        && !accept.slot().equals(learnedUpTo.next())) {
      effects.add(new AcceptorEffect.CountDropped("overloaded"));
      return;
    }
    persist(new PairAccepted(accept.slot(), accept.ballot(), accept.batch()), effects);
    effects.add(new AcceptorEffect.TellAccepted(pair));
    answer(from, accepted(accept, accept.batch().digest()), effects);
  }

  private Accepted accepted(Accept accept, Digest stored) {
    return new Accepted(accept.ballot(), accept.slot(), stored, applied, chainHash);
  }

  private void onProbe(MemberId from, Probe probe, List<AcceptorEffect> effects) {
    // A probe is confirmed only while the promise is exactly its ballot; a higher ballot that was
    // never prepared here
    // is no ground to confirm anything, and no ground to refuse it either.
    if (probe.ballot().equals(promised)) {
      answer(from, new ProbeConfirmed(probe.ballot(), probe.nonce()), effects);
    }
  }

  /**
   * Keeps a chosen batch unless it is kept already, and says so either way: the replica flushes
   * nothing from that slot on before it is told.
   *
   * <p>A pair of a higher ballot is as good as the fetched one. Whatever is learned was chosen
   * under its own ballot or a lower one, and every ballot after that proposes the same batch.
   */
  private void onChosenFetched(AcceptedPair pair, List<AcceptorEffect> effects) {
    if (pair.slot().isAfter(Slot.max(trimmedTo, durableUpTo))) {
      AcceptedPair stored = tail.get(pair.slot());
      if (stored == null || stored.ballot().isBelow(pair.ballot())) {
        persist(new ChosenRecorded(pair.slot(), pair.ballot(), pair.batch()), effects);
      } else if (!stored.batch().equals(pair.batch())) {
        // Not told as recorded: the store must not get ahead of a journal that contradicts it.
        effects.add(contradiction(stored, pair));
        return;
      }
    }
    effects.add(new AcceptorEffect.TellRecorded(pair.slot()));
  }

  private static AcceptorEffect contradiction(AcceptedPair stored, AcceptedPair learned) {
    String facts =
        "slot %s: stored %s under %s, learned elsewhere %s under %s"
            .formatted(
                stored.slot(), stored.batch(), stored.ballot(), learned.batch(), learned.ballot());
    return stored.ballot().equals(learned.ballot())
        ? new AcceptorEffect.ReportViolation("OneValuePerBallot", facts)
        : new AcceptorEffect.ReportViolation("ChosenStaysChosen", facts);
  }

  private void onTrim(AcceptorInput.TrimUpTo trim, List<AcceptorEffect> effects) {
    Slot tooLong = Slot.min(segments.oversize(limits.maxLogBytes()), trim.atMost());
    // TrimOnlyDurable, whatever the caller believes.
    Slot allowed = Slot.min(Slot.max(trim.slot(), tooLong), Slot.min(learnedUpTo, durableUpTo));
    // One event for a run of slots: a trim is worth a write only when a segment can go.
    if (allowed.number() >= trimmedTo.number() + SlotSegments.SLOTS) {
      persist(new LogTrimmed(allowed), effects);
      snapshotIfDue(effects);
    }
  }

  private void snapshotIfDue(List<AcceptorEffect> effects) {
    boolean due =
        sequenceNumber - snapshotAt >= limits.snapshotEveryEvents()
            || bytesSinceSnapshot >= limits.tailHardBytes();
    if (due && !snapshotRunning) {
      snapshotRunning = true;
      snapshotAt = sequenceNumber;
      bytesSinceSnapshot = 0;
      effects.add(new AcceptorEffect.SaveSnapshot(snapshot()));
    }
  }

  private AcceptorSnapshot snapshot() {
    return new AcceptorSnapshot(
        sequenceNumber,
        promised,
        trimmedTo,
        durableUpTo,
        List.copyOf(tail.after(durableUpTo)),
        segments.list());
  }

  private void onSnapshotSaved(long savedAt, List<AcceptorEffect> effects) {
    snapshotRunning = false;
    long needed = Math.min(savedAt, segments.firstSequenceNumber(savedAt + 1) - 1);
    if (needed > 0) {
      effects.add(new AcceptorEffect.DeleteEvents(needed));
    }
  }

  private void persist(AcceptorEvent event, List<AcceptorEffect> effects) {
    sequenceNumber++;
    apply(event);
    effects.add(new AcceptorEffect.Persist(sequenceNumber, event));
  }

  private static void answer(MemberId to, AcceptorReply reply, List<AcceptorEffect> effects) {
    effects.add(new AcceptorEffect.Answer(to, reply));
  }

  private void apply(AcceptorEvent event) {
    if (event instanceof PromiseMade made) {
      InvariantViolation.check(
          !made.ballot().isBelow(promised),
          "PromiseNeverRegresses",
          "promise of %s after %s",
          made.ballot(),
          promised);
      promised = made.ballot();
    } else if (event instanceof PairAccepted accepted) {
      InvariantViolation.check(
          !accepted.ballot().isBelow(promised),
          "AcceptedWithinPromise",
          "slot %s accepted under %s with %s promised",
          accepted.slot(),
          accepted.ballot(),
          promised);
      promised = accepted.ballot();
      keep(new AcceptedPair(accepted.slot(), accepted.ballot(), accepted.batch()));
    } else if (event instanceof ChosenRecorded chosen) {
      // A chosen value may be recorded below the promise: every later ballot carries the same
      // value.
      promised = Ballot.max(promised, chosen.ballot());
      keep(new AcceptedPair(chosen.slot(), chosen.ballot(), chosen.batch()));
    } else if (event instanceof LogTrimmed trimmed) {
      trimmedTo = Slot.max(trimmedTo, trimmed.upTo());
      highest = Slot.max(highest, trimmedTo);
      segments.trim(trimmedTo);
      tail.evict(trimmedTo, 0);
    }
  }

  private void keep(AcceptedPair pair) {
    tail.put(pair);
    highest = Slot.max(highest, pair.slot());
    bytesSinceSnapshot += AcceptedTail.sizeOf(pair);
    segments.note(pair.slot(), sequenceNumber, AcceptedTail.sizeOf(pair));
  }

  private void evict() {
    tail.evict(Slot.min(learnedUpTo, durableUpTo), limits.tailBytes());
  }

  /**
   * Learned pairs from {@code from} on that are still in memory, without a hole.
   *
   * @param maxBytes stop there, but give at least one pair if the first is there
   */
  public List<AcceptedPair> learnedFrom(Slot from, int maxBytes) {
    return tail.contiguousFrom(from, maxBytes).stream()
        .filter(pair -> pair.slot().isAtMost(learnedUpTo))
        .toList();
  }

  /**
   * Accepted pairs from {@code from} on, without a hole, learned or not: for this node's replica,
   * which takes them for no more than accepted (ChosenIsNotAccepted). Unlearned pairs are all in
   * memory. Some may still be on their way to the disk.
   *
   * @param maxBytes stop there, but give at least one pair if the first is there
   */
  public List<AcceptedPair> acceptedFrom(Slot from, int maxBytes) {
    return tail.contiguousFrom(from, maxBytes);
  }

  /**
   * Where to read the log from {@code from} on. Where that is not learned, it is this node's own
   * replica that wants it, and gets accepted pairs: they may never be chosen (ChosenIsNotAccepted).
   *
   * @param maxBytes about how much is wanted; at least one pair if the first is there
   */
  public LogPlace locate(Slot from, int maxBytes) {
    if (from.isAfter(learnedUpTo)) {
      return new LogPlace.InMemory(acceptedFrom(from, maxBytes), true);
    }
    List<AcceptedPair> inMemory = learnedFrom(from, maxBytes);
    return inMemory.isEmpty()
        ? segmentOf(from)
            .<LogPlace>map(segment -> new LogPlace.InJournal(segment, learnedUpTo))
            .orElse(new LogPlace.InMemory(List.of(), false))
        : new LogPlace.InMemory(inMemory, false);
  }

  /** Where in the journal events about {@code slot} stand, if any were written and not trimmed. */
  public Optional<SlotSegment> segmentOf(Slot slot) {
    @Nullable SlotSegment segment = segments.holding(slot);
    return slot.isAtMost(trimmedTo) ? Optional.empty() : Optional.ofNullable(segment);
  }

  public Ballot promised() {
    return promised;
  }

  public Slot trimmedTo() {
    return trimmedTo;
  }

  /** Slots up to here are left to the store beside the journal, which must hold them all. */
  public Slot leftToStore() {
    return Slot.max(trimmedTo, leftToStore);
  }

  /**
   * The highest slot that the journal has ever held a batch for. The store beside it holds none
   * above: it is flushed only up to what is in the journal.
   */
  public Slot highestSlot() {
    return highest;
  }

  public Slot learnedUpTo() {
    return learnedUpTo;
  }

  /** The number of the last journal event of this state. */
  public long sequenceNumber() {
    return sequenceNumber;
  }

  /** Bytes of all batches that the journal holds for this acceptor, as far as they were counted. */
  public long logBytes() {
    return segments.bytes();
  }

  /** Bytes of batches in memory. */
  public long tailBytes() {
    return tail.bytes();
  }
}
