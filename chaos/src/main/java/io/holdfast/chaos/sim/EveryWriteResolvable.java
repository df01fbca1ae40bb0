package io.holdfast.chaos.sim;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.WriteId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whoever asks what became of a write is told in the end: that it took effect, or that it never
 * will. What was said once holds for good, and "expired" is said of old ids only.
 */
final class EveryWriteResolvable extends Invariant {

  private final ReferenceModel reference;
  private final Map<WriteId, OutcomeCode> verdicts = new HashMap<>();
  private final Set<WriteId> open = new TreeSet<>();

  EveryWriteResolvable(ReferenceModel reference) {
    this.reference = reference;
  }

  @Override
  public void began(ClientOperation operation) {
    if (operation.resolves()) {
      open.add(operation.writeId());
    }
  }

  @Override
  public void answered(ClientOperation operation) {
    OutcomeCode code = operation.answer();
    if (!operation.isWrite() || code == null || !operation.isSettled()) {
      return;
    }
    WriteId id = operation.writeId();
    if (operation.resolves()) {
      open.remove(id);
    }
    if (code == OutcomeCode.WRITE_ID_EXPIRED) {
      check(
          reference.isExpired(id),
          "client %s is told that %s has expired, which it has not",
          operation.process(),
          id);
      return;
    }
    if (code == OutcomeCode.UNKNOWN_GROUP) {
      check(
          reference.isSealed(),
          "client %s is told of %s that there is no group, which was not sealed",
          operation.process(),
          id);
      return;
    }
    OutcomeCode before = verdicts.putIfAbsent(id, code);
    check(
        before == null || before == code,
        "client %s is told %s of %s, of which %s was said",
        operation.process(),
        code,
        id,
        before);
    if (operation.resolves() || code == OutcomeCode.FENCED) {
      Optional<CommandOutcome> execution = reference.executionOf(id);
      boolean fenced =
          execution.filter(outcome -> outcome.result() instanceof CommandResult.Fenced).isPresent();
      check(
          execution.isPresent() && fenced == (code == OutcomeCode.FENCED),
          "client %s is told %s of %s; the log means %s",
          operation.process(),
          code,
          id,
          execution);
    }
  }

  @Override
  public void finished() {
    check(open.isEmpty(), "nobody was told what became of %s", open);
  }
}
