package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.MembershipCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a {@link ReplicaCore} wants done, in the order in which it is returned. */
public sealed interface ReplicaEffect {

  /**
   * The replica goes on from its store.
   *
   * @param durable learned, applied and durable up to here
   * @param chainHash h(durable)
   */
  record Resumed(Slot durable, Digest chainHash) implements ReplicaEffect {}

  /**
   * A slot was applied, whoever proposed it.
   *
   * @param slot the slot
   * @param chainHash h(slot)
   * @param batch the digest of the batch applied there
   * @param results the canonical outcome of each command entry of the batch, in order
   * @param changes what came of each change of membership in the batch, in order
   * @param byPolicy changes of w that commands of the batch made, in order
   * @param generation how often the cache had rotated when the slot was executed
   */
  record Applied(
      Slot slot,
      Digest chainHash,
      Digest batch,
      List<ByteString> results,
      List<ChangeOutcome> changes,
      List<ChangeOutcome.Changed> byPolicy,
      long generation)
      implements ReplicaEffect {
    public Applied {
      results = List.copyOf(results);
      changes = List.copyOf(changes);
      byPolicy = List.copyOf(byPolicy);
    }

    /** One whose commands changed no w. */
    public Applied(
        Slot slot,
        Digest chainHash,
        Digest batch,
        List<ByteString> results,
        List<ChangeOutcome> changes,
        long generation) {
      this(slot, chainHash, batch, results, changes, List.of(), generation);
    }

    /**
     * What this node's coordinator is to be told of it, in order: each change that was made before
     * the execution of its slot. Every change has a result, refused or not.
     */
    public List<CoordinatorInput> forCoordinator() {
      List<CoordinatorInput> inputs = new ArrayList<>();
      for (ChangeOutcome.Changed changed : byPolicy) {
        inputs.add(new CoordinatorInput.ConfigurationExecuted(slot, changed.configuration()));
      }
      List<ByteString> all = new ArrayList<>(results);
      for (ChangeOutcome change : changes) {
        all.add(MembershipCodec.encode(change));
        if (change instanceof ChangeOutcome.Changed changed) {
          inputs.add(new CoordinatorInput.ConfigurationExecuted(slot, changed.configuration()));
        } else if (change instanceof ChangeOutcome.Sealed) {
          inputs.add(new CoordinatorInput.SealExecuted());
        }
      }
      inputs.add(new CoordinatorInput.Executed(slot, batch, chainHash, all));
      return inputs;
    }
  }

  /**
   * How long acknowledgements may take is another time from here, or is told for the first time.
   *
   * @param byPolicy what the active policy says; absent where it says nothing
   */
  record AckTimeoutIs(Optional<Duration> byPolicy) implements ReplicaEffect {}

  /**
   * Every slot up to here is learned: can be served, and is no longer open for a candidate.
   *
   * @param slot the last learned slot
   */
  record LearnedUpTo(Slot slot) implements ReplicaEffect {}

  /**
   * The store holds every effect up to here; only below it may a log be trimmed (TrimOnlyDurable).
   *
   * @param slot the store's applied slot
   */
  record DurableUpTo(Slot slot) implements ReplicaEffect {}

  /**
   * Send a message to a peer's cache-owner.
   *
   * @param to the peer
   * @param message the message
   */
  record Send(MemberId to, SyncMessage message) implements ReplicaEffect {}

  /**
   * Read the local acceptor's journal.
   *
   * @param token to be given back with what was read
   * @param fromSlot the first slot wanted
   * @param maxBytes how much is wanted at most; one batch however large
   */
  record ReadLog(long token, Slot fromSlot, int maxBytes) implements ReplicaEffect {}

  /**
   * The local acceptor shall keep this batch, which is chosen; answered by {@link
   * ReplicaInput.ChosenRecorded}.
   *
   * @param pair the pair as the serving member holds it
   */
  record RecordChosen(AcceptedPair pair) implements ReplicaEffect {}

  /**
   * Make a delta durable; answered by {@link ReplicaInput.Flushed}. One at a time.
   *
   * @param delta the delta
   */
  record Flush(ReplicaDelta delta) implements ReplicaEffect {}

  /**
   * A peer's log no longer holds what is missing here; others are still asked.
   *
   * @param reason for operators
   */
  record Stuck(String reason) implements ReplicaEffect {}

  /** What was missing is learned after all. */
  record Unstuck() implements ReplicaEffect {}

  /**
   * Ask the store, off the path of applying; answered by {@link ReplicaInput.StoreAnswered}.
   *
   * @param number names the question
   * @param question the question
   */
  record AskStore(long number, StoreQuestion question) implements ReplicaEffect {}

  /**
   * Answers {@link ReplicaInput.Admit}: the command can be proposed.
   *
   * @param token its token
   * @param entry the command with its plan, encoded
   */
  record Admitted(long token, ByteString entry) implements ReplicaEffect {}

  /**
   * Answers {@link ReplicaInput.Admit}: the command was executed or fenced before.
   *
   * @param token its token
   * @param outcome the recorded outcome, marked as a replay
   */
  record AdmissionRecorded(long token, CommandOutcome outcome) implements ReplicaEffect {}

  /**
   * Answers {@link ReplicaInput.Admit}: the command has no effect.
   *
   * @param token its token
   * @param code why
   * @param detail one sentence for a person
   */
  record AdmissionRefused(long token, OutcomeCode code, String detail) implements ReplicaEffect {}

  /**
   * The leader's coordinator shall place this, of which nobody wants to know what became.
   *
   * @param entry an encoded command
   */
  record Propose(ByteString entry) implements ReplicaEffect {}

  /**
   * Answers {@link ReplicaInput.Query}.
   *
   * @param token its token
   * @param result what was read
   * @param applied the slot as of which the newest revision is meant
   */
  record QueryAnswer(long token, ReadResult result, Slot applied) implements ReplicaEffect {}

  /**
   * Answers {@link ReplicaInput.NextChanges}.
   *
   * @param token its token
   * @param changes what came, in order; nothing where nothing did in time
   * @param nextPlace where to go on
   * @param revision the newest revision here
   */
  record ChangesAnswer(long token, List<Change> changes, long nextPlace, long revision)
      implements ReplicaEffect {
    public ChangesAnswer {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Answers {@link ReplicaInput.NextChanges}: the history is forgotten there.
   *
   * @param token its token
   * @param oldest the oldest revision from which it can be followed
   */
  record ChangesCompacted(long token, long oldest) implements ReplicaEffect {}

  /**
   * Answers {@link ReplicaInput.LookupWrite}.
   *
   * @param token its token
   * @param lookup what is known
   * @param applied the slot at which this was looked up
   */
  record LookupAnswer(long token, WriteLookup lookup, Slot applied) implements ReplicaEffect {}

  /**
   * A query, look-up or question for changes is not answered.
   *
   * @param token its token
   * @param reason why
   */
  record ReadRefused(long token, Refusal reason) implements ReplicaEffect {}

  /**
   * Have the store work on a snapshot, off the path of applying; answered by {@link
   * ReplicaInput.SnapshotWorked}. In the order in which it is asked for.
   *
   * @param work the work
   */
  record WorkOnSnapshot(SnapshotWork work) implements ReplicaEffect {}

  /**
   * A snapshot is here, whole and durable, and ahead of all that is known here: end this replica,
   * put the snapshot in the place of its store, and go on from that. This one does nothing more.
   *
   * @param head what it is of
   * @param diverged whether the store that it replaces has diverged: that one is to be kept aside,
   *     and the mark of {@link MarkDiverged} removed once the new one is in place
   */
  record SnapshotComplete(SnapshotHead head, boolean diverged) implements ReplicaEffect {}

  /**
   * Write durably, beside the store, that it has diverged: whoever starts from it again must know
   * ({@link ReplicaCore#startDiverged}). Until that is written, a restart serves until it is found
   * again.
   *
   * @param divergence where, and from whom
   */
  record MarkDiverged(Divergence divergence) implements ReplicaEffect {}

  /** Why a read is refused. */
  enum Refusal {
    /** Too many reads wait already. */
    OVERLOADED,
    /** Its slot was not applied in time. */
    TIMED_OUT,
    /** This replica differs from a majority of the others, and serves nothing. */
    DIVERGED,
    /** The group is being deleted. */
    SEALED,
    /** Nobody knows who asks, and those who are known are served only. */
    UNAUTHENTICATED,
    /** Whoever asks may not read this. */
    DENIED
  }
}
