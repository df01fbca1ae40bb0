package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.control.Pool;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.ReservationsRequest;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ValueKey;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reservations: listed, planned, changed. */
final class ReservationResource {

  private static final List<String> LIST =
      List.of(
          "pool",
          "host",
          "seenFrom",
          "path",
          "recursive",
          "tag",
          "project",
          "value",
          "limit",
          "after");
  private static final List<String> POOLS = List.of("host", "pool");
  private static final List<String> WRITE = List.of("wait", "dryRun");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,16}");
  private static final Pattern AFTER = Pattern.compile("([^/]+)/([^/]*)/(-?[0-9]{1,16})");

  private final Mesh mesh;
  private final HttpLimits limits;
  private final WriteDesk desk;

  ReservationResource(Mesh mesh, HttpLimits limits, WriteDesk desk) {
    this.mesh = mesh;
    this.limits = limits;
    this.desk = desk;
  }

  void handle(Exchange exchange, Route.Match match) {
    if (match.route() == Route.RESERVATION_POOLS) {
      pools(exchange, match);
    } else if (exchange.request().method().name().equals("POST")) {
      change(exchange, match);
    } else {
      list(exchange, match);
    }
  }

  // ---- Questions

  private void list(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, LIST);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    int limit =
        parameters
            .given("limit")
            .map(text -> (int) parameters.number("limit", text, 1, ReservationQuery.MAX_LIMIT))
            .orElse(ReservationQuery.MAX_LIMIT);
    Optional<ValueKey> after = after(parameters);
    Optional<ReservationQuery> query =
        made(parameters, () -> new ReservationQuery.Find(filter(parameters), after, limit));
    Caller caller = parameters.reader();
    if (WriteDesk.accepted(exchange, parameters)) {
      ask(
          new Question(exchange, group.orElseThrow(), caller),
          query.orElseThrow(),
          ReservationAnswer.Found.class,
          ReservationJson::found);
    }
  }

  private static ReservationFilter filter(RequestParameters parameters) {
    return new ReservationFilter(
        parameters.given("pool"),
        parameters.given("host"),
        parameters.given("seenFrom"),
        parameters.given("path"),
        parameters.flag("recursive"),
        parameters.given("tag"),
        parameters.given("project"),
        parameters
            .given("value")
            .map(text -> number(parameters, text))
            .orElse(OptionalLong.empty()),
        OptionalLong.empty());
  }

  private static OptionalLong number(RequestParameters parameters, String text) {
    if (NUMBER.matcher(text).matches() && Math.abs(Long.parseLong(text)) <= Pool.MAX_NUMBER) {
      return OptionalLong.of(Long.parseLong(text));
    }
    parameters.invalid(
        "value",
        text,
        "allowed is a whole number from " + -Pool.MAX_NUMBER + " to " + Pool.MAX_NUMBER);
    return OptionalLong.empty();
  }

  /** Where a list goes on, as the one before it said. */
  private static Optional<ValueKey> after(RequestParameters parameters) {
    Optional<String> text = parameters.given("after");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = AFTER.matcher(text.get());
    if (!matcher.matches()) {
      parameters.invalid("after", text.get(), "allowed is the next of a list");
      return Optional.empty();
    }
    return Optional.of(
        new ValueKey(matcher.group(1), matcher.group(2), Long.parseLong(matcher.group(3))));
  }

  private interface Making {
    ReservationQuery make();
  }

  private static Optional<ReservationQuery> made(RequestParameters parameters, Making making) {
    try {
      return Optional.of(making.make());
    } catch (IllegalArgumentException e) {
      parameters.wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void pools(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, POOLS);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    String host = parameters.text("host");
    if (host.isEmpty()) {
      parameters.wrong("host is needed: the pools as which host sees them?");
    }
    Optional<ReservationQuery> query =
        made(parameters, () -> new ReservationQuery.Pools(host, parameters.given("pool")));
    Caller caller = parameters.reader();
    if (WriteDesk.accepted(exchange, parameters)) {
      ask(
          new Question(exchange, group.orElseThrow(), caller),
          query.orElseThrow(),
          ReservationAnswer.Pools.class,
          pools -> ReservationJson.pools(host, pools));
    }
  }

  /** Who asks for what is in a group. */
  private record Question(Exchange exchange, GroupId group, Caller caller) {}

  private <T extends ReservationAnswer> void ask(
      Question question, ReservationQuery query, Class<T> type, Function<T, Buffer> telling) {
    ask(
        question,
        query,
        answer -> question.exchange().answer(200, Exchange.JSON, telling.apply(type.cast(answer))));
  }

  private void ask(Question question, ReservationQuery query, Consumer<ReservationAnswer> telling) {
    question
        .exchange()
        .await(
            mesh.reservations(
                new ReservationsRequest(
                    question.group(), query, Consistency.LINEARIZABLE, question.caller())),
            answer -> {
              if (answer instanceof ReadAnswer.Reservations reservations) {
                KeyResource.putReadPoint(question.exchange().response(), reservations.at());
                telling.accept(reservations.answer());
              } else {
                question.exchange().refuse(KeyResource.refusal(answer));
              }
            });
  }

  // ---- Changes

  private void change(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, WRITE);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    boolean dryRun = parameters.flag("dryRun");
    Optional<String> writeId = desk.writeId(parameters);
    Optional<Duration> patience = parameters.patience();
    Caller caller = dryRun ? parameters.reader() : parameters.caller();
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    RequestBody.receiveForm(
        exchange,
        limits,
        body -> {
          Optional<ReservationRequest> request = read(exchange, body);
          if (request.isEmpty()) {
            return;
          }
          if (dryRun) {
            plan(new Question(exchange, group.orElseThrow(), caller), request.get());
          } else {
            desk.write(
                exchange,
                new WriteRequest(
                    group.orElseThrow(),
                    writeId,
                    new Command.OnReservations(request.get()),
                    patience,
                    caller));
          }
        });
  }

  private static Optional<ReservationRequest> read(Exchange exchange, ByteString body) {
    try {
      return Optional.of(ReservationForm.read(body));
    } catch (WrongForm wrong) {
      exchange.refuse(wrong.problem());
      return Optional.empty();
    }
  }

  private void plan(Question question, ReservationRequest request) {
    question
        .exchange()
        .expireAfter(limits.requestTimeout(), () -> Unanswered.problem(limits.requestTimeout()));
    ask(
        question,
        new ReservationQuery.Plan(request),
        answer -> {
          if (answer instanceof ReservationAnswer.WouldRefuse would) {
            question.exchange().refuse(Problem.planned(would.refusal()));
          } else {
            question
                .exchange()
                .answer(
                    200,
                    Exchange.JSON,
                    ReservationJson.planned((ReservationAnswer.WouldDo) answer));
          }
        });
  }
}
