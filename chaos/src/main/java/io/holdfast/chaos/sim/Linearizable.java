package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.chaos.core.Budget;
import io.holdfast.chaos.core.LinearizabilityChecker;
import io.holdfast.chaos.core.Verdict;
import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A read sees all that was committed before it began, and exactly what the log means at its slot;
 * and what all clients saw together has an order.
 */
final class Linearizable extends Invariant {

  private record Question(@Nullable SimBoot boot, long token) {}

  private final ReferenceModel reference;
  private final HistoryRecorder recorder;
  private final Map<Question, Slot> reads = new HashMap<>();
  private Slot committed = Slot.ZERO;
  private Slot told = Slot.ZERO;

  Linearizable(ReferenceModel reference, HistoryRecorder recorder) {
    this.reference = reference;
    this.recorder = recorder;
  }

  @Override
  public void concluded(SimNode at, long token, BatchEntry entry, Outcome outcome) {
    if (outcome instanceof Outcome.Committed write) {
      committed = Slot.max(committed, write.slot());
    }
  }

  @Override
  public void readBegan(SimNode at, long token) {
    reads.put(new Question(at.boot(), token), committed);
  }

  @Override
  public void readIndexed(SimNode at, long token, Slot readIndex) {
    Slot before = reads.remove(new Question(at.boot(), token));
    check(
        before != null && before.isAtMost(readIndex),
        "%s answers with read index %s a read that began when slot %s was committed",
        at,
        readIndex,
        before);
  }

  @Override
  public void began(ClientOperation operation) {
    operation.mayNotMiss(told);
  }

  @Override
  public void answered(ClientOperation operation) {
    if (operation.answer() == OutcomeCode.COMMITTED) {
      operation.executed().ifPresent(executed -> told = Slot.max(told, new Slot(executed.slot())));
    }
  }

  @Override
  public void queried(ClientOperation operation, ReadQuery query, ReadResult result, Slot slot) {
    boolean local = operation.request() instanceof ClientRequest.ReadLocal;
    check(
        local || operation.mayNotMiss().isAtMost(slot),
        "client %s reads %s at slot %s; slot %s was committed before it asked",
        operation.process(),
        Words.of(query),
        slot,
        operation.mayNotMiss());
    if (result instanceof ReadResult.Records found
        && query.revision().isEmpty()
        && ClientRequest.isOfOneRecord(query)) {
      ByteString key = query.keys().from();
      Optional<VersionedValue> value = found.records().stream().map(KeyRecord::value).findFirst();
      Optional<VersionedValue> expected = reference.at(slot, key);
      check(
          expected.equals(value) && reference.revisionAt(slot) == found.revision(),
          "client %s reads %s at slot %s, revision %d: %s; the log means %s at revision %d",
          operation.process(),
          key.toStringUtf8(),
          slot,
          found.revision(),
          Words.of(value),
          Words.of(expected),
          reference.revisionAt(slot));
    }
  }

  @Override
  public void finished() {
    Verdict verdict = LinearizabilityChecker.check(recorder.history(), Budget.DEFAULT);
    check(!(verdict instanceof Verdict.Invalid), "the clients' history has no order: %s", verdict);
  }
}
