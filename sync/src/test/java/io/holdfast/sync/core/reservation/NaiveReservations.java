package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationDecision.Terms;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reservations as plain as can be: a list that is gone through number by number, and taken back as
 * a whole where a request is refused. Exclusions are sets of numbers.
 */
final class NaiveReservations {

  private static final class No extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient ReservationOutcome.Code code;

    No(ReservationOutcome.Code code) {
      this.code = code;
    }
  }

  private List<Reservation> all = new ArrayList<>();
  private TreeMap<PoolPlace, TreeSet<Long>> excluded = new TreeMap<>();

  /** All, by pool, host and number. */
  List<Reservation> all() {
    return all.stream().sorted(Comparator.comparing(Reservation::valueKey)).toList();
  }

  Set<Long> excluded(PoolPlace place) {
    return excluded.getOrDefault(place, new TreeSet<>());
  }

  /** Does a request; why it has no effect, where it has none. */
  Optional<ReservationOutcome.Code> run(ReservationRequest request, Terms terms) {
    List<Reservation> before = new ArrayList<>(all);
    try {
      execute(request, terms);
      return Optional.empty();
    } catch (No no) {
      all = before;
      return Optional.of(no.code);
    }
  }

  private void execute(ReservationRequest request, Terms terms) {
    if (request instanceof ReservationRequest.Reserve reserve) {
      reserve.asks().forEach(ask -> ask(ask, reserve, terms));
    } else if (request instanceof ReservationRequest.Release release) {
      for (Reservation one : all()) {
        if (release.filters().stream().anyMatch(filter -> filter.has(one))) {
          mayChange(one, terms);
          all.remove(one);
        }
      }
    } else if (request instanceof ReservationRequest.Migrate migrate) {
      migrate(migrate, terms);
    } else if (request instanceof ReservationRequest.Expire expire) {
      expire.pool().ifPresent(name -> pool(name, terms));
      all.removeIf(
          one ->
              expire.pool().map(one.pool()::equals).orElse(true)
                  && pool(one.pool(), terms)
                      .expiry()
                      .map(e -> terms.millis() - one.lastUsedAtMillis() >= e.toMillis())
                      .orElse(false));
    } else if (request instanceof ReservationRequest.Exclude exclude) {
      Pool pool = pool(exclude.pool(), terms);
      Pool.Span span = exclude.exclusion().span();
      if (numbers(span).stream().noneMatch(n -> n >= pool.first() && n <= pool.last())) {
        throw new No(ReservationOutcome.Code.OUTSIDE_RANGE);
      }
      excluded
          .computeIfAbsent(place(pool, exclude.host()), p -> new TreeSet<>())
          .addAll(numbers(span));
    } else if (request instanceof ReservationRequest.Include include) {
      PoolPlace place = place(pool(include.pool(), terms), include.host());
      excluded(place).removeAll(numbers(include.span()));
    } else if (request instanceof ReservationRequest.CompactExclusions compact) {
      Pool pool = pool(compact.pool(), terms);
      excluded(place(pool, compact.host())).removeIf(n -> n < pool.first() || n > pool.last());
    }
  }

  private static List<Long> numbers(Pool.Span span) {
    List<Long> numbers = new ArrayList<>();
    for (long n = span.first(); n <= span.last(); n++) {
      numbers.add(n);
    }
    return numbers;
  }

  private static Pool pool(String name, Terms terms) {
    return terms
        .pools()
        .byName(name)
        .orElseThrow(() -> new No(ReservationOutcome.Code.UNKNOWN_POOL));
  }

  private static PoolPlace place(Pool pool, String host) {
    return new PoolPlace(pool.name(), pool.scope() == Pool.Scope.MESH ? "" : host);
  }

  private static void mayChange(Reservation one, Terms terms) {
    if (!terms.mayChange().test(one.principal())) {
      throw new No(ReservationOutcome.Code.NOT_OWNER);
    }
  }

  private Optional<Reservation> holder(PoolPlace place, long number) {
    return all.stream()
        .filter(one -> one.place().equals(place) && one.value() == number)
        .findFirst();
  }

  private void ask(Ask ask, ReservationRequest.Reserve reserve, Terms terms) {
    Pool pool = pool(ask.pool(), terms);
    PoolPlace place = place(pool, reserve.host());
    Optional<Reservation> mine =
        all.stream()
            .filter(
                one ->
                    one.place().equals(place)
                        && one.path().equals(ask.path())
                        && one.tag().equals(ask.tag()))
            .findFirst();
    if (mine.isEmpty()) {
      long number = number(ask, pool, place, reserve.force());
      add(ask, place, reserve, number, ask.project().orElse(""), ask.task().orElse(""), terms);
      return;
    }
    Reservation has = mine.get();
    mayChange(has, terms);
    String project = ask.project().orElse(has.project());
    String task = ask.task().orElse(has.task());
    boolean other =
        (!has.project().isEmpty() && !has.project().equals(project))
            || (!has.task().isEmpty() && !has.task().equals(task));
    if (other && !reserve.force()) {
      throw new No(ReservationOutcome.Code.STICKY);
    }
    boolean move;
    if (ask.choice() instanceof Exact exact) {
      move = exact.value() != has.value();
      if (move && !reserve.force()) {
        throw new No(ReservationOutcome.Code.CONFLICT);
      }
    } else {
      Any any = (Any) ask.choice();
      move =
          any.insteadOf().isPresent()
              && any.insteadOf().getAsLong() == has.revision()
              && any.avoided().stream().anyMatch(span -> numbers(span).contains(has.value()));
    }
    if (move) {
      long number = number(ask, pool, place, reserve.force());
      all.remove(has);
      add(ask, place, reserve, number, project, task, terms);
      Reservation moved = all.remove(all.size() - 1);
      all.add(withPrincipal(moved, has.principal()));
    } else {
      all.remove(has);
      all.add(
          new Reservation(
              has.pool(),
              has.within(),
              has.value(),
              has.host(),
              has.path(),
              has.tag(),
              project,
              task,
              has.principal(),
              has.createdAtMillis(),
              Math.max(has.lastUsedAtMillis(), terms.millis()),
              terms.revision()));
    }
  }

  private static Reservation withPrincipal(Reservation one, String principal) {
    return new Reservation(
        one.pool(),
        one.within(),
        one.value(),
        one.host(),
        one.path(),
        one.tag(),
        one.project(),
        one.task(),
        principal,
        one.createdAtMillis(),
        one.lastUsedAtMillis(),
        one.revision());
  }

  private void add(
      Ask ask,
      PoolPlace place,
      ReservationRequest.Reserve reserve,
      long number,
      String project,
      String task,
      Terms terms) {
    all.add(
        new Reservation(
            place.pool(),
            place.within(),
            number,
            reserve.host(),
            ask.path(),
            ask.tag(),
            project,
            task,
            terms.principal(),
            terms.millis(),
            terms.millis(),
            terms.revision()));
  }

  private long number(Ask ask, Pool pool, PoolPlace place, boolean force) {
    TreeSet<Long> not = new TreeSet<>(excluded(place));
    pool.exclusions().forEach(span -> not.addAll(numbers(span)));
    if (ask.choice() instanceof Exact exact) {
      if (holder(place, exact.value()).isPresent()) {
        throw new No(ReservationOutcome.Code.CONFLICT);
      } else if ((exact.value() < pool.first() || exact.value() > pool.last()) && !force) {
        throw new No(ReservationOutcome.Code.OUTSIDE_RANGE);
      } else if (not.contains(exact.value()) && !force) {
        throw new No(ReservationOutcome.Code.EXCLUDED);
      }
      return exact.value();
    }
    Any any = (Any) ask.choice();
    any.avoided().forEach(span -> not.addAll(numbers(span)));
    List<Long> candidates = new ArrayList<>(any.preferred());
    candidates.addAll(numbers(new Pool.Span(pool.first(), pool.last())));
    return candidates.stream()
        .filter(n -> n >= pool.first() && n <= pool.last())
        .filter(n -> !not.contains(n) && holder(place, n).isEmpty())
        .findFirst()
        .orElseThrow(() -> new No(ReservationOutcome.Code.POOL_EXHAUSTED));
  }

  private void migrate(ReservationRequest.Migrate migrate, Terms terms) {
    boolean any = false;
    for (Reservation one : all()) {
      boolean below =
          one.path().equals(migrate.from()) || one.path().startsWith(migrate.from() + "/");
      boolean here = one.within().isEmpty() || one.within().equals(migrate.host());
      if (!below || !here) {
        continue;
      }
      any = true;
      mayChange(one, terms);
      String path = migrate.to() + one.path().substring(migrate.from().length());
      for (Reservation there : all()) {
        if (there.place().equals(one.place())
            && there.path().equals(path)
            && there.tag().equals(one.tag())) {
          if (!migrate.force()) {
            throw new No(ReservationOutcome.Code.CONFLICT);
          }
          mayChange(there, terms);
          all.remove(there);
        }
      }
      all.remove(one);
      all.add(one.at(path, terms.revision()));
    }
    if (!any) {
      throw new No(ReservationOutcome.Code.NOTHING_THERE);
    }
  }
}
