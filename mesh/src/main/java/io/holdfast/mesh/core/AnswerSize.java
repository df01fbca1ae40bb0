package io.holdfast.mesh.core;

import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadResult;
import java.util.List;
import java.util.Optional;

/**
 * Keeps answers within what one message to a peer may hold: a larger one would be lost on the way,
 * however often it is asked for.
 */
final class AnswerSize {

  /** About what a record or a result takes beside its key and value. */
  private static final int BESIDE = 64;

  private AnswerSize() {}

  /** The same with fewer records, where these are too many: there is more then, as it says. */
  static ReadAnswer within(int maxBytes, ReadAnswer answer) {
    if (!(answer instanceof ReadAnswer.Listed listed)) {
      return answer;
    }
    ReadResult.Records keys = listed.keys();
    long bytes = 0;
    int fit = 0;
    for (KeyRecord record : keys.records()) {
      bytes += bytes(record);
      if (bytes > maxBytes && fit > 0) {
        return new ReadAnswer.Listed(
            new ReadResult.Records(
                keys.records().subList(0, fit),
                keys.count(),
                keys.countIsLeast(),
                true,
                keys.revision()),
            listed.at());
      }
      fit++;
    }
    return answer;
  }

  /** The same without the results of a transaction, where these are too large. */
  static WriteAnswer within(int maxBytes, WriteAnswer answer) {
    Optional<Executed> executed = answer.result();
    Optional<CommandResult.TransactionDone> done = executed.flatMap(Executed::transaction);
    if (executed.isEmpty()
        || done.isEmpty()
        || bytes(done.get().results().orElse(List.of())) <= maxBytes) {
      return answer;
    }
    CommandResult without = done.get().inShort();
    return new WriteAnswer(
        answer.code(),
        answer.reason(),
        "Its results are too large to be forwarded; ask for the write at the node that leads.",
        answer.writeId(),
        Optional.of(Executed.of(executed.get().slot(), executed.get().replayed(), without)),
        answer.acks(),
        answer.retryAfter());
  }

  private static long bytes(List<OperationResult> results) {
    long bytes = 0;
    for (OperationResult result : results) {
      bytes += BESIDE;
      if (result instanceof OperationResult.Read read) {
        for (KeyRecord record : read.records()) {
          bytes += bytes(record);
        }
      } else if (result instanceof OperationResult.Nested nested) {
        bytes += bytes(nested.results());
      }
    }
    return bytes;
  }

  private static long bytes(KeyRecord record) {
    return (long) record.key().size() + record.value().value().size() + BESIDE;
  }
}
