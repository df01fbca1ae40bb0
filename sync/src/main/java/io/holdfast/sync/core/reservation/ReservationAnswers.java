package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.core.reservation.ReservationDecision.Terms;
import java.util.ArrayList;
import java.util.List;

/** Answers questions about reservations. Every answer is bounded, by number and by size. */
public final class ReservationAnswers {

  /** About how many bytes of reservations, or of exclusions, one answer has. */
  static final int MAX_BYTES = 512 << 10;

  private ReservationAnswers() {}

  /**
   * What is so, or would be.
   *
   * @param terms under which a request would be done now; the pools are those that are active
   */
  public static ReservationAnswer answer(
      ReservationQuery query, ReservationTable table, Terms terms) {
    if (query instanceof ReservationQuery.Find find) {
      return find(find, table);
    } else if (query instanceof ReservationQuery.Plan plan) {
      return plan(plan.request(), table, terms);
    }
    return pools((ReservationQuery.Pools) query, table, terms);
  }

  private static ReservationAnswer find(ReservationQuery.Find find, ReservationTable table) {
    List<Reservation> found = table.list(find.filter(), find.after(), find.limit() + 1);
    int fit = 0;
    long bytes = 0;
    while (fit < found.size() && fit < find.limit() && (fit == 0 || bytes <= MAX_BYTES)) {
      bytes += ReservationCodec.toProto(found.get(fit)).getSerializedSize();
      fit++;
    }
    return new ReservationAnswer.Found(found.subList(0, fit), fit < found.size());
  }

  private static ReservationAnswer plan(
      ReservationRequest request, ReservationTable table, Terms terms) {
    ReservationOutcome outcome = ReservationDecision.decide(request, table, terms);
    if (outcome instanceof ReservationOutcome.Done done) {
      return new ReservationAnswer.WouldDo(
          !done.changes().isEmpty(), done.entries().size(), done.firstEntries());
    }
    return new ReservationAnswer.WouldRefuse((ReservationOutcome.Refused) outcome);
  }

  private static ReservationAnswer pools(
      ReservationQuery.Pools query, ReservationTable table, Terms terms) {
    List<PoolUse> uses = new ArrayList<>();
    long bytes = 0;
    for (Pool pool : terms.pools().pools()) {
      if (query.pool().isPresent() && !query.pool().get().equals(pool.name())) {
        continue;
      }
      PoolPlace place = PoolPlace.of(pool, query.host());
      List<Exclusion> excluded = table.exclusionsOf(place);
      int fit = 0;
      while (fit < excluded.size() && bytes <= MAX_BYTES) {
        bytes += ReservationCodec.toProto(excluded.get(fit)).getSerializedSize();
        fit++;
      }
      uses.add(
          new PoolUse(pool, table.used(place), excluded.subList(0, fit), fit < excluded.size()));
    }
    return new ReservationAnswer.Pools(uses);
  }
}
