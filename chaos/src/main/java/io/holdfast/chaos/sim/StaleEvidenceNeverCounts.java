package io.holdfast.chaos.sim;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ControlPin;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.WriteCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the policy asks for a group that is ready, a write takes effect only if w voters have given
 * evidence before it in the log, for exactly the active epoch, at most 300 s old, and 30 s ahead at
 * most, by the log's own times. What mends that, or only keeps or ends what there is, is let by.
 */
final class StaleEvidenceNeverCounts extends EachCommand {

  /** Evidence of a member for an epoch. */
  private record Of(MemberId member, long number) {}

  private static final long MUCH_LATER = 50 * VirtualTime.SECOND;

  private final SimMesh mesh;
  private final List<Evidence> given = new ArrayList<>();
  private final Map<Of, Long> last = new HashMap<>();

  StaleEvidenceNeverCounts(SimMesh mesh, ReferenceModel reference) {
    super(reference);
    this.mesh = mesh;
  }

  @Override
  void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome) {
    if (write.command() instanceof Command.GiveEvidence evidence) {
      given.add(
          Evidence.of(
              evidence.member(), evidence.loaded(), evidence.checks(), write.id().timeMillis()));
      count(new Of(evidence.member(), evidence.loaded().number()));
      return;
    }
    if (outcome.result() instanceof CommandResult.NotReady) {
      mesh.coverage.count("not_ready_by_policy");
    }
    ReferenceControl.State state = under();
    if (outcome.replayed()
        || !(outcome.result() instanceof CommandResult.Executed)
        || !ReferenceControl.waitsForReadiness(write.command())
        || !state.active().requiresReady()) {
      return;
    }
    mesh.coverage.count("ready_writes");
    Configuration newest = state.membership().orElseThrow().newest();
    ControlEpoch active = state.active().epoch();
    long now = write.pin().map(ControlPin::millis).orElse(0L);
    List<MemberId> counting =
        newest.members().stream()
            .filter(
                voter ->
                    given.stream()
                        .anyMatch(
                            one ->
                                one.member().equals(voter)
                                    && ReferenceControl.counts(one, active, now)))
            .toList();
    check(
        counting.size() >= newest.w(),
        "slot %s: a write takes effect under epoch %s, for which %s have given evidence that counts,"
            + " and w is %d",
        in.slot(),
        active,
        counting,
        newest.w());
  }

  private void count(Of evidence) {
    mesh.coverage.count("evidence");
    Long before = last.put(evidence, mesh.time.now());
    if (before != null && mesh.time.now() - before >= MUCH_LATER) {
      mesh.coverage.count("evidence_renewed");
    }
  }
}
