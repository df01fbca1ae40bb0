package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.WriteId;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyWriteTest extends FrontDoorTest {

  @Test
  void tellsWhatACommittedPutAmountedTo() throws Exception {
    HttpResponse<String> response = put(KEYS + "a", "v");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("ETag")).contains("\"17\"");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body())
        .isEqualTo(
            "{\"code\":\"committed\",\"writeId\":\""
                + FakeMesh.WRITE_ID
                + "\",\"slot\":9,\"modRevision\":17,\"previousModRevision\":16,\"replayed\":false,"
                + "\"acks\":{\"n\":3,\"w\":2,\"got\":2,\"needed\":0,\"members\":["
                + "{\"node\":\"n1\",\"state\":\"acked\",\"millis\":0.8},"
                + "{\"node\":\"n2\",\"state\":\"acked\",\"millis\":1.25},"
                + "{\"node\":\"n3\",\"state\":\"silent\",\"millis\":-1.0}]}}");
  }

  @Test
  void handsAPlainPutToTheMesh() throws Exception {
    put(KEYS + "a", "v\u0000é");

    assertThat(mesh.onlyWrite())
        .isEqualTo(
            new WriteRequest(
                mesh.groups().get(0),
                mesh.onlyWrite().writeId(),
                new Command.Put(ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("v\u0000é")),
                Optional.empty(),
                new Caller(Credentials.NONE, Optional.empty(), mesh.onlyWrite().caller().trace())));
  }

  @Test
  void makesTheWriteIdWhereTheClientSentNone() throws Exception {
    put(KEYS + "a", "v");

    assertThat(mesh.onlyWrite().writeId())
        .hasValueSatisfying(id -> assertThat(WriteId.refusalOf(id)).isEmpty());
  }

  @Test
  void takesAnEmptyValue() throws Exception {
    assertThat(put(KEYS + "a", "").statusCode()).isEqualTo(200);
    assertThat(mesh.onlyValue()).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void joinsAValueThatComesInChunks() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "PUT /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "3\r\nabc\r\n");
      connection.send("2\r\nde\r\n0\r\n\r\n");
      assertThat(connection.readThrough("}]}}")).startsWith("HTTP/1.1 200");
    }
    assertThat(mesh.onlyValue()).isEqualTo(ByteString.copyFromUtf8("abcde"));
  }

  @ParameterizedTest
  @CsvSource({
    "a%2Fb, 612f62",
    "a/b, 612f62",
    "a/b/, 612f622f",
    "%ff%00%fe, ff00fe",
    "a+b, 612b62",
    "%C3%A9, c3a9",
    "a%25, 6125",
    "%2e%2e, 2e2e"
  })
  void decodesKeysToBytes(String path, String hex) throws Exception {
    assertThat(put(KEYS + path, "v").statusCode()).isEqualTo(200);

    byte[] key = mesh.onlyKey().toByteArray();
    assertThat(java.util.HexFormat.of().formatHex(key)).isEqualTo(hex);
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "\"17\"", " 17 "})
  void takesTheExpectedRevisionFromIfMatch(String header) throws Exception {
    send(to(KEYS + "a").PUT(BodyPublishers.ofString("v")).header("If-Match", header));

    assertThat(mesh.onlyWrite().command())
        .isEqualTo(new Command.PutIf(mesh.onlyKey(), ByteString.copyFromUtf8("v"), 17));
  }

  @Test
  void expectsAbsenceForIfNoneMatchStar() throws Exception {
    send(to(KEYS + "a").PUT(BodyPublishers.ofString("v")).header("If-None-Match", "*"));

    assertThat(mesh.onlyWrite().command())
        .isEqualTo(new Command.PutIf(mesh.onlyKey(), ByteString.copyFromUtf8("v"), 0));
  }

  @Test
  void takesTheWriteIdFromIdempotencyKeyInLowerCase() throws Exception {
    send(
        to(KEYS + "a")
            .PUT(BodyPublishers.ofString("v"))
            .header("Idempotency-Key", FakeMesh.WRITE_ID.toUpperCase(java.util.Locale.ROOT)));

    assertThat(mesh.onlyWrite().writeId()).contains(FakeMesh.WRITE_ID);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0ms, 0", "250ms, 250", "2s, 2000", "5s, 5000"})
  void takesThePatienceFromWait(String wait, long millis) throws Exception {
    put(KEYS + "a?wait=" + wait, "v");

    assertThat(mesh.onlyWrite().patience()).contains(Duration.ofMillis(millis));
  }

  @Test
  void deletesWithoutAModRevisionWhereNothingWasThere() throws Exception {
    mesh.writeAnswer = CompletableFuture.completedFuture(FakeMesh.committed(OptionalLong.empty()));

    HttpResponse<String> response = send(to(KEYS + "a").DELETE());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("ETag")).isEmpty();
    assertThat(json(response).has("modRevision")).isFalse();
    assertThat(mesh.onlyWrite().command())
        .isEqualTo(new Command.Delete(ByteString.copyFromUtf8("a")));
  }

  @Test
  void answersInFlightWithItsTicket() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.answer(OutcomeCode.IN_FLIGHT, Optional.of(Duration.ofMillis(1200))));

    HttpResponse<String> response = put(KEYS + "a?wait=0", "v");

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.headers().firstValue("Location"))
        .contains("/v1/writes/" + FakeMesh.WRITE_ID);
    assertThat(response.headers().firstValue("Retry-After")).contains("2");
    assertThat(json(response).path("code").asText()).isEqualTo("in_flight");
    assertThat(json(response).path("acks").path("members")).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(
      value = OutcomeCode.class,
      names = {"COMMITTED", "IN_FLIGHT"},
      mode = Mode.EXCLUDE)
  void tellsEveryOtherOutcomeAsAProblem(OutcomeCode code) throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.answer(code, Optional.of(Duration.ofMillis(10))));

    HttpResponse<String> response = put(KEYS + "a", "v");

    assertProblem(response, code.httpStatus(), code.code());
    JsonNode problem = json(response);
    assertThat(problem.path("detail").asText()).isEqualTo("told so");
    assertThat(problem.path("writeId").asText()).isEqualTo(FakeMesh.WRITE_ID);
    assertThat(problem.path("n").asInt()).isEqualTo(3);
    assertThat(problem.path("needed").asInt(-1)).isZero();
    assertThat(problem.path("members").path(2).path("state").asText()).isEqualTo("silent");
    assertThat(problem.has("reason")).isEqualTo(code == OutcomeCode.QUORUM_NOT_MET);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertThat(response.headers().firstValue("Location").isPresent())
        .isEqualTo(code == OutcomeCode.OUTCOME_UNKNOWN);
  }

  @Test
  void saysWhichRevisionDidNotMatch() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            new WriteAnswer(
                OutcomeCode.COMPARE_FAILED,
                Optional.empty(),
                "it was 16",
                FakeMesh.WRITE_ID,
                Optional.of(new WriteAnswer.Executed(9, OptionalLong.empty(), 16, false)),
                Optional.empty(),
                Optional.empty()));

    HttpResponse<String> response = put(KEYS + "a", "v");

    assertProblem(response, 412, "compare_failed");
    assertThat(json(response).path("previousModRevision").asInt()).isEqualTo(16);
    assertThat(json(response).has("modRevision")).isFalse();
  }

  @Test
  void answersWhenTheMeshCompletesOnAnotherThread() throws Exception {
    CompletableFuture<WriteAnswer> later = new CompletableFuture<>();
    mesh.writeAnswer = later;
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(
            to(KEYS + "a").PUT(BodyPublishers.ofString("v")).build(),
            java.net.http.HttpResponse.BodyHandlers.ofString());
    org.awaitility.Awaitility.await().until(() -> !mesh.writes.isEmpty());

    later.complete(FakeMesh.committed(OptionalLong.of(18)));

    assertThat(response.get(10, TimeUnit.SECONDS).headers().firstValue("ETag")).contains("\"18\"");
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    String one = "PUT /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nv";
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          one
              + "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"
              + one
              + "GET /livez HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

      assertThat(connection.readToEnd())
          .matches("(?s)HTTP/1.1 200.*committed.*ok\n.*committed.*ok\n");
    }
    assertThat(mesh.writes).hasSize(2);
  }
}
