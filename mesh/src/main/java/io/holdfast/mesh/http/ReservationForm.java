package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Reads what is to be done with reservations from JSON; {@code docs/RESERVATIONS.md} shows it. */
public final class ReservationForm {

  private static final List<String> REQUESTS =
      List.of("reserve", "release", "migrate", "expire", "exclude", "include", "compactExclusions");
  private static final List<String> RESERVE = List.of("host", "asks", "force");
  private static final List<String> ASK =
      List.of(
          "pool",
          "path",
          "tag",
          "project",
          "task",
          "value",
          "preferred",
          "avoided",
          "insteadOfRevision");
  private static final List<String> SPAN = List.of("first", "last");
  private static final List<String> RELEASE = List.of("filters");
  private static final List<String> FILTER =
      List.of(
          "pool",
          "host",
          "seenFrom",
          "path",
          "recursive",
          "tag",
          "project",
          "value",
          "unusedSince");
  private static final List<String> MIGRATE = List.of("host", "from", "to", "force");
  private static final List<String> EXPIRE = List.of("pool");
  private static final List<String> EXCLUDE = List.of("host", "pool", "first", "last", "reason");
  private static final List<String> INCLUDE = List.of("host", "pool", "first", "last");
  private static final List<String> COMPACT = List.of("host", "pool");

  private ReservationForm() {}

  /**
   * What a body asks for.
   *
   * @throws WrongForm naming what it is not
   */
  public static ReservationRequest read(ByteString body) throws WrongForm {
    JsonForm form = JsonForm.of(body);
    form.only(REQUESTS);
    List<String> named = REQUESTS.stream().filter(form::has).toList();
    if (named.size() != 1) {
      throw form.wrong("one of " + String.join(", ", REQUESTS) + " is needed");
    }
    String name = named.get(0);
    JsonForm of = form.object(name);
    return switch (name) {
      case "reserve" -> reserve(of);
      case "release" -> release(of);
      case "migrate" -> migrate(of);
      case "expire" -> expire(of);
      case "exclude" -> exclude(of);
      case "include" -> include(of);
      default -> compact(of);
    };
  }

  /** A value of parts that may not go together, or are not what they may be. */
  private static <T> T made(JsonForm form, Supplier<T> value) throws WrongForm {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw form.wrong(String.valueOf(e.getMessage()));
    }
  }

  // ---- Giving

  private static ReservationRequest reserve(JsonForm form) throws WrongForm {
    form.only(RESERVE);
    List<JsonForm> list = form.list("asks");
    if (list.size() > ReservationRequest.MAX_ASKS) {
      throw form.wrong("asks", "must be at most " + ReservationRequest.MAX_ASKS);
    }
    List<Ask> asks = new ArrayList<>();
    for (JsonForm ask : list) {
      asks.add(ask(ask));
    }
    String host = needed(form, "host");
    boolean force = flag(form, "force");
    return made(form, () -> new ReservationRequest.Reserve(host, asks, force));
  }

  private static Ask ask(JsonForm form) throws WrongForm {
    form.only(ASK);
    String pool = needed(form, "pool");
    String path = needed(form, "path");
    String tag = form.text("tag").orElse("");
    Optional<String> project = form.text("project");
    Optional<String> task = form.text("task");
    Choice choice = choice(form);
    return made(form, () -> new Ask(pool, path, tag, project, task, choice));
  }

  private static Choice choice(JsonForm form) throws WrongForm {
    if (form.has("value")) {
      for (String other : List.of("preferred", "avoided", "insteadOfRevision")) {
        if (form.has(other)) {
          throw form.wrong(other, "does not go together with value");
        }
      }
      return new Exact(number(form, "value").orElseThrow());
    }
    List<Long> preferred =
        form.numbers(
            "preferred", ReservationRequest.MAX_CANDIDATES, -Pool.MAX_NUMBER, Pool.MAX_NUMBER);
    List<JsonForm> spans = form.list("avoided");
    if (spans.size() > ReservationRequest.MAX_CANDIDATES) {
      throw form.wrong("avoided", "must be at most " + ReservationRequest.MAX_CANDIDATES);
    }
    List<Pool.Span> avoided = new ArrayList<>();
    for (JsonForm span : spans) {
      span.only(SPAN);
      avoided.add(span(span));
    }
    OptionalLong insteadOf = form.number("insteadOfRevision", 1, Long.MAX_VALUE);
    return made(form, () -> new Any(preferred, avoided, insteadOf));
  }

  // ---- Giving back

  private static ReservationRequest release(JsonForm form) throws WrongForm {
    form.only(RELEASE);
    List<JsonForm> list = form.list("filters");
    if (list.size() > ReservationRequest.MAX_ASKS) {
      throw form.wrong("filters", "must be at most " + ReservationRequest.MAX_ASKS);
    }
    List<ReservationFilter> filters = new ArrayList<>();
    for (JsonForm filter : list) {
      filters.add(filter(filter));
    }
    return made(form, () -> new ReservationRequest.Release(filters));
  }

  private static ReservationFilter filter(JsonForm form) throws WrongForm {
    form.only(FILTER);
    Optional<String> pool = form.text("pool");
    Optional<String> host = form.text("host");
    Optional<String> seenFrom = form.text("seenFrom");
    Optional<String> path = form.text("path");
    boolean recursive = flag(form, "recursive");
    Optional<String> tag = form.text("tag");
    Optional<String> project = form.text("project");
    OptionalLong value = number(form, "value");
    OptionalLong unused = millis(form, "unusedSince");
    return made(
        form,
        () ->
            new ReservationFilter(
                pool, host, seenFrom, path, recursive, tag, project, value, unused));
  }

  private static OptionalLong millis(JsonForm form, String name) throws WrongForm {
    Optional<String> text = form.text(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Instant.parse(text.get()).toEpochMilli());
    } catch (DateTimeParseException | ArithmeticException e) {
      throw form.wrong(name, "must be a time such as 2026-01-31T12:00:00.000Z");
    }
  }

  private static ReservationRequest migrate(JsonForm form) throws WrongForm {
    form.only(MIGRATE);
    String host = needed(form, "host");
    String from = needed(form, "from");
    String to = needed(form, "to");
    boolean force = flag(form, "force");
    return made(form, () -> new ReservationRequest.Migrate(host, from, to, force));
  }

  private static ReservationRequest expire(JsonForm form) throws WrongForm {
    form.only(EXPIRE);
    Optional<String> pool = form.text("pool");
    return made(form, () -> new ReservationRequest.Expire(pool));
  }

  // ---- Excluding

  private static ReservationRequest exclude(JsonForm form) throws WrongForm {
    form.only(EXCLUDE);
    String host = needed(form, "host");
    String pool = needed(form, "pool");
    Pool.Span span = span(form);
    String reason = form.text("reason").orElse("");
    return made(
        form, () -> new ReservationRequest.Exclude(host, pool, new Exclusion(span, reason)));
  }

  private static ReservationRequest include(JsonForm form) throws WrongForm {
    form.only(INCLUDE);
    String host = needed(form, "host");
    String pool = needed(form, "pool");
    Pool.Span span = span(form);
    return made(form, () -> new ReservationRequest.Include(host, pool, span));
  }

  private static ReservationRequest compact(JsonForm form) throws WrongForm {
    form.only(COMPACT);
    String host = needed(form, "host");
    String pool = needed(form, "pool");
    return made(form, () -> new ReservationRequest.CompactExclusions(host, pool));
  }

  // ---- Fields

  private static String needed(JsonForm form, String name) throws WrongForm {
    Optional<String> text = form.text(name);
    if (text.isEmpty()) {
      throw form.wrong(name, "is needed");
    }
    return text.get();
  }

  private static boolean flag(JsonForm form, String name) throws WrongForm {
    return form.has(name) && form.flag(name);
  }

  private static OptionalLong number(JsonForm form, String name) throws WrongForm {
    return form.number(name, -Pool.MAX_NUMBER, Pool.MAX_NUMBER);
  }

  private static Pool.Span span(JsonForm form) throws WrongForm {
    OptionalLong first = number(form, "first");
    if (first.isEmpty()) {
      throw form.wrong("first", "is needed");
    }
    long last = number(form, "last").orElse(first.getAsLong());
    return made(form, () -> new Pool.Span(first.getAsLong(), last));
  }
}
