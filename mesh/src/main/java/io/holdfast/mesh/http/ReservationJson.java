package io.holdfast.mesh.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reservations as JSON. */
public final class ReservationJson {

  private ReservationJson() {}

  // ---- Answers to questions

  /** Which there are. */
  static Buffer found(ReservationAnswer.Found found) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("reservations");
          for (Reservation one : found.reservations()) {
            json.writeStartObject();
            write(json, one);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeBooleanField("more", found.more());
          List<Reservation> list = found.reservations();
          if (found.more() && !list.isEmpty()) {
            json.writeStringField("next", key(list.get(list.size() - 1)));
          }
          json.writeEndObject();
        });
  }

  /** What a list goes on behind. */
  private static String key(Reservation one) {
    return one.pool() + "/" + one.within() + "/" + one.value();
  }

  /** The pools as a host sees them. */
  static Buffer pools(String host, ReservationAnswer.Pools pools) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("host", host);
          json.writeArrayFieldStart("pools");
          for (ReservationAnswer.PoolUse use : pools.pools()) {
            json.writeStartObject();
            write(json, use);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, ReservationAnswer.PoolUse use) throws IOException {
    Pool pool = use.pool();
    json.writeStringField("name", pool.name());
    json.writeStringField("scope", pool.scope().code());
    json.writeNumberField("first", pool.first());
    json.writeNumberField("last", pool.last());
    json.writeNumberField("used", use.used());
    Optional<Duration> expiry = pool.expiry();
    if (expiry.isPresent()) {
      json.writeNumberField("expirySeconds", expiry.get().toSeconds());
    }
    json.writeArrayFieldStart("exclusions");
    for (Pool.Span span : pool.exclusions()) {
      json.writeStartObject();
      write(json, span);
      json.writeBooleanField("manifest", true);
      json.writeEndObject();
    }
    for (Exclusion exclusion : use.exclusions()) {
      json.writeStartObject();
      write(json, exclusion.span());
      json.writeBooleanField("manifest", false);
      json.writeStringField("reason", exclusion.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("more", use.more());
  }

  private static void write(JsonGenerator json, Pool.Span span) throws IOException {
    json.writeNumberField("first", span.first());
    json.writeNumberField("last", span.last());
  }

  /** What would be done. */
  static Buffer planned(ReservationAnswer.WouldDo would) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeBooleanField("planned", true);
          json.writeBooleanField("changed", would.changed());
          writeEntries(json, would.count(), Optional.of(would.entries()));
          json.writeEndObject();
        });
  }

  // ---- What came of a request

  /** The fields of what was done. */
  static void write(JsonGenerator json, CommandResult.ReservationsDone done) throws IOException {
    json.writeNumberField("revision", done.revision());
    json.writeBooleanField("changed", done.changed());
    writeEntries(json, done.count(), done.entries());
  }

  private static void writeEntries(
      JsonGenerator json, long count, Optional<List<ReservationOutcome.Entry>> entries)
      throws IOException {
    json.writeNumberField("count", count);
    if (entries.isPresent()) {
      json.writeArrayFieldStart("entries");
      for (ReservationOutcome.Entry entry : entries.get()) {
        json.writeStartObject();
        json.writeStringField("kind", entry.kind().code());
        write(json, entry.reservation());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  /** The fields of why nothing was done. */
  public static void write(JsonGenerator json, ReservationOutcome.Refused refused)
      throws IOException {
    json.writeNumberField("ask", refused.ask());
    if (!refused.pool().isEmpty()) {
      json.writeStringField("pool", refused.pool());
    }
    if (refused.value().isPresent()) {
      json.writeNumberField("value", refused.value().get());
    }
    if (refused.holder().isPresent()) {
      json.writeObjectFieldStart("holder");
      write(json, refused.holder().get());
      json.writeEndObject();
    }
  }

  /** The fields of a reservation. */
  public static void write(JsonGenerator json, Reservation one) throws IOException {
    json.writeStringField("pool", one.pool());
    json.writeNumberField("value", one.value());
    json.writeStringField(
        "scope", (one.within().isEmpty() ? Pool.Scope.MESH : Pool.Scope.HOST).code());
    json.writeStringField("host", one.host());
    json.writeStringField("path", one.path());
    json.writeStringField("tag", one.tag());
    json.writeStringField("project", one.project());
    json.writeStringField("task", one.task());
    json.writeStringField("principal", one.principal());
    json.writeStringField("createdAt", Instant.ofEpochMilli(one.createdAtMillis()).toString());
    json.writeStringField("lastUsedAt", Instant.ofEpochMilli(one.lastUsedAtMillis()).toString());
    json.writeNumberField("revision", one.revision());
  }
}
