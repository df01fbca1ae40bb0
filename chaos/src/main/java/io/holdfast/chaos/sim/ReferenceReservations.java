package io.holdfast.chaos.sim;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What reservations there are, as plainly as it can be said: one list, searched from its start for
 * everything, and copied before each request so that a refusal leaves nothing behind.
 */
final class ReferenceReservations {

  private record Excluded(String pool, String within, long value) {}

  /** Whether who asks may change what a principal has reserved. */
  interface Rights extends Predicate<String> {}

  private List<Reservation> held = new ArrayList<>();
  private Set<Excluded> excluded = new HashSet<>();

  // Of the request that is executed.
  private List<Pool> pools = List.of();
  private String principal = "";
  private Rights rights = owner -> true;
  private long millis;
  private long revision;
  private List<Entry> entries = new ArrayList<>();

  /** All, in no order. */
  List<Reservation> all() {
    return List.copyOf(held);
  }

  /** Whether a set may have this pool. */
  boolean allows(Pool pool) {
    boolean hosts = pool.scope() == Pool.Scope.HOST;
    return held.stream()
            .filter(one -> one.pool().equals(pool.name()))
            .allMatch(one -> one.within().isEmpty() != hosts)
        && excluded.stream()
            .filter(one -> one.pool().equals(pool.name()))
            .allMatch(one -> one.within().isEmpty() != hosts);
  }

  /**
   * Executes a request.
   *
   * @param active the pools that are active
   * @param asker the principal that asks
   * @param mayChange what it may change
   * @param atMillis when it was admitted
   * @param next the revision that it takes if it changes something
   */
  CommandResult execute(
      ReservationRequest request,
      List<Pool> active,
      String asker,
      Rights mayChange,
      long atMillis,
      long next) {
    pools = active;
    principal = asker;
    rights = mayChange;
    millis = atMillis;
    revision = next;
    entries = new ArrayList<>();
    List<Reservation> heldBefore = new ArrayList<>(held);
    Set<Excluded> excludedBefore = new HashSet<>(excluded);
    try {
      run(request);
    } catch (Stop stop) {
      held = heldBefore;
      excluded = excludedBefore;
      return new CommandResult.ReservationsRefused(stop.refused);
    }
    boolean changed = !held.equals(heldBefore) || !excluded.equals(excludedBefore);
    return new CommandResult.ReservationsDone(
        changed ? next : next - 1, changed, entries.size(), Optional.of(entries));
  }

  private void run(ReservationRequest request) throws Stop {
    if (request instanceof ReservationRequest.Reserve reserve) {
      for (int i = 0; i < reserve.asks().size(); i++) {
        reserve(i, reserve.asks().get(i), reserve);
      }
    } else if (request instanceof ReservationRequest.Release release) {
      for (Reservation one : inOrder()) {
        if (release.filters().stream().anyMatch(filter -> filter.has(one))) {
          requireRight(0, one);
          end(Kind.RELEASED, one);
        }
      }
    } else if (request instanceof ReservationRequest.Migrate migrate) {
      migrate(migrate);
    } else if (request instanceof ReservationRequest.Expire expire) {
      if (expire.pool().isPresent()) {
        pool(0, expire.pool().get());
      }
      for (Reservation one : inOrder()) {
        if (expire.pool().isEmpty() || expire.pool().get().equals(one.pool())) {
          expire(one);
        }
      }
    } else if (request instanceof ReservationRequest.Exclude exclude) {
      Pool pool = pool(0, exclude.pool());
      long value = exclude.exclusion().span().first();
      if (value < pool.first() || value > pool.last()) {
        throw new Stop(Code.OUTSIDE_RANGE, 0, pool.name(), Optional.of(value), Optional.empty());
      }
      excluded.add(new Excluded(pool.name(), within(pool, exclude.host()), value));
    } else if (request instanceof ReservationRequest.Include include) {
      include(include);
    } else {
      throw new IllegalArgumentException("no client of a simulation asks for " + request);
    }
  }

  /** Of a pool that is no more, wherever the host has any of it excluded. */
  private void include(ReservationRequest.Include include) throws Stop {
    long value = include.span().first();
    boolean known = pools.stream().anyMatch(pool -> pool.name().equals(include.pool()));
    List<String> places =
        known
            ? List.of(within(pool(0, include.pool()), include.host()))
            : List.of("", include.host());
    boolean any = false;
    for (String within : places) {
      any |=
          excluded.stream()
              .anyMatch(one -> one.pool().equals(include.pool()) && one.within().equals(within));
      excluded.remove(new Excluded(include.pool(), within, value));
    }
    if (!known && !any) {
      pool(0, include.pool());
    }
  }

  // ---- Giving

  private void reserve(int index, Ask ask, ReservationRequest.Reserve all) throws Stop {
    Pool pool = pool(index, ask.pool());
    String within = within(pool, all.host());
    Optional<Reservation> has =
        held.stream()
            .filter(
                one ->
                    one.pool().equals(pool.name())
                        && one.within().equals(within)
                        && one.path().equals(ask.path())
                        && one.tag().equals(ask.tag()))
            .findFirst();
    if (has.isEmpty()) {
      long value = value(index, ask, pool, within, all.force());
      Place at = new Place(pool.name(), within, value, all.host());
      Reservation given = made(at, ask, has, principal, millis, millis);
      held.add(given);
      entries.add(new Entry(Kind.GIVEN, given));
      return;
    }
    Reservation old = has.get();
    requireRight(index, old);
    boolean other =
        (!old.project().isEmpty() && !ask.project().orElse(old.project()).equals(old.project()))
            || (!old.task().isEmpty() && !ask.task().orElse(old.task()).equals(old.task()));
    if (other && !all.force()) {
      throw new Stop(Code.STICKY, index, pool.name(), Optional.of(old.value()), has);
    }
    boolean moves;
    if (ask.choice() instanceof Exact exact) {
      moves = exact.value() != old.value();
      if (moves && !all.force()) {
        throw new Stop(Code.CONFLICT, index, pool.name(), Optional.of(exact.value()), has);
      }
    } else {
      Any any = (Any) ask.choice();
      moves =
          any.insteadOf().isPresent()
              && any.insteadOf().getAsLong() == old.revision()
              && isIn(any.avoided(), old.value());
    }
    if (!moves) {
      Place at = new Place(pool.name(), within, old.value(), old.host());
      long used = Math.max(millis, old.lastUsedAtMillis());
      Reservation kept = made(at, ask, has, old.principal(), old.createdAtMillis(), used);
      replace(old, kept);
      entries.add(new Entry(Kind.KEPT, kept));
      return;
    }
    long value = value(index, ask, pool, within, all.force());
    Place at = new Place(pool.name(), within, value, all.host());
    Reservation moved = made(at, ask, has, old.principal(), millis, millis);
    replace(old, moved);
    entries.add(new Entry(Kind.MOVED, moved));
  }

  /** Tries one number after the other, and for each looks through everything. */
  private long value(int index, Ask ask, Pool pool, String within, boolean force) throws Stop {
    if (ask.choice() instanceof Exact exact) {
      Optional<Reservation> holder = holder(pool, within, exact.value());
      boolean outside = exact.value() < pool.first() || exact.value() > pool.last();
      Optional<Long> value = Optional.of(exact.value());
      if (holder.isPresent()) {
        throw new Stop(Code.CONFLICT, index, pool.name(), value, holder);
      } else if (outside && !force) {
        throw new Stop(Code.OUTSIDE_RANGE, index, pool.name(), value, Optional.empty());
      } else if (isExcluded(pool, within, exact.value()) && !force) {
        throw new Stop(Code.EXCLUDED, index, pool.name(), value, Optional.empty());
      }
      return exact.value();
    }
    Any any = (Any) ask.choice();
    List<Long> candidates = new ArrayList<>(any.preferred());
    for (long value = pool.first(); value <= pool.last(); value++) {
      candidates.add(value);
    }
    for (long value : candidates) {
      if (value >= pool.first()
          && value <= pool.last()
          && !isExcluded(pool, within, value)
          && !isIn(any.avoided(), value)
          && holder(pool, within, value).isEmpty()) {
        return value;
      }
    }
    throw new Stop(Code.POOL_EXHAUSTED, index, pool.name(), Optional.empty(), Optional.empty());
  }

  // ---- Taking back

  private void migrate(ReservationRequest.Migrate migrate) throws Stop {
    boolean any = false;
    for (Reservation one : inOrder()) {
      boolean here = one.within().isEmpty() || one.within().equals(migrate.host());
      boolean from =
          one.path().equals(migrate.from()) || one.path().startsWith(migrate.from() + "/");
      if (here && from) {
        any = true;
        requireRight(0, one);
        String path = migrate.to() + one.path().substring(migrate.from().length());
        for (Reservation there : List.copyOf(held)) {
          if (there.pool().equals(one.pool())
              && there.within().equals(one.within())
              && there.path().equals(path)
              && there.tag().equals(one.tag())) {
            if (!migrate.force()) {
              throw new Stop(
                  Code.CONFLICT, 0, there.pool(), Optional.of(there.value()), Optional.of(there));
            }
            requireRight(0, there);
            end(Kind.RELEASED, there);
          }
        }
        Reservation moved =
            new Reservation(
                one.pool(),
                one.within(),
                one.value(),
                one.host(),
                path,
                one.tag(),
                one.project(),
                one.task(),
                one.principal(),
                one.createdAtMillis(),
                one.lastUsedAtMillis(),
                revision);
        replace(one, moved);
        entries.add(new Entry(Kind.MIGRATED, moved));
      }
    }
    if (!any) {
      throw new Stop(Code.NOTHING_THERE, 0, "", Optional.empty(), Optional.empty());
    }
  }

  private void expire(Reservation one) {
    for (Pool pool : pools) {
      if (pool.name().equals(one.pool())
          && pool.expiry().isPresent()
          && one.lastUsedAtMillis() + pool.expiry().get().toMillis() <= millis) {
        end(Kind.EXPIRED, one);
      }
    }
  }

  private void end(Kind kind, Reservation one) {
    held.remove(one);
    entries.add(new Entry(kind, one));
  }

  private void replace(Reservation old, Reservation by) {
    held.remove(old);
    held.add(by);
  }

  // ---- Looking

  private Pool pool(int index, String name) throws Stop {
    return pools.stream()
        .filter(pool -> pool.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new Stop(Code.UNKNOWN_POOL, index, name, Optional.empty(), Optional.empty()));
  }

  private static String within(Pool pool, String host) {
    return pool.scope() == Pool.Scope.HOST ? host : "";
  }

  private Optional<Reservation> holder(Pool pool, String within, long value) {
    return held.stream()
        .filter(
            one ->
                one.pool().equals(pool.name())
                    && one.within().equals(within)
                    && one.value() == value)
        .findFirst();
  }

  private boolean isExcluded(Pool pool, String within, long value) {
    return isIn(pool.exclusions(), value)
        || excluded.contains(new Excluded(pool.name(), within, value));
  }

  private static boolean isIn(List<Pool.Span> spans, long value) {
    return spans.stream().anyMatch(span -> span.first() <= value && value <= span.last());
  }

  private List<Reservation> inOrder() {
    return held.stream()
        .sorted(
            Comparator.comparing(Reservation::pool)
                .thenComparing(Reservation::within)
                .thenComparing(Reservation::value))
        .toList();
  }

  private void requireRight(int index, Reservation one) throws Stop {
    if (!rights.test(one.principal())) {
      throw new Stop(Code.NOT_OWNER, index, one.pool(), Optional.of(one.value()), Optional.of(one));
    }
  }

  /** As asked for, by who owns it; what is not said of it stays as it was. */
  private Reservation made(
      Place at, Ask ask, Optional<Reservation> before, String by, long created, long used) {
    return new Reservation(
        at.pool(),
        at.within(),
        at.value(),
        at.host(),
        ask.path(),
        ask.tag(),
        ask.project().orElse(before.map(Reservation::project).orElse("")),
        ask.task().orElse(before.map(Reservation::task).orElse("")),
        by,
        created,
        used,
        revision);
  }

  private record Place(String pool, String within, long value, String host) {}

  /** Why a request has no effect. */
  private static final class Stop extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Refused refused;

    Stop(Code code, int index, String pool, Optional<Long> value, Optional<Reservation> holder) {
      super(code.code());
      this.refused = new Refused(code, index, pool, value, holder);
    }
  }
}
