package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** An operation with all its attempts, under one write id. */
final class Conversation {

  /** What the client makes of answers. */
  interface Manners {

    /**
     * Whether it asks again, at any node.
     *
     * @param code what it was told
     */
    boolean asksAgain(OutcomeCode code);

    /**
     * It is over.
     *
     * @param code what it was told last; null for a read that was answered
     */
    void ended(@Nullable OutcomeCode code);
  }

  private static final long PATIENCE = 6 * VirtualTime.SECOND;

  private final SimMesh mesh;
  private final Doors doors;
  private final SplittableRandom random;
  private final ClientOperation operation;
  private final Manners manners;
  private int answered;

  Conversation(
      SimMesh mesh,
      Doors doors,
      SplittableRandom random,
      ClientOperation operation,
      Manners manners) {
    this.mesh = mesh;
    this.doors = doors;
    this.random = random;
    this.operation = operation;
    this.manners = manners;
  }

  void attempt(int node) {
    int attempt = operation.attempt();
    if (attempt == 1) {
      mesh.observers().forEach(observer -> observer.began(operation));
    }
    if (mesh.trace.on()) {
      mesh.note(operation.process(), "asks n" + node + " " + operation.text());
    }
    Optional<Duration> patience =
        operation.isWrite() && random.nextInt(8) == 0
            ? Optional.of(Duration.ofMillis(random.nextInt(400)))
            : Optional.empty();
    doors.ask(
        node,
        operation.request(),
        patience,
        new Doors.Answers() {
          @Override
          public void answered(RouterEffect answer) {
            take(attempt, answer);
          }

          @Override
          public void lost() {
            Conversation.this.lost(attempt);
          }

          @Override
          public void unheard() {
            Conversation.this.unheard(attempt);
          }
        });
    mesh.time.after(PATIENCE, () -> lost(attempt));
  }

  /** Whether this attempt has been answered, or given up, before. */
  private boolean stale(int attempt) {
    return attempt <= answered || operation.isOver();
  }

  private void take(int attempt, RouterEffect answer) {
    if (stale(attempt)) {
      return;
    }
    if (answer instanceof RouterEffect.AnswerWrite write) {
      operation.answered(write.answer());
    } else if (answer instanceof RouterEffect.AnswerRead read) {
      operation.answered(read.answer());
    }
    answered();
  }

  private void lost(int attempt) {
    if (!stale(attempt)) {
      operation.lost();
      answered();
    }
  }

  private void unheard(int attempt) {
    if (!stale(attempt)) {
      operation.unheard();
      answered();
    }
  }

  private void answered() {
    answered = operation.attempts();
    OutcomeCode code = operation.answer();
    if (mesh.trace.on()) {
      mesh.note(operation.process(), "hears " + (code == null ? heard() : code.code()));
    }
    if (code != null) {
      mesh.coverage.verdict(code.code());
    }
    mesh.observers().forEach(observer -> observer.answered(operation));
    operation.query().ifPresent(this::queried);
    if (code != null && manners.asksAgain(code)) {
      int node = random.nextInt(mesh.scenario.nodes());
      mesh.time.after(VirtualTime.MILLI * random.nextInt(800), () -> attempt(node));
    } else {
      operation.end();
      manners.ended(code);
    }
  }

  /** The answer to a query in the form that is the same for one key and for many. */
  private void queried(ReadQuery query) {
    ReadAnswer read = operation.read();
    if (read instanceof ReadAnswer.Listed listed) {
      queried(query, listed.keys(), listed.at());
    } else if (read instanceof ReadAnswer.Absent absent) {
      queried(query, List.of(), absent.at());
    } else if (read instanceof ReadAnswer.Found found) {
      VersionedValue record =
          new VersionedValue(
              found.value(),
              found.createRevision(),
              found.modRevision(),
              found.version(),
              found.lease());
      queried(query, List.of(new KeyRecord(query.keys().from(), record)), found.at());
    }
  }

  private void queried(ReadQuery query, List<KeyRecord> records, ReadAnswer.ReadPoint at) {
    queried(
        query, new ReadResult.Records(records, records.size(), false, false, at.revision()), at);
  }

  private void queried(ReadQuery query, ReadResult result, ReadAnswer.ReadPoint at) {
    mesh.observers()
        .forEach(observer -> observer.queried(operation, query, result, new Slot(at.slot())));
  }

  private String heard() {
    ReadAnswer read = operation.read();
    return read == null ? "nothing" : Words.of(read);
  }
}
