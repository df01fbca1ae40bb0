package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsManifest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** Requests drawn at random, of a world so small that they meet. */
public final class ReservationDraw {

  /** What may be reserved in it. */
  public static final PoolsManifest POOLS =
      new PoolsManifest(
          List.of(
              new Pool("ports", Pool.Scope.HOST, 1, 7, List.of(span(3, 3)), Optional.empty()),
              new Pool(
                  "ids", Pool.Scope.MESH, -2, 6, List.of(), Optional.of(Duration.ofMinutes(1)))));

  private static final List<String> PATHS = List.of("/a", "/a/x", "/a/x/y", "/ab", "/b", "/c/x");
  private static final List<String> WORDS = List.of("", "t", "u");

  private final Random random;

  public ReservationDraw(Random random) {
    this.random = random;
  }

  private static Pool.Span span(long first, long last) {
    return new Pool.Span(first, last);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private <T> Optional<T> maybe(T value) {
    return random.nextInt(3) == 0 ? Optional.of(value) : Optional.empty();
  }

  private String pool() {
    return random.nextInt(30) == 0 ? "unknown" : one(List.of("ports", "ids"));
  }

  private String host() {
    return one(List.of("h1", "h2"));
  }

  private String path() {
    return one(PATHS);
  }

  private long number() {
    return random.nextInt(12) - 3L;
  }

  private Pool.Span span() {
    long first = number();
    return span(first, first + random.nextInt(3));
  }

  /** A request; those that make reservations are the most frequent. */
  public ReservationRequest request() {
    return switch (random.nextInt(16)) {
      case 0, 1 -> release();
      case 2 -> migrate();
      case 3 -> new ReservationRequest.Expire(maybe(pool()));
      case 4, 5 ->
          new ReservationRequest.Exclude(host(), pool(), new Exclusion(span(), one(WORDS)));
      case 6, 7 -> new ReservationRequest.Include(host(), pool(), span());
      case 8 -> new ReservationRequest.CompactExclusions(host(), pool());
      default -> reserve();
    };
  }

  private ReservationRequest reserve() {
    List<Ask> asks = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    while (asks.size() < count) {
      Ask ask = new Ask(pool(), path(), one(WORDS), maybe(one(WORDS)), maybe(one(WORDS)), choice());
      boolean again =
          asks.stream()
              .anyMatch(
                  other ->
                      other.pool().equals(ask.pool())
                          && other.path().equals(ask.path())
                          && other.tag().equals(ask.tag()));
      if (!again) {
        asks.add(ask);
      }
    }
    return new ReservationRequest.Reserve(host(), asks, random.nextInt(4) == 0);
  }

  private Choice choice() {
    if (random.nextInt(4) == 0) {
      return new Exact(number());
    }
    return new Any(
        random.nextBoolean() ? List.of() : List.of(number(), number()),
        random.nextInt(3) > 0 ? List.of() : List.of(span(), span()),
        random.nextBoolean() ? OptionalLong.of(1L + random.nextInt(300)) : OptionalLong.empty());
  }

  private ReservationRequest release() {
    List<ReservationFilter> filters = new ArrayList<>();
    for (int n = random.nextInt(2); n >= 0; n--) {
      filters.add(filter(random.nextBoolean()));
    }
    return new ReservationRequest.Release(filters);
  }

  /**
   * A filter.
   *
   * @param ofPath whether it names a path; else it names a number
   */
  public ReservationFilter filter(boolean ofPath) {
    return new ReservationFilter(
        maybe(pool()),
        maybe(host()),
        maybe(host()),
        ofPath ? Optional.of(path()) : Optional.empty(),
        ofPath && random.nextBoolean(),
        maybe(one(WORDS)),
        maybe(one(WORDS)),
        ofPath && random.nextInt(5) > 0 ? OptionalLong.empty() : OptionalLong.of(number()),
        random.nextInt(5) > 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(400_000)));
  }

  private ReservationRequest migrate() {
    while (true) {
      String from = path();
      String to = path();
      if (!from.equals(to)
          && !ReservationFilter.isBelow(from, to)
          && !ReservationFilter.isBelow(to, from)) {
        return new ReservationRequest.Migrate(host(), from, to, random.nextBoolean());
      }
    }
  }
}
