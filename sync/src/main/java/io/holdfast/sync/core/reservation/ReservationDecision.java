package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsManifest;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides what becomes of a request: planned by whoever wants to see it first, and done at apply,
 * by the same code.
 */
public final class ReservationDecision {

  /** The most reservations that one request changes. */
  public static final int MAX_CHANGES = 10_000;

  /**
   * At how many places and reservations one request looks to find what it is about: four times all
   * that there may be. Every replica does so, one request after the other.
   */
  public static final long MAX_LOOKS = 4L * ReservationTable.MAX_RESERVATIONS;

  private final ReservationTable table;
  private final Terms terms;
  private final ReservationDraft draft;

  private ReservationDecision(ReservationTable table, Terms terms) {
    this.table = table;
    this.terms = terms;
    this.draft = new ReservationDraft(table);
  }

  /**
   * Under what it is decided.
   *
   * @param pools those that are active
   * @param principal who asks; empty where nobody said
   * @param mayChange whether who asks may change what a principal has reserved
   * @param millis when it is decided, milliseconds since 1970 by the leader's clock
   * @param revision the revision that it takes if it changes something
   * @param rules by which numbers are given
   */
  public record Terms(
      PoolsManifest pools,
      String principal,
      Predicate<String> mayChange,
      long millis,
      long revision,
      ReservationRules rules) {}

  /** What becomes of it on this table, which stays as it is. */
  public static ReservationOutcome decide(
      ReservationRequest request, ReservationTable table, Terms terms) {
    ReservationDecision decision = new ReservationDecision(table, terms);
    try {
      decision.run(request);
    } catch (ReservationRefusal refusal) {
      if (!terms.rules().keepsPart()) {
        return refusal.refused();
      }
    }
    return decision.draft.done();
  }

  private void run(ReservationRequest request) {
    if (request instanceof ReservationRequest.Reserve reserve) {
      NumberGiving giving = new NumberGiving(table, terms, draft, reserve);
      for (int i = 0; i < reserve.asks().size(); i++) {
        giving.give(i, reserve.asks().get(i));
      }
    } else if (request instanceof ReservationRequest.Release release) {
      release(release);
    } else if (request instanceof ReservationRequest.Migrate migrate) {
      migrate(migrate);
    } else if (request instanceof ReservationRequest.Expire expire) {
      expire(expire);
    } else {
      editExclusions(request);
    }
  }

  private void editExclusions(ReservationRequest request) {
    ExclusionEdits edits = new ExclusionEdits(table, terms.pools(), draft);
    if (request instanceof ReservationRequest.Exclude exclude) {
      edits.exclude(exclude);
    } else if (request instanceof ReservationRequest.Include include) {
      edits.include(include);
    } else if (request instanceof ReservationRequest.CompactExclusions compact) {
      edits.compact(compact);
    }
  }

  // ---- Giving back

  private void release(ReservationRequest.Release release) {
    for (Reservation one : allOf(release.filters())) {
      requireMayChange(one);
      requireFewChanges();
      draft.end(Kind.RELEASED, one);
    }
  }

  private Collection<Reservation> allOf(List<ReservationFilter> filters) {
    return table.search(MAX_LOOKS).any(filters, MAX_CHANGES);
  }

  private void migrate(ReservationRequest.Migrate migrate) {
    ReservationFilter below = ReservationFilter.ofPath(migrate.host(), migrate.from(), true);
    for (Reservation one : allOf(List.of(below))) {
      requireMayChange(one);
      String path = migrate.to() + one.path().substring(migrate.from().length());
      if (path.getBytes(StandardCharsets.UTF_8).length > ReservationText.MAX_PATH_BYTES) {
        Optional<Long> value = Optional.of(one.value());
        throw new ReservationRefusal(
            new Refused(Code.PATH_TOO_LONG, 0, one.pool(), value, Optional.empty()));
      }
      draft
          .of(new OwnerKey(one.pool(), one.within(), path, one.tag()))
          .ifPresent(there -> clear(there, migrate.force()));
      requireFewChanges();
      draft.put(Kind.MIGRATED, one.at(path, terms.revision()));
    }
    if (draft.changes() == 0) {
      throw ReservationRefusal.of(Code.NOTHING_THERE, "");
    }
  }

  private void clear(Reservation there, boolean force) {
    if (!force) {
      throw ReservationRefusal.of(Code.CONFLICT, 0, there);
    }
    requireMayChange(there);
    requireFewChanges();
    draft.end(Kind.RELEASED, there);
  }

  /** As many as one request may change; the next one ends the rest. */
  private void expire(ReservationRequest.Expire expire) {
    Optional<String> unknown = expire.pool().filter(name -> terms.pools().byName(name).isEmpty());
    if (unknown.isPresent()) {
      throw ReservationRefusal.of(Code.UNKNOWN_POOL, unknown.get());
    }
    Map<String, Pool> pools = new HashMap<>();
    terms.pools().pools().stream()
        .filter(pool -> expire.pool().isEmpty() || expire.pool().get().equals(pool.name()))
        .forEach(pool -> pools.put(pool.name(), pool));
    for (Reservation one : table.all()) {
      Pool pool = pools.get(one.pool());
      if (pool != null && terms.rules().isOver(one, pool.expiry(), terms.millis())) {
        if (draft.changes() >= MAX_CHANGES) {
          return;
        }
        draft.end(Kind.EXPIRED, one);
      }
    }
  }

  private void requireMayChange(Reservation one) {
    if (!terms.mayChange().test(one.principal())) {
      throw ReservationRefusal.of(Code.NOT_OWNER, 0, one);
    }
  }

  private void requireFewChanges() {
    if (draft.changes() >= MAX_CHANGES) {
      throw ReservationRefusal.of(Code.TOO_MANY, "");
    }
  }
}
