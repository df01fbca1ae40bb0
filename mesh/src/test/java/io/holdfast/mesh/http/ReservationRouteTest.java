package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Pool;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReservationsRequest;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ValueKey;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReservationRouteTest extends FrontDoorTest {

  private static final String PATH = "/v1/groups/main/reservations";
  private static final Reservation ONE =
      new Reservation("ports", "h", 5000, "h", "/a", "web", "p", "t", "me", 1000, 2000, 17);
  private static final String ONE_JSON =
      "\"pool\":\"ports\",\"value\":5000,\"scope\":\"host\",\"host\":\"h\",\"path\":\"/a\","
          + "\"tag\":\"web\",\"project\":\"p\",\"task\":\"t\",\"principal\":\"me\","
          + "\"createdAt\":\"1970-01-01T00:00:01Z\",\"lastUsedAt\":\"1970-01-01T00:00:02Z\","
          + "\"revision\":17";

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(to(path).POST(BodyPublishers.ofString(body)));
  }

  private void does(OutcomeCode code, CommandResult result) {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            new WriteAnswer(
                code,
                Optional.empty(),
                "told so",
                FakeMesh.WRITE_ID,
                Optional.of(WriteAnswer.Executed.of(9, false, result)),
                Optional.empty(),
                Optional.empty()));
  }

  private void knows(ReservationAnswer answer) {
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new ReadAnswer.Reservations(
                answer, new ReadAnswer.ReadPoint(9, 17, Optional.empty()), 1_000));
  }

  // ---- Changes

  @Test
  void answersWithWhatWasGiven() throws Exception {
    does(
        OutcomeCode.COMMITTED,
        new CommandResult.ReservationsDone(
            17, true, 1, Optional.of(List.of(new Entry(Kind.GIVEN, ONE)))));

    HttpResponse<String> response =
        send(
            to(PATH)
                .header("Idempotency-Key", FakeMesh.WRITE_ID)
                .header("If-Control-Epoch", "3")
                .POST(
                    BodyPublishers.ofString(
                        "{\"reserve\":{\"host\":\"h\",\"asks\":[{\"pool\":\"ports\","
                            + "\"path\":\"/a\"}]}}")));

    assertThat(response.body())
        .isEqualTo(
            "{\"code\":\"committed\",\"detail\":\"told so\",\"writeId\":\""
                + FakeMesh.WRITE_ID
                + "\",\"slot\":9,\"revision\":17,\"changed\":true,\"count\":1,\"entries\":["
                + "{\"kind\":\"given\","
                + ONE_JSON
                + "}],\"replayed\":false}");
    assertThat(mesh.onlyWrite().writeId()).contains(FakeMesh.WRITE_ID);
    assertThat(mesh.onlyWrite().caller().pinned().orElseThrow().number()).isEqualTo(3);
    assertThat(((Command.OnReservations) mesh.onlyWrite().command()).request())
        .isInstanceOf(ReservationRequest.Reserve.class);
  }

  @Test
  void refusalNamesTheHolder() throws Exception {
    does(
        OutcomeCode.CONFLICT,
        new CommandResult.ReservationsRefused(
            new ReservationOutcome.Refused(
                ReservationOutcome.Code.CONFLICT,
                2,
                "ports",
                Optional.of(5000L),
                Optional.of(ONE))));

    HttpResponse<String> response = post(PATH, "{\"expire\":{}}");

    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.body())
        .contains(
            "\"code\":\"conflict\"",
            "\"slot\":9,\"ask\":2,\"pool\":\"ports\",\"value\":5000,\"holder\":{" + ONE_JSON + "}");
  }

  @Test
  void planChangesNothingAndLooksLikeWhatWouldBeDone() throws Exception {
    knows(new ReservationAnswer.WouldDo(true, 1, List.of(new Entry(Kind.EXPIRED, ONE))));

    HttpResponse<String> response =
        post(PATH + "?dryRun=true", "{\"expire\":{\"pool\":\"ports\"}}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"planned\":true,\"changed\":true,\"count\":1,\"entries\":[{\"kind\":\"expired\","
                + ONE_JSON
                + "}]}");
    assertThat(mesh.writes).isEmpty();
    assertThat(mesh.questions)
        .extracting(ReservationsRequest::query)
        .containsExactly(
            new ReservationQuery.Plan(new ReservationRequest.Expire(Optional.of("ports"))));
  }

  @Test
  void planThatWouldBeRefusedIsTheSameProblem() throws Exception {
    knows(
        new ReservationAnswer.WouldRefuse(
            new ReservationOutcome.Refused(
                ReservationOutcome.Code.STICKY, 0, "ports", Optional.of(5000L), Optional.of(ONE))));

    HttpResponse<String> response = post(PATH + "?dryRun=true", "{\"expire\":{}}");

    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(response.body())
        .contains(
            "\"code\":\"sticky\"",
            "5000 of pool ports is reserved by /a (tag 'web') on host h, project 'p', task 't'",
            "\"planned\":true,\"ask\":0,\"pool\":\"ports\",\"value\":5000,\"holder\":{");
    assertThat(mesh.writes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | one of reserve, release, migrate, expire, exclude, include, compactExclusions",
        "{'expire':{},'reserve':{}} | one of reserve, release",
        "{'resrve':{}} | unknown field resrve",
        "{'expire':{},'force':true} | unknown field force",
        "{'expire':[]} | expire: must be an object",
        "{'expire':{'pool':'A B'}} | expire: pool 'A B': allowed are 1 to 63 characters",
        "{'reserve':{'asks':[]}} | reserve.host: is needed",
        "{'reserve':{'host':'h','asks':[]}} | reserve: asks: none",
        "{'reserve':{'host':'-','asks':[{'pool':'p','path':'/'}]}} | reserve: host '-'",
        "{'reserve':{'host':'Build1','asks':[{'pool':'p','path':'/'}]}} | reserve: host 'Build1':"
            + " allowed are 1 to 253 lower-case letters",
        "{'release':{'filters':[{'path':'/','seenFrom':'H'}]}} | release.filters[0]: host 'H'",
        "{'reserve':{'host':'h','asks':[{'pool':'p'}]}} | reserve.asks[0].path: is needed",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'a'}]}} | reserve.asks[0]: path 'a'",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'/a/../b'}]}} | reserve.asks[0]: path",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'/','tags':''}]}} | unknown field"
            + " reserve.asks[0].tags",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'/','value':5.5}]}} |"
            + " reserve.asks[0].value: must be a whole number",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'/','value':5,'preferred':[]}]}} |"
            + " reserve.asks[0].preferred: does not go together with value",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'/','preferred':[1,'2']}]}} |"
            + " reserve.asks[0].preferred[1]: must be a whole number",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'/','avoided':[{'last':2}]}]}} |"
            + " reserve.asks[0].avoided[0].first: is needed",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'/','avoided':[{'first':3,'last':2}]}]}}"
            + " | reserve.asks[0].avoided[0]: exclusion: first 3, last 2",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'/','insteadOfRevision':0}]}} |"
            + " reserve.asks[0].insteadOfRevision: must be",
        "{'reserve':{'host':'h','asks':[{'pool':'p','path':'/'},{'pool':'p','path':'/'}]}} |"
            + " reserve: asks: two for pool p",
        "{'reserve':{'host':'h','force':1,'asks':[{'pool':'p','path':'/'}]}} | reserve.force: must",
        "{'release':{'filters':[]}} | release: filters: none",
        "{'release':{'filters':[{'tag':'a'}]}} | release: filter: names neither",
        "{'release':{'filters':[{'path':'/a','recursive':'yes'}]}} | release.filters[0].recursive",
        "{'release':{'filters':[{'path':'/','unusedSince':'soon'}]}} |"
            + " release.filters[0].unusedSince: must be a time",
        "{'migrate':{'host':'h','from':'/a','to':'/a/b'}} | migrate: migrate from /a to /a/b",
        "{'exclude':{'host':'h','pool':'p'}} | exclude.first: is needed",
        "{'exclude':{'host':'h','pool':'p','first':1,'reason':7}} | exclude.reason: must be text",
        "{'include':{'host':'h','pool':'p','first':2,'last':1}} | include: exclusion: first 2",
        "{'compactExclusions':{'host':'h'}} | compactExclusions.pool: is needed",
      })
  void refusesWhatItDoesNotTakeByItsPath(String body, String detail) throws Exception {
    HttpResponse<String> response = post(PATH, body.replace('\'', '"'));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("\"code\":\"invalid\"", detail);
    assertThat(mesh.writes).isEmpty();
  }

  @Test
  void refusesMoreThanOneRequestMayHold() throws Exception {
    String ask = "{\"pool\":\"p\",\"path\":\"/\"}";
    assertThat(
            post(
                    PATH,
                    "{\"reserve\":{\"host\":\"h\",\"asks\":["
                        + (ask + ",").repeat(64)
                        + ask
                        + "]}}")
                .body())
        .contains("reserve.asks: must be at most 64");
    assertThat(
            post(
                    PATH,
                    "{\"reserve\":{\"host\":\"h\",\"asks\":[{\"pool\":\"p\",\"path\":\"/\","
                        + "\"preferred\":["
                        + "1,".repeat(256)
                        + "1]}]}}")
                .body())
        .contains("reserve.asks[0].preferred: must be at most 256");
  }

  // ---- Questions

  @Test
  void listsByEveryFilterAndSaysWhereToGoOn() throws Exception {
    knows(new ReservationAnswer.Found(List.of(ONE), true));

    HttpResponse<String> response =
        get(
            PATH
                + "?pool=ports&host=h&seenFrom=h&path=%2Fa&recursive=true&tag=&project=p&value=-5"
                + "&limit=2&after=ids%2F%2F-7");

    assertThat(response.body())
        .isEqualTo(
            "{\"reservations\":[{" + ONE_JSON + "}],\"more\":true,\"next\":\"ports/h/5000\"}");
    assertThat(mesh.questions)
        .extracting(ReservationsRequest::query)
        .containsExactly(
            new ReservationQuery.Find(
                new ReservationFilter(
                    Optional.of("ports"),
                    Optional.of("h"),
                    Optional.of("h"),
                    Optional.of("/a"),
                    true,
                    Optional.of(""),
                    Optional.of("p"),
                    OptionalLong.of(-5),
                    OptionalLong.empty()),
                Optional.of(new ValueKey("ids", "", -7)),
                2));
  }

  @Test
  void tellsThePoolsAsAHostSeesThem() throws Exception {
    knows(
        new ReservationAnswer.Pools(
            List.of(
                new ReservationAnswer.PoolUse(
                    new Pool(
                        "ports",
                        Pool.Scope.HOST,
                        1,
                        9,
                        List.of(new Pool.Span(2, 3)),
                        Optional.of(Duration.ofDays(1))),
                    4,
                    List.of(new Exclusion(new Pool.Span(5, 5), "old")),
                    false))));

    assertThat(get(PATH + "/pools?host=h&pool=ports").body())
        .isEqualTo(
            "{\"host\":\"h\",\"pools\":[{\"name\":\"ports\",\"scope\":\"host\",\"first\":1,"
                + "\"last\":9,\"used\":4,\"expirySeconds\":86400,\"exclusions\":["
                + "{\"first\":2,\"last\":3,\"manifest\":true},"
                + "{\"first\":5,\"last\":5,\"manifest\":false,\"reason\":\"old\"}],"
                + "\"more\":false}]}");
    assertThat(mesh.questions)
        .extracting(ReservationsRequest::query)
        .containsExactly(new ReservationQuery.Pools("h", Optional.of("ports")));
  }

  @ParameterizedTest
  @CsvSource({
    "?pol=x, allowed parameters",
    "?pool=A%20B, pool 'A B'",
    "?path=a, path 'a'",
    "?recursive=true, recursive: allowed only together with a path",
    "?recursive=1&path=%2F, allowed are true and false",
    "?value=1.5, value '1.5'",
    "?value=9999999999999999, value '9999999999999999'",
    "?limit=1001, limit '1001'",
    "?after=ports, after 'ports'",
    "/pools, host is needed",
    "/pools?host=-, host '-'",
  })
  void refusesQuestionsThatMakeNoSense(String rest, String detail) throws Exception {
    HttpResponse<String> response = get(PATH + rest);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains(detail);
    assertThat(mesh.questions).isEmpty();
  }
}
