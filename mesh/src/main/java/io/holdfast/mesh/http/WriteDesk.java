package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.WriteIds;
import io.holdfast.mesh.metrics.GroupMeters;
import io.holdfast.mesh.metrics.NodeMeters;
import io.holdfast.mesh.metrics.WriteStep;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Hands to the mesh what is to be decided by a log, and tells what became of it. */
final class WriteDesk {

  private final Mesh mesh;
  private final HttpLimits limits;
  private final WriteIds ids;
  private final NodeMeters meters;

  WriteDesk(Mesh mesh, HttpLimits limits, WriteIds ids, NodeMeters meters) {
    this.mesh = mesh;
    this.limits = limits;
    this.ids = ids;
    this.meters = meters;
  }

  /** The caller's id, or a new one: made here, so that every answer can name it. */
  Optional<String> writeId(RequestParameters parameters) {
    return parameters.idempotencyKey().or(() -> Optional.of(ids.next()));
  }

  /** Has a write with an id decided, and answers. */
  void write(Exchange exchange, WriteRequest write) {
    write(exchange, write, answer -> WriteReply.send(exchange, answer));
  }

  /** The same, with another way to answer. */
  void write(Exchange exchange, WriteRequest write, Consumer<WriteAnswer> answering) {
    Duration time = limits.requestTimeout().plus(write.patience().orElse(Duration.ZERO));
    exchange.expireAfter(
        time,
        () -> {
          // The write was handed over and may take effect at any time: nothing less may be said.
          String id = write.writeId().orElseThrow();
          WriteReply.locate(exchange, id);
          return Problem.of(
                  OutcomeCode.OUTCOME_UNKNOWN,
                  "this node gave no verdict within "
                      + time.toMillis()
                      + " ms; ask for the write by its id")
              .withWriteId(id);
        });
    GroupMeters group = meters.find(write.group());
    if (group == null) {
      exchange.await(mesh.write(write), answering);
      return;
    }
    group.took(WriteStep.HTTP, System.nanoTime() - exchange.begunNanos());
    exchange.await(
        mesh.write(write),
        answer -> {
          answering.accept(answer);
          long now = System.nanoTime();
          group.took(WriteStep.REPLY, now - exchange.settledNanos());
          group.took(WriteStep.TOTAL, now - exchange.begunNanos());
        });
  }

  /** Whether nothing was found wrong with the request; else it is refused here. */
  static boolean accepted(Exchange exchange, RequestParameters parameters) {
    parameters.problem().ifPresent(exchange::refuse);
    return parameters.problem().isEmpty();
  }
}
