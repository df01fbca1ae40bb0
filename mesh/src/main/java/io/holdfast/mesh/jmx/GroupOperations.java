package io.holdfast.mesh.jmx;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.jmx.Steering.Outcome;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Place;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What groups are told to do by JMX. Each waits for its end, within bounds, and throws what every
 * JVM knows, with a sentence and no cause: consoles do not have the classes of this software.
 */
final class GroupOperations {

  private static final Logger LOG = LoggerFactory.getLogger(GroupOperations.class);

  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Less, so that a write that is not decided says so, with its id, while somebody listens. */
  private static final Duration WRITE_PATIENCE = PATIENCE.minusSeconds(5);

  private final Mesh mesh;
  private final Steering steering;
  private final Backup backup;

  /**
   * @param backup writes snapshots
   */
  GroupOperations(Mesh mesh, Steering steering, Backup backup) {
    this.mesh = mesh;
    this.steering = steering;
    this.backup = backup;
  }

  GroupMXBean.StepDown stepDown(GroupId group) {
    LOG.info("{}: told by JMX to let another node lead", group);
    Steering.HandedOver done = doneOf(steering.stepDown(group));
    return new GroupMXBean.StepDown(done.before().value(), done.now().value());
  }

  /** As a node does: who may do this by JMX administers the node. */
  GroupMXBean.Compaction compact(GroupId group, long revision) {
    if (revision < 1 || revision > Place.MAX_REVISION) {
      throw new IllegalArgumentException(
          "revision %d: allowed are 1 to %d".formatted(revision, Place.MAX_REVISION));
    }
    LOG.info("{}: told by JMX to forget the history before revision {}", group, revision);
    WriteAnswer answer =
        await(
            mesh.write(
                new WriteRequest(
                    group,
                    Optional.empty(),
                    new Command.Compact(revision),
                    Optional.of(WRITE_PATIENCE),
                    Caller.NODE)));
    Optional<WriteAnswer.Executed> executed = answer.result();
    if (answer.code() != OutcomeCode.COMMITTED || executed.isEmpty()) {
      throw new IllegalStateException(
          "Group %s: not compacted: %s: %s (write %s)"
              .formatted(group, answer.code().code(), answer.detail(), answer.writeId()));
    }
    long oldest =
        executed
            .get()
            .result()
            .filter(CommandResult.Compacted.class::isInstance)
            .map(result -> ((CommandResult.Compacted) result).revision())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Group %s: compacted at slot %d; the oldest revision left is the attribute CompactedRevision."
                            .formatted(group, executed.get().slot())));
    return new GroupMXBean.Compaction(oldest, executed.get().slot());
  }

  GroupMXBean.Trim trim(GroupId group) {
    LOG.info("{}: told by JMX to trim the journal", group);
    Steering.Trimmed done = doneOf(steering.trim(group));
    String detail =
        done.now() > done.before()
            ? "The journal has forgotten slots up to %d.".formatted(done.now())
            : "Nothing was trimmed: the journal forgets whole segments of slots, and none lies below slot %d that it still holds."
                .formatted(done.allowed());
    return new GroupMXBean.Trim(done.before(), done.now(), done.allowed(), detail);
  }

  GroupMXBean.Verification verify(GroupId group) {
    Steering.Compared compared = doneOf(steering.compare(group));
    return new GroupMXBean.Verification(
        compared.others().stream().allMatch(other -> other.equal().orElse(false)),
        compared.node().value(),
        compared.applied(),
        compared.divergence(),
        compared.others().stream()
            .map(
                other ->
                    new GroupMXBean.Replica(
                        other.node().value(),
                        other.equal().map(equal -> equal ? "equal" : "differs").orElse("unknown"),
                        other.slot(),
                        other.hash(),
                        other.detail()))
            .toList());
  }

  GroupMXBean.Backup snapshot(GroupId group, String file) {
    return backup.write(group, file);
  }

  private static <T> T doneOf(CompletionStage<Outcome<T>> asked) {
    Outcome<T> outcome = await(asked);
    return outcome.done().orElseThrow(() -> new IllegalStateException(outcome.refusal()));
  }

  /** Waits for an answer, within bounds. */
  static <T> T await(CompletionStage<T> asked) {
    try {
      return asked.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "The node has not answered within %d seconds.".formatted(PATIENCE.toSeconds()));
    } catch (ExecutionException e) {
      LOG.warn("an operation told by JMX failed", e);
      throw new IllegalStateException("The node cannot do this now; its log says why.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The node is ending.");
    }
  }
}
