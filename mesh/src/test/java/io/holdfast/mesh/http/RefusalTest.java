package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RefusalTest extends FrontDoorTest {

  private static final int TEN_MEGABYTES = 10 << 20;

  @Test
  void namesTheUnknownGroupAndTheKnownOnes() throws Exception {
    for (String path : new String[] {"/v1/groups/nope/keys/a", "/v1/groups/nope"}) {
      HttpResponse<String> response = get(path);
      assertProblem(response, 404, "unknown_group");
      assertThat(response.body()).contains("'nope'", "main, other");
    }
  }

  /** It may have a group that it has not heard of yet: "unknown" would be the end of the matter. */
  @Test
  void nodeThatKnowsNoGroupYetSaysSoAndNotThatThereIsNone() throws Exception {
    mesh.groups = List.of();
    mesh.writeAnswer =
        CompletableFuture.completedFuture(FakeMesh.answer(OutcomeCode.NOT_READY, Optional.empty()));
    assertProblem(put(KEYS + "a", "v"), 503, "not_ready");
    assertThat(mesh.onlyWrite().group()).isEqualTo(new GroupId("main"));
    assertProblem(put("/v1/groups/a%20b/keys/a", "v"), 400, "invalid");
  }

  @Test
  void refusesAnEmptyKey() throws Exception {
    assertProblem(put(KEYS, "v"), 400, "invalid");
    assertThat(mesh.writes).isEmpty();
  }

  @Test
  void takesAKeyOfTheLimitAndRefusesOneByteMore() throws Exception {
    assertThat(put(KEYS + "k".repeat(64), "v").statusCode()).isEqualTo(200);

    HttpResponse<String> response = put(KEYS + "k".repeat(65), "v");
    assertProblem(response, 413, "too_large");
    assertThat(response.body()).contains("65 bytes", "limit is 64 bytes");
  }

  @Test
  void refusesARequestLineThatNoKeyNeeds() throws Exception {
    HttpResponse<String> response = get(KEYS + "k".repeat(8000));

    assertProblem(response, 413, "too_large");
    assertThat(response.body()).contains("64 bytes");
  }

  @Test
  void refusesHeadersOverTheirLimit() throws Exception {
    assertProblem(send(to("/livez").header("X-Long", "x".repeat(20_000))), 431, "too_large");
  }

  @Test
  void takesAValueOfTheLimitAndRefusesOneByteMore() throws Exception {
    assertThat(put(KEYS + "a", "v".repeat(2048)).statusCode()).isEqualTo(200);

    HttpResponse<String> response = put(KEYS + "a", "v".repeat(2049));
    assertProblem(response, 413, "too_large");
    assertThat(response.body()).contains("2048 bytes");
    assertThat(mesh.writes).hasSize(1);
  }

  @Test
  void refusesTenMegabytesAndTheClientReadsTheAnswer() throws Exception {
    HttpResponse<String> response =
        send(to(KEYS + "a").PUT(BodyPublishers.ofByteArray(new byte[TEN_MEGABYTES])));

    assertProblem(response, 413, "too_large");
    assertThat(put(KEYS + "a", "v").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesTenMegabytesInChunksAndTheClientReadsTheAnswer() throws Exception {
    HttpResponse<String> response =
        send(
            to(KEYS + "a")
                .PUT(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(new byte[TEN_MEGABYTES]))));

    assertProblem(response, 413, "too_large");
    assertThat(put(KEYS + "a", "v").statusCode()).isEqualTo(200);
  }

  @Test
  void servesTheSameConnectionAfterABodyThatWasTooLarge() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "PUT /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\nContent-Length: "
              + TEN_MEGABYTES
              + "\r\n\r\n");
      connection.send(new byte[TEN_MEGABYTES]);
      connection.send("GET /livez HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

      assertThat(connection.readToEnd()).matches("(?s)HTTP/1.1 413.*HTTP/1.1 200.*ok\n");
    }
  }

  @Test
  void refusesALargeBodyBeforeAPatientClientSendsIt() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "PUT /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
              + "Content-Length: 10000000\r\n\r\n");

      assertThat(connection.readThrough("limit of 2048")).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void closesWhereAPatientClientKeepsTheBodyOfARefusedRequest() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "PUT /v1/groups/nope/keys/a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
              + "Content-Length: 1\r\n\r\n");

      assertThat(connection.readThrough("}"))
          .startsWith("HTTP/1.1 404")
          .contains("connection: close");
    }
  }

  @Test
  void asksAPatientClientForABodyThatFits() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "PUT /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
              + "Content-Length: 1\r\nConnection: close\r\n\r\n");
      assertThat(connection.readThrough("\r\n\r\n")).startsWith("HTTP/1.1 100");
      connection.send("v");

      assertThat(connection.readToEnd()).startsWith("HTTP/1.1 200");
    }
    assertThat(mesh.onlyValue()).isEqualTo(ByteString.copyFromUtf8("v"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%", "a%4", "%zz", "%+1"})
  void refusesMalformedPercentEncoding(String key) throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "GET /v1/groups/main/keys/" + key + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

      assertThat(connection.readToEnd())
          .startsWith("HTTP/1.1 400")
          .contains("\"invalid\"", "key '" + key + "'", "hex digits");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "If-Match, abc",
    "If-Match, 0",
    "If-Match, -1",
    "If-Match, W/\"17\"",
    "If-Match, *",
    "If-Match, 9223372036854775808",
    "If-None-Match, 17",
    "Idempotency-Key, hello",
    "Idempotency-Key, 01890a5d-ac96-474b-bcce-b302099a8057",
    "Idempotency-Key, 01890a5d-ac96-774b-ccce-b302099a8057",
    "Idempotency-Key, 01890a5dac96774bbcceb302099a8057"
  })
  void refusesAMalformedHeader(String name, String value) throws Exception {
    HttpResponse<String> response =
        send(to(KEYS + "a").PUT(BodyPublishers.ofString("v")).header(name, value));

    assertProblem(response, 400, "invalid");
    assertThat(json(response).path("detail").asText()).startsWith(name + " '" + value + "': ");
    assertThat(mesh.writes).isEmpty();
  }

  @Test
  void refusesIfMatchTogetherWithIfNoneMatch() throws Exception {
    assertProblem(
        send(to(KEYS + "a").DELETE().header("If-Match", "1").header("If-None-Match", "*")),
        400,
        "invalid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"wait=", "wait=5", "wait=-1s", "wait=6s", "wait=1h", "wiat=1s", "wait=1s&wait=2s"})
  void refusesAQueryThatAWriteDoesNotTake(String query) throws Exception {
    HttpResponse<String> response = put(KEYS + "a?" + query, "v");

    assertProblem(response, 400, "invalid");
    assertThat(response.body()).contains("allowed").contains("wait");
    assertThat(mesh.writes).isEmpty();
  }

  @Test
  void refusesAnUnknownConsistency() throws Exception {
    HttpResponse<String> response = get(KEYS + "a?consistency=" + "x".repeat(500));

    assertProblem(response, 400, "invalid");
    assertThat(json(response).path("detail").asText())
        .contains("consistency 'xxx", "...'", "linearizable and local")
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1",
        "/v1/groups/",
        "/v1/groups/main/",
        "/v1/groups/main/key/a",
        "/v1/writes/",
        "/v1/writes/a/b",
        "/livez/"
      })
  void tellsThatThereIsNothingAtAnUnknownPath(String path) throws Exception {
    assertProblem(get(path), 404, "not_found");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/groups/main/keys/a, 'GET, HEAD, PUT, DELETE'",
    "PUT, /v1/status, 'GET, HEAD'",
    "DELETE, /livez, 'GET, HEAD'"
  })
  void saysWhichMethodsAPathTakes(String method, String path, String allow) throws Exception {
    HttpResponse<String> response = send(to(path).method(method, BodyPublishers.ofString("body")));

    assertProblem(response, 405, "invalid");
    assertThat(response.headers().firstValue("Allow")).contains(allow);
  }

  /** Whoever looks at such a page knows nothing of it; a body that is "text" needs no leave. */
  @ParameterizedTest
  @CsvSource({
    "Origin: https://evil.example, https://evil.example",
    "Origin: null, null",
    "Origin: http://127.0.0.1:1, http://127.0.0.1:1",
    "Sec-Fetch-Site: cross-site, cross-site",
    "Sec-Fetch-Site: same-site, same-site"
  })
  void pageOfAnotherSiteChangesNothing(String header, String named) throws Exception {
    String answer = raw("POST /v1/groups/main/leases", header, "{\"ttl\": \"5s\"}");

    assertThat(answer).contains("403 Forbidden", "\"denied\"", "(" + named + ")");
    assertThat(raw("GET /v1/status", header, "")).contains("200 OK");
    assertThat(mesh.writes).as("what was asked of the mesh").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Origin: http://HOST", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none"})
  void pageOfThisDoorMayAsk(String header) throws Exception {
    String own = header.replace("HOST", "127.0.0.1:" + door.port());

    assertThat(raw("POST /v1/groups/main/compact", own, "{}")).doesNotContain("403 Forbidden");
  }

  private String raw(String what, String header, String body) throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
              .formatted(what, door.port(), header, body.length(), body));
      return connection.readToEnd();
    }
  }

  @Test
  void refusesWhatIsNotHttp() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send("hello\r\n\r\n");

      assertThat(connection.readToEnd()).contains("400 Bad Request", "\"invalid\"");
    }
  }

  @Test
  void hidesAnUnexpectedFailureButNamesItsRequest() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.<WriteAnswer>failedFuture(new IllegalStateException("secret"));
    mesh.readAnswer =
        CompletableFuture.<ReadAnswer>failedFuture(new IllegalStateException("secret"));

    for (HttpResponse<String> response : java.util.List.of(put(KEYS + "a", "v"), get(KEYS + "a"))) {
      assertProblem(response, 500, "internal");
      assertThat(response.body()).doesNotContain("secret", "Exception");
      assertThat(json(response).path("requestId").asText()).isNotEmpty();
    }
  }
}
