package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cache-owner: has a {@link Learner} say which batches are chosen, applies them in order,
 * flushes what changed, and answers reads and lagging peers.
 */
public final class ReplicaCore {

  private final ReplicaSettings settings;
  private final StateMachine machine;
  private final Learner learner;
  private final WaitingReads reads;

  private Slot durable;
  private @Nullable StoreDelta flushing;
  private long flushingBytes;
  private boolean unflushed;
  private long unflushedSinceNanos;

  private ReplicaCore(
      MemberId self, List<MemberId> members, ReplicaSettings settings, StoredState stored) {
    this.settings = settings;
    this.machine = StateMachine.restore(stored);
    this.learner = new Learner(self, members, settings, machine.applied());
    this.reads = new WaitingReads(settings);
    this.durable = machine.applied();
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
    Slot learnedBefore = learner.learned();
    take(input, now, effects);
    int beforeApplied = effects.size();
    boolean more = true;
    while (more) {
      learner.learnAccepted();
      more = applyLearned(effects, now);
    }
    if (learner.learned().isAfter(learnedBefore)) {
      effects.add(beforeApplied, new ReplicaEffect.LearnedUpTo(learner.learned()));
      if (learner.unstick()) {
        effects.add(new ReplicaEffect.Unstuck());
      }
    }
    answerReads(effects, now);
    flushIfDue(effects, now);
    learner.fetchIfMissing(isFlushDue(now) && !isRecorded(), effects, now);
    return effects;
  }

  private void take(ReplicaInput input, Now now, List<ReplicaEffect> effects) {
    if (input instanceof ReplicaInput.Flushed flushed) {
      onFlushed(flushed.durable(), effects);
    } else if (input instanceof ReplicaInput.ReadAt read) {
      onRead(read, read.token(), read.readIndex(), now, effects);
    } else if (input instanceof ReplicaInput.LookupWrite lookup) {
      onRead(lookup, lookup.token(), lookup.readIndex(), now, effects);
    } else {
      learner.on(input, now, effects);
    }
  }

  // ---- Applying and flushing

  /** Applies what is learned until none is left or too much is unflushed; whether it did any. */
  private boolean applyLearned(List<ReplicaEffect> effects, Now now) {
    boolean any = false;
    while (machine.unflushedBytes() + flushingBytes <= settings.maxUnflushedBytes()) {
      Optional<AcceptedPair> next = learner.takeToApply();
      if (next.isEmpty()) {
        break;
      }
      AcceptedPair pair = next.orElseThrow();
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

  /** Whether all that would be flushed is in the journal. */
  private boolean isRecorded() {
    return learner.isRecorded(machine.applied());
  }

  private void flushIfDue(List<ReplicaEffect> effects, Now now) {
    if (!isFlushDue(now) || !isRecorded()) {
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
    return learner.learned();
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
    return learner.stuck();
  }
}
