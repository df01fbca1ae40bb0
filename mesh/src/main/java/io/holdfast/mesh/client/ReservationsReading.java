package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import io.holdfast.sync.core.reservation.ReservationQuery;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads reservations in the JSON of the front door; what is not one is passed over. */
final class ReservationsReading {

  private ReservationsReading() {}

  /** The answer to a question, where a body is one. */
  static Optional<ReservationAnswer> answer(ReservationQuery query, JsonNode body) {
    if (query instanceof ReservationQuery.Plan) {
      return plan(body);
    }
    if (query instanceof ReservationQuery.Pools) {
      List<PoolUse> pools = new ArrayList<>();
      body.path("pools").forEach(pool -> pool(pool).ifPresent(pools::add));
      return body.has("pools") ? Optional.of(new ReservationAnswer.Pools(pools)) : Optional.empty();
    }
    List<Reservation> found = new ArrayList<>();
    body.path("reservations").forEach(one -> reservation(one).ifPresent(found::add));
    return body.has("reservations")
        ? Optional.of(new ReservationAnswer.Found(found, body.path("more").asBoolean()))
        : Optional.empty();
  }

  private static Optional<ReservationAnswer> plan(JsonNode body) {
    if (!body.path("planned").asBoolean()) {
      return Optional.empty();
    }
    return body.has("entries")
        ? Optional.of(
            new ReservationAnswer.WouldDo(
                body.path("changed").asBoolean(), body.path("count").asLong(), entries(body)))
        : refused(body).map(ReservationAnswer.WouldRefuse::new);
  }

  /** What came of a request, where a body says so. */
  static Optional<CommandResult> result(JsonNode body) {
    if (body.has("ask")) {
      return refused(body).map(CommandResult.ReservationsRefused::new);
    }
    return body.has("changed") && body.has("count")
        ? Optional.of(
            new CommandResult.ReservationsDone(
                body.path("revision").asLong(),
                body.path("changed").asBoolean(),
                body.path("count").asLong(),
                body.has("entries") ? Optional.of(entries(body)) : Optional.empty()))
        : Optional.empty();
  }

  private static List<Entry> entries(JsonNode body) {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode entry : body.path("entries")) {
      Optional<Kind> kind = ofCode(Kind.values(), Kind::code, entry.path("kind").asText());
      Optional<Reservation> one = reservation(entry);
      if (kind.isPresent() && one.isPresent()) {
        entries.add(new Entry(kind.get(), one.get()));
      }
    }
    return entries;
  }

  private static Optional<Refused> refused(JsonNode body) {
    JsonNode value = body.path("value");
    return ofCode(Code.values(), Code::code, body.path("code").asText())
        .map(
            code ->
                new Refused(
                    code,
                    body.path("ask").asInt(),
                    body.path("pool").asText(""),
                    value.isIntegralNumber() ? Optional.of(value.asLong()) : Optional.empty(),
                    reservation(body.path("holder"))));
  }

  private interface Coded<T> {
    String code(T one);
  }

  private static <T> Optional<T> ofCode(T[] all, Coded<T> coded, String code) {
    return Arrays.stream(all).filter(one -> coded.code(one).equals(code)).findFirst();
  }

  private static Optional<Reservation> reservation(JsonNode one) {
    String host = one.path("host").asText();
    try {
      return Optional.of(
          new Reservation(
              one.path("pool").asText(),
              one.path("scope").asText().equals(Pool.Scope.HOST.code()) ? host : "",
              one.path("value").asLong(),
              host,
              one.path("path").asText(),
              one.path("tag").asText(),
              one.path("project").asText(),
              one.path("task").asText(),
              one.path("principal").asText(),
              millis(one, "createdAt"),
              millis(one, "lastUsedAt"),
              one.path("revision").asLong()));
    } catch (IllegalArgumentException | DateTimeParseException notOne) {
      return Optional.empty();
    }
  }

  private static long millis(JsonNode one, String name) {
    return Instant.parse(one.path(name).asText()).toEpochMilli();
  }

  private static Optional<PoolUse> pool(JsonNode one) {
    List<Pool.Span> ofManifest = new ArrayList<>();
    List<Exclusion> exclusions = new ArrayList<>();
    try {
      for (JsonNode excluded : one.path("exclusions")) {
        Pool.Span span =
            new Pool.Span(excluded.path("first").asLong(), excluded.path("last").asLong());
        if (excluded.path("manifest").asBoolean()) {
          ofManifest.add(span);
        } else {
          exclusions.add(new Exclusion(span, excluded.path("reason").asText()));
        }
      }
      Pool pool =
          new Pool(
              one.path("name").asText(),
              Pool.Scope.ofCode(one.path("scope").asText())
                  .orElseThrow(IllegalArgumentException::new),
              one.path("first").asLong(),
              one.path("last").asLong(),
              ofManifest,
              one.has("expirySeconds")
                  ? Optional.of(Duration.ofSeconds(one.path("expirySeconds").asLong()))
                  : Optional.empty());
      return Optional.of(
          new PoolUse(pool, one.path("used").asLong(), exclusions, one.path("more").asBoolean()));
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }
}
