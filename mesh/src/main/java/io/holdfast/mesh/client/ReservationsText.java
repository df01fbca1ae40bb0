package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.time.Instant;

/** What is to be done with reservations, in the JSON that the front door reads. */
final class ReservationsText {

  private ReservationsText() {}

  static String of(ReservationRequest request) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (request instanceof ReservationRequest.Reserve reserve) {
      ObjectNode of = json.putObject("reserve").put("host", reserve.host());
      ArrayNode asks = of.put("force", reserve.force()).putArray("asks");
      reserve.asks().forEach(ask -> write(asks.addObject(), ask));
    } else if (request instanceof ReservationRequest.Release release) {
      ArrayNode filters = json.putObject("release").putArray("filters");
      release.filters().forEach(filter -> write(filters.addObject(), filter));
    } else if (request instanceof ReservationRequest.Migrate migrate) {
      json.putObject("migrate")
          .put("host", migrate.host())
          .put("from", migrate.from())
          .put("to", migrate.to())
          .put("force", migrate.force());
    } else if (request instanceof ReservationRequest.Expire expire) {
      ObjectNode of = json.putObject("expire");
      expire.pool().ifPresent(pool -> of.put("pool", pool));
    } else if (request instanceof ReservationRequest.Exclude exclude) {
      ObjectNode of = on(json, "exclude", exclude.host(), exclude.pool());
      write(of, exclude.exclusion().span()).put("reason", exclude.exclusion().reason());
    } else if (request instanceof ReservationRequest.Include include) {
      write(on(json, "include", include.host(), include.pool()), include.span());
    } else if (request instanceof ReservationRequest.CompactExclusions compact) {
      on(json, "compactExclusions", compact.host(), compact.pool());
    }
    return json.toString();
  }

  private static ObjectNode on(ObjectNode json, String name, String host, String pool) {
    return json.putObject(name).put("host", host).put("pool", pool);
  }

  private static void write(ObjectNode json, Ask ask) {
    json.put("pool", ask.pool()).put("path", ask.path()).put("tag", ask.tag());
    ask.project().ifPresent(project -> json.put("project", project));
    ask.task().ifPresent(task -> json.put("task", task));
    if (ask.choice() instanceof Exact exact) {
      json.put("value", exact.value());
    } else if (ask.choice() instanceof Any any) {
      ArrayNode preferred = json.putArray("preferred");
      any.preferred().forEach(preferred::add);
      ArrayNode avoided = json.putArray("avoided");
      any.avoided().forEach(span -> write(avoided.addObject(), span));
      any.insteadOf().ifPresent(revision -> json.put("insteadOfRevision", revision));
    }
  }

  private static ObjectNode write(ObjectNode json, Pool.Span span) {
    return json.put("first", span.first()).put("last", span.last());
  }

  private static void write(ObjectNode json, ReservationFilter filter) {
    filter.pool().ifPresent(pool -> json.put("pool", pool));
    filter.host().ifPresent(host -> json.put("host", host));
    filter.within().ifPresent(host -> json.put("seenFrom", host));
    filter.path().ifPresent(path -> json.put("path", path));
    json.put("recursive", filter.recursive());
    filter.tag().ifPresent(tag -> json.put("tag", tag));
    filter.project().ifPresent(project -> json.put("project", project));
    filter.value().ifPresent(value -> json.put("value", value));
    filter
        .unusedSinceMillis()
        .ifPresent(millis -> json.put("unusedSince", Instant.ofEpochMilli(millis).toString()));
  }
}
