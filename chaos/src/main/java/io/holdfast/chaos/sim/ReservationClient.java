package io.holdfast.chaos.sim;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Reserves numbers of small pools for a few owners on two hosts, one or several at once, and gives
 * them back, hands them on, ends old ones and excludes some: as if many of its like did all that.
 */
final class ReservationClient extends SimClient {

  private static final int HOSTS = 2;
  private static final int PATHS = 4;
  private static final int MOST_ASKS = 3;

  /** A little more than the pools of {@link ControlSets#pools} have. */
  private static final int VALUES = 8;

  private Optional<Reservation> last = Optional.empty();

  ReservationClient(SimMesh mesh, Doors doors, int number, SplittableRandom random) {
    super(mesh, doors, "v" + number, random);
  }

  @Override
  void next() {
    settle(
        new Command.OnReservations(request()),
        Optional.empty(),
        done -> {
          done.executed().flatMap(executed -> executed.result()).ifPresent(this::learn);
          rest();
        });
  }

  private void learn(CommandResult result) {
    if (result instanceof CommandResult.ReservationsDone told) {
      for (ReservationOutcome.Entry entry : told.entries().orElse(List.of())) {
        last = Optional.of(entry.reservation());
      }
    }
  }

  // ---- What it asks for

  private ReservationRequest request() {
    int draw = random.nextInt(100);
    if (draw < 60) {
      return new ReservationRequest.Reserve(host(), asks(), random.nextInt(6) == 0);
    } else if (draw < 78) {
      return new ReservationRequest.Release(List.of(filter()));
    } else if (draw < 86) {
      String from = "/p" + random.nextInt(PATHS);
      String to = "/q" + random.nextInt(PATHS);
      boolean back = random.nextBoolean();
      return new ReservationRequest.Migrate(
          host(), back ? to : from, back ? from : to, random.nextBoolean());
    } else if (draw < 92) {
      return new ReservationRequest.Expire(
          random.nextBoolean() ? Optional.empty() : Optional.of(pool()));
    }
    long value = value();
    Pool.Span one = new Pool.Span(value, value);
    return random.nextBoolean()
        ? new ReservationRequest.Exclude(host(), pool(), new Exclusion(one, ""))
        : new ReservationRequest.Include(host(), pool(), one);
  }

  private List<Ask> asks() {
    List<Ask> asks = new ArrayList<>();
    Set<List<String>> owners = new HashSet<>();
    int many = random.nextInt(3) == 0 ? 1 + random.nextInt(MOST_ASKS) : 1;
    while (asks.size() < many) {
      String pool = pool();
      String path = path();
      String tag = random.nextBoolean() ? "" : "t";
      if (owners.add(List.of(pool, path, tag))) {
        asks.add(new Ask(pool, path, tag, word("a"), word("b"), choice()));
      }
    }
    return asks;
  }

  private Choice choice() {
    int draw = random.nextInt(10);
    if (draw < 3) {
      return new Exact(value());
    } else if (draw == 3 && last.isPresent()) {
      Reservation had = last.get();
      return new Any(
          List.of(value()),
          List.of(new Pool.Span(had.value(), had.value())),
          OptionalLong.of(had.revision()));
    }
    return draw < 6
        ? Any.FREE
        : new Any(List.of(value(), value()), List.of(), OptionalLong.empty());
  }

  private ReservationFilter filter() {
    boolean byValue = random.nextInt(3) == 0;
    return new ReservationFilter(
        random.nextBoolean() ? Optional.empty() : Optional.of(pool()),
        random.nextInt(4) == 0 ? Optional.of(host()) : Optional.empty(),
        Optional.of(host()),
        byValue ? Optional.empty() : Optional.of(path()),
        !byValue && random.nextBoolean(),
        random.nextInt(3) == 0 ? Optional.of("") : Optional.empty(),
        Optional.empty(),
        byValue ? OptionalLong.of(value()) : OptionalLong.empty(),
        last.isPresent() && random.nextInt(4) == 0
            ? OptionalLong.of(last.get().lastUsedAtMillis())
            : OptionalLong.empty());
  }

  private Optional<String> word(String stem) {
    return random.nextInt(3) == 0 ? Optional.of(stem + random.nextInt(2)) : Optional.empty();
  }

  private String pool() {
    int draw = random.nextInt(20);
    return draw < 12 ? "few" : draw < 19 ? "wide" : "none";
  }

  private String host() {
    return "h" + random.nextInt(HOSTS);
  }

  private String path() {
    String top = (random.nextInt(4) == 0 ? "/q" : "/p") + random.nextInt(PATHS);
    return random.nextInt(3) == 0 ? top + "/x" : top;
  }

  private long value() {
    return 1L + random.nextInt(VALUES);
  }
}
