package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.quorum.core.UnreadableBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of a group as a function of its chosen log, and of nothing else (DeterministicApply):
 * it reads no store and no clock.
 *
 * <p>The hash chain {@code h(s) = sha256(h(s-1) || digest(batch s) || digest(results s))} covers
 * what was executed and what came of it, so two replicas that differ in either say so at the same
 * slot.
 */
public final class StateMachine {

  private final ReplicatedState state;
  private final CommandApplication application;
  private Slot applied;
  private Digest chainHash;
  private Slot taken;
  private long takenWriteOrdinal;

  private StateMachine(RestoredState stored, CacheRules rules) {
    this.state = new ReplicatedState(stored, rules);
    this.application = new CommandApplication(state);
    this.applied = stored.header().applied();
    this.chainHash = stored.header().chainHash();
    this.taken = applied;
    this.takenWriteOrdinal = stored.header().nextWriteOrdinal();
  }

  /** A state machine that goes on from {@code stored}, which is used up by this. */
  public static StateMachine restore(RestoredState stored) {
    return restore(stored, CacheRules.PROTOCOL);
  }

  /** The same by other rules than the protocol's. */
  static StateMachine restore(RestoredState stored, CacheRules rules) {
    return new StateMachine(stored, rules);
  }

  /**
   * Executes the batch of the next slot.
   *
   * @throws InvariantViolation AppliedInOrder when it is not the next slot; DeterministicApply when
   *     a later version of this software wrote the batch: to skip what others execute would diverge
   */
  public ApplyResult apply(Slot slot, Batch batch) {
    InvariantViolation.check(
        slot.equals(applied.next()), "AppliedInOrder", "slot %s after slot %s", slot, applied);
    List<WriteId> writes = new ArrayList<>();
    List<CommandOutcome> outcomes = new ArrayList<>();
    List<ChangeOutcome> changes = new ArrayList<>();
    ResultBudget budget = new ResultBudget();
    for (BatchEntry entry : entriesOf(slot, batch)) {
      if (entry instanceof CommandEntry command) {
        outcomes.add(applyCommand(slot, command.bytes(), budget, writes));
      } else {
        changes.add(applyChange(slot, entry.bytes()));
      }
    }
    state.endSlot();
    List<ByteString> encoded = outcomes.stream().map(CommandCodec::encode).toList();
    List<ByteString> results = new ArrayList<>(encoded);
    changes.forEach(change -> results.add(MembershipCodec.encode(change)));
    applied = slot;
    chainHash =
        Digest.of(
            chainHash.bytes(),
            batch.digest().bytes(),
            digestOfResults(state.rules().chained(results)).bytes());
    return new ApplyResult(
        slot,
        chainHash,
        batch.digest(),
        writes,
        outcomes,
        encoded,
        changes,
        application.takeByPolicy());
  }

  /** Each result goes in with its length before it, so that no two lists look alike. */
  private static Digest digestOfResults(List<ByteString> encoded) {
    ByteString[] parts = new ByteString[encoded.size() * 2];
    for (int i = 0; i < encoded.size(); i++) {
      int length = encoded.get(i).size();
      parts[2 * i] =
          ByteString.copyFrom(
              new byte[] {
                (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length
              });
      parts[2 * i + 1] = encoded.get(i);
    }
    return Digest.of(parts);
  }

  private static List<BatchEntry> entriesOf(Slot slot, Batch batch) {
    try {
      return BatchFormat.decode(batch);
    } catch (UnreadableBatch e) {
      refuseNewer(slot, e.newerVersion(), e);
      // Unreadable to every replica alike: one entry that is not a command.
      return List.of(new CommandEntry(ByteString.EMPTY));
    }
  }

  private CommandOutcome applyCommand(
      Slot slot, ByteString bytes, ResultBudget budget, List<WriteId> writes) {
    // NothingAfterSeal: not even the cache is touched, nor a write id remembered.
    boolean executes = state.rules().executes(state.isSealed());
    WriteCommand write;
    try {
      write = CommandCodec.decode(bytes);
    } catch (UnreadableBytes e) {
      refuseNewer(slot, e.newerVersion(), e);
      if (executes) {
        state.cache().countCommand();
      }
      return new CommandOutcome(new CommandResult.Invalid(), false, slot);
    }
    writes.add(write.id());
    return executes
        ? application.apply(slot, write, budget)
        : new CommandOutcome(new CommandResult.GroupSealed(), false, slot);
  }

  private ChangeOutcome applyChange(Slot slot, ByteString bytes) {
    try {
      return state.change(slot, MembershipCodec.decodeChange(bytes));
    } catch (UnreadableBatch e) {
      refuseNewer(slot, e.newerVersion(), e);
      return new ChangeOutcome.Refused(
          new ChangeRefusal(ChangeRefusal.Code.INVALID, "this is no change of membership"));
    }
  }

  private static void refuseNewer(Slot slot, boolean newer, RuntimeException cause) {
    InvariantViolation.check(
        !newer, "DeterministicApply", "slot %s was written by a later version: %s", slot, cause);
  }

  // ---- What is seen of it

  /** The parts of the state, for those that read them between slots. */
  ReplicatedState parts() {
    return state;
  }

  /** How many keys there are. */
  public int size() {
    return state.index().alive();
  }

  /** What is known about a write id at the applied slot. */
  public WriteLookup lookup(WriteId id) {
    return state.lookup(id);
  }

  /** The value of a key, if it is in memory; a key may well be there when this is empty. */
  public Optional<VersionedValue> cached(ByteString key) {
    return state.cached(key);
  }

  public Slot applied() {
    return applied;
  }

  /** h(applied). */
  public Digest chainHash() {
    return chainHash;
  }

  /** Count of state-changing commands applied. */
  public long revision() {
    return state.revision();
  }

  /** The changes above a revision; none of them is flushed. */
  List<Change> changesSince(long revisionBefore) {
    return state.overlay().copyFrom(Place.first(revisionBefore + 1));
  }

  /** What was counted while applying. */
  public ApplyCounts counts() {
    return application.counts();
  }

  /** The state without its rows. */
  public StateHeader header() {
    return state.header(applied, chainHash);
  }

  // ---- Flushing

  /** About how many bytes the next delta has. */
  public long unflushedBytes() {
    return state.unflushedBytes();
  }

  /** Everything that changed since the last call, or since this was restored. */
  public ReplicaDelta takeDelta() {
    ReplicaDelta delta = state.takeDelta(taken, header(), takenWriteOrdinal);
    taken = applied;
    takenWriteOrdinal = state.writeIds().next();
    return delta;
  }

  /** A delta is durable: what it holds need not be kept in memory. */
  public void flushed(ReplicaDelta delta) {
    state.overlay().flushed(delta.after().revision(), delta.after().nextWriteOrdinal());
  }
}
