package io.holdfast.mesh;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.sync.core.CommandResult;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the caller of a write is told.
 *
 * @param code the outcome
 * @param reason for {@link OutcomeCode#QUORUM_NOT_MET}: {@code unreachable}, {@code timeout} or
 *     {@code id_drift}
 * @param detail one sentence for a person
 * @param writeId the write's id; empty only where the request carried an unusable one
 * @param result what was executed; present for {@code committed} and {@code compare_failed}
 * @param acks who acknowledged; absent where nothing was proposed, or for a replay
 * @param retryAfter how long to wait before trying again, where that makes sense
 */
public record WriteAnswer(
    OutcomeCode code,
    Optional<String> reason,
    String detail,
    String writeId,
    Optional<Executed> result,
    Optional<AckReport> acks,
    Optional<Duration> retryAfter) {

  /**
   * An execution in the log.
   *
   * @param slot the slot
   * @param modRevision the revision that the write took; absent where it changed nothing (delete of
   *     an absent key, failed compare)
   * @param previousModRevision the key's modRevision before it (for a failed compare: the one that
   *     did not match); 0 where the key was absent
   * @param replayed whether this is the recorded outcome of an earlier request with the same id
   * @param result what came of a command that is more than a write of one key: {@link
   *     CommandResult.TransactionDone}, {@link CommandResult.LeaseAlive}, {@link
   *     CommandResult.LeaseNotFound} or {@link CommandResult.Compacted}; absent for a write of one
   *     key
   */
  public record Executed(
      long slot,
      OptionalLong modRevision,
      long previousModRevision,
      boolean replayed,
      Optional<CommandResult> result) {

    /** Of a write of one key. */
    public Executed(
        long slot, OptionalLong modRevision, long previousModRevision, boolean replayed) {
      this(slot, modRevision, previousModRevision, replayed, Optional.empty());
    }

    /** Of a command that is more than a write of one key. */
    public static Executed of(long slot, boolean replayed, CommandResult result) {
      return new Executed(slot, OptionalLong.empty(), 0, replayed, Optional.of(result));
    }

    /** What a transaction did, where this is one. */
    public Optional<CommandResult.TransactionDone> transaction() {
      return result
          .filter(CommandResult.TransactionDone.class::isInstance)
          .map(CommandResult.TransactionDone.class::cast);
    }
  }
}
