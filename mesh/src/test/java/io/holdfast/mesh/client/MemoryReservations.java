package io.holdfast.mesh.client;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsManifest;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.ReservationRefusal;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswers;
import io.holdfast.sync.core.reservation.ReservationDecision;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRules;
import io.holdfast.sync.core.reservation.ReservationTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The reservations of a mesh in memory: the decision of the real one, and no log. */
public final class MemoryReservations {

  /** What was asked for, in order. */
  public final List<ReservationRequest> requests = new ArrayList<>();

  /** Run before the next changes: somebody was faster. */
  public final Deque<Runnable> before = new ArrayDeque<>();

  private final ReservationTable table = new ReservationTable();
  private PoolsManifest pools = ControlState.seed().set().pools().orElseThrow();
  private long millis = 1_800_000_000_000L;
  private long revision;

  /** All there are. */
  public synchronized List<Reservation> all() {
    return List.copyOf(table.all());
  }

  /** What may be reserved from now on. */
  public synchronized void pools(Pool... all) {
    pools = new PoolsManifest(List.of(all));
  }

  /** Time passes. */
  public synchronized void pass(UnaryOperator<Long> time) {
    millis = time.apply(millis);
  }

  /** Does something, as another caller would. */
  public synchronized ReservationOutcome run(ReservationRequest request) {
    ReservationOutcome outcome = decide(request);
    if (outcome instanceof ReservationOutcome.Done done && !done.changes().isEmpty()) {
      revision++;
      done.changes().forEach(table::take);
    }
    return outcome;
  }

  private ReservationOutcome decide(ReservationRequest request) {
    return ReservationDecision.decide(request, table, terms());
  }

  private ReservationDecision.Terms terms() {
    return new ReservationDecision.Terms(
        pools, "", who -> true, millis, revision + 1, ReservationRules.PROTOCOL);
  }

  synchronized WriteAnswer execute(String id, ReservationRequest request) {
    Runnable faster = before.poll();
    if (faster != null) {
      faster.run();
    }
    requests.add(request);
    ReservationOutcome outcome = run(request);
    if (outcome instanceof ReservationOutcome.Refused refused) {
      return answer(
          ReservationRefusal.code(refused),
          ReservationRefusal.detail(refused),
          id,
          new CommandResult.ReservationsRefused(refused));
    }
    ReservationOutcome.Done done = (ReservationOutcome.Done) outcome;
    return answer(
        OutcomeCode.COMMITTED,
        "",
        id,
        new CommandResult.ReservationsDone(
            revision,
            !done.changes().isEmpty(),
            done.entries().size(),
            Optional.of(done.firstEntries())));
  }

  private static WriteAnswer answer(
      OutcomeCode code, String detail, String id, CommandResult result) {
    return new WriteAnswer(
        code,
        Optional.empty(),
        detail,
        id,
        Optional.of(WriteAnswer.Executed.of(9, false, result)),
        Optional.empty(),
        Optional.empty());
  }

  synchronized ReadAnswer answer(ReservationQuery query) {
    return new ReadAnswer.Reservations(
        ReservationAnswers.answer(query, table, terms()),
        new ReadAnswer.ReadPoint(revision + 1, revision, Optional.empty()),
        millis);
  }
}
