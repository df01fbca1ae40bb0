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
import io.holdfast.sync.core.reservation.ReservationAnswer;
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
    return ReservationDecision.decide(
        request,
        table,
        new ReservationDecision.Terms(
            pools, "", who -> true, millis, revision + 1, ReservationRules.PROTOCOL));
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
            Optional.of(first(done.entries()))));
  }

  private static List<ReservationOutcome.Entry> first(List<ReservationOutcome.Entry> entries) {
    return entries.subList(0, Math.min(ReservationRequest.MAX_ASKS, entries.size()));
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
    if (query instanceof ReservationQuery.Find find) {
      List<Reservation> some = table.list(find.filter(), find.after(), find.limit() + 1);
      boolean more = some.size() > find.limit();
      return at(new ReservationAnswer.Found(more ? some.subList(0, find.limit()) : some, more));
    } else if (query instanceof ReservationQuery.Plan plan) {
      ReservationOutcome outcome = decide(plan.request());
      return at(
          outcome instanceof ReservationOutcome.Done done
              ? new ReservationAnswer.WouldDo(
                  !done.changes().isEmpty(), done.entries().size(), first(done.entries()))
              : new ReservationAnswer.WouldRefuse((ReservationOutcome.Refused) outcome));
    }
    ReservationQuery.Pools asked = (ReservationQuery.Pools) query;
    return at(
        new ReservationAnswer.Pools(
            pools.pools().stream()
                .filter(pool -> asked.pool().map(pool.name()::equals).orElse(true))
                .map(pool -> use(pool, asked.host()))
                .toList()));
  }

  private ReservationAnswer.PoolUse use(Pool pool, String host) {
    String within = pool.scope() == Pool.Scope.HOST ? host : "";
    long used =
        table.all().stream()
            .filter(one -> one.pool().equals(pool.name()) && one.within().equals(within))
            .count();
    return new ReservationAnswer.PoolUse(
        pool,
        used,
        table.exclusionsOf(new io.holdfast.sync.core.reservation.PoolPlace(pool.name(), within)),
        false);
  }

  private ReadAnswer at(ReservationAnswer answer) {
    return new ReadAnswer.Reservations(answer, millis);
  }
}
