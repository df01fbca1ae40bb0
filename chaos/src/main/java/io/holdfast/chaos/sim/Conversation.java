package io.holdfast.chaos.sim;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.core.RouterEffect;
import java.time.Duration;
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
    if (code != null && manners.asksAgain(code)) {
      int node = random.nextInt(mesh.scenario.nodes());
      mesh.time.after(VirtualTime.MILLI * random.nextInt(800), () -> attempt(node));
    } else {
      operation.end();
      manners.ended(code);
    }
  }

  private String heard() {
    ReadAnswer read = operation.read();
    return read == null ? "nothing" : Words.of(read);
  }
}
