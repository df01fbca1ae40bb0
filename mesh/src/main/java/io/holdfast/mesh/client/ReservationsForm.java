package io.holdfast.mesh.client;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.client.Exchange.Request;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The requests of the front door for questions about reservations. */
final class ReservationsForm {

  private ReservationsForm() {}

  static Request of(GroupId group, ReservationQuery query) {
    String path = "/v1/groups/" + group + "/reservations";
    if (query instanceof ReservationQuery.Plan plan) {
      return new Request(
          HttpMethod.POST,
          path + "?dryRun=true",
          Map.of(),
          Optional.of(Buffer.buffer(ReservationsText.of(plan.request()))));
    }
    List<String> parameters = new ArrayList<>();
    if (query instanceof ReservationQuery.Pools pools) {
      add(parameters, "host", pools.host());
      pools.pool().ifPresent(pool -> add(parameters, "pool", pool));
      return Request.get(path + "/pools" + WriteForm.text(parameters));
    }
    ReservationQuery.Find find = (ReservationQuery.Find) query;
    ReservationFilter filter = find.filter();
    if (filter.unusedSinceMillis().isPresent()) {
      throw new IllegalArgumentException("a question that no client asks: " + query);
    }
    filter.pool().ifPresent(pool -> add(parameters, "pool", pool));
    filter.host().ifPresent(host -> add(parameters, "host", host));
    filter.within().ifPresent(host -> add(parameters, "seenFrom", host));
    filter.path().ifPresent(owner -> add(parameters, "path", owner));
    if (filter.recursive()) {
      add(parameters, "recursive", "true");
    }
    filter.tag().ifPresent(tag -> add(parameters, "tag", tag));
    filter.project().ifPresent(project -> add(parameters, "project", project));
    filter.value().ifPresent(value -> add(parameters, "value", Long.toString(value)));
    add(parameters, "limit", Integer.toString(find.limit()));
    find.after()
        .ifPresent(
            key -> add(parameters, "after", key.pool() + "/" + key.within() + "/" + key.value()));
    return Request.get(path + WriteForm.text(parameters));
  }

  private static void add(List<String> parameters, String name, String value) {
    parameters.add(name + "=" + KeyPath.escaped(ByteString.copyFromUtf8(value)));
  }
}
