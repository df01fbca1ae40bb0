package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ControlSample;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.LineBudget;
import io.holdfast.mesh.log.LogFacts;
import io.holdfast.mesh.log.LogLines;
import io.holdfast.sync.core.RequestTrace;
import io.holdfast.sync.core.TraceContext;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request is called in its answer and in the log, and the line of one that is refused. */
final class RequestNamesTest extends FrontDoorTest {

  private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN_ID = "00f067aa0ba902b7";
  private static final String TOKEN = "s3cret-token-of-nobody";

  private final LogLines log = new LogLines(Level.DEBUG);

  @AfterEach
  void closeLog() {
    log.close();
  }

  private static String nameOf(HttpResponse<String> response) {
    List<String> names = response.headers().allValues("X-Request-Id");
    assertThat(names).hasSize(1);
    return names.get(0);
  }

  private List<ILoggingEvent> refusals() {
    return log.of("RefusalLog");
  }

  private ILoggingEvent onlyRefusal() {
    await().untilAsserted(() -> assertThat(refusals()).hasSize(1));
    return refusals().get(0);
  }

  private HttpRequest.Builder write(String requestId) {
    return to(KEYS + "a").header("X-Request-Id", requestId).PUT(BodyPublishers.ofString("v"));
  }

  // ---- Names

  @Test
  void isTheClientsNameWhereItIsWellFormed() throws Exception {
    assertThat(nameOf(send(write("order-17:retry.2")))).isEqualTo("order-17:retry.2");
    assertThat(mesh.onlyWrite().caller().trace())
        .contains(new RequestTrace("order-17:retry.2", Optional.empty()));
  }

  @Test
  void isMadeAnewForEachRequestWithoutOne() throws Exception {
    String one = nameOf(get(KEYS + "a"));
    String other = nameOf(get(KEYS + "a"));

    assertThat(one).matches("[0-9a-f]{32}").isNotEqualTo(other);
    assertThat(mesh.reads.peek().caller().trace().orElseThrow().requestId()).isEqualTo(one);
  }

  @Test
  void isReplacedWhereItIsTooLongOrNotSafe() throws Exception {
    for (String wrong : List.of("x".repeat(129), "two words", "a\"b", "{}", "a,b")) {
      assertThat(nameOf(send(write(wrong)))).matches("[0-9a-f]{32}");
    }
  }

  @Test
  void isReplacedWhereThereAreTwo() throws Exception {
    assertThat(nameOf(send(write("one").header("X-Request-Id", "two")))).matches("[0-9a-f]{32}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nowhere",
        "/v1/groups/none/keys/a",
        "/livez",
        "/readyz",
        "/openapi.json",
        "/v1/status"
      })
  void isInEveryAnswer(String path) throws Exception {
    assertThat(nameOf(send(to(path).header("X-Request-Id", "mine")))).isEqualTo("mine");
  }

  @Test
  void isInProblemsOfWhateverKind() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.answer(OutcomeCode.QUORUM_NOT_MET, Optional.empty()));
    for (HttpRequest.Builder request :
        List.of(
            write("mine"),
            to("/nowhere").header("X-Request-Id", "mine"),
            to(KEYS + "a").header("X-Request-Id", "mine").method("POST", BodyPublishers.noBody()),
            to(KEYS + "a?what=1").header("X-Request-Id", "mine"))) {
      HttpResponse<String> response = send(request);
      assertThat(response.statusCode()).isGreaterThanOrEqualTo(400);
      assertThat(nameOf(response)).isEqualTo("mine");
      assertThat(json(response).path("requestId").asText()).isEqualTo("mine");
    }
  }

  @Test
  void isInTheAnswerToWhatIsNoHttp() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send("GET /livez HTTP/1.1\r\nno header\r\n\r\n");
      String answer = connection.readToEnd();

      assertThat(answer).contains(" 400 ").containsPattern("(?i)x-request-id: [0-9a-f]{32}\r\n");
    }
    assertThat(onlyRefusal().getMDCPropertyMap()).containsEntry("code", "invalid");
  }

  // ---- Traces

  @Test
  void carriesTheTraceOfItsClient() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(FakeMesh.answer(OutcomeCode.NO_LEADER, Optional.empty()));

    var unused =
        send(write("mine").header("traceparent", "00-" + TRACE_ID + "-" + SPAN_ID + "-01"));

    assertThat(mesh.onlyWrite().caller().trace().orElseThrow().context())
        .contains(new TraceContext(TRACE_ID, SPAN_ID));
    assertThat(onlyRefusal().getMDCPropertyMap())
        .containsEntry(LogFacts.TRACE_ID, TRACE_ID)
        .containsEntry(LogFacts.SPAN_ID, SPAN_ID);
  }

  @Test
  void ignoresATraceThatIsNoneOrMoreThanOne() throws Exception {
    String parent = "00-" + TRACE_ID + "-" + SPAN_ID + "-01";
    var none = send(write("mine").header("traceparent", parent.toUpperCase(java.util.Locale.ROOT)));
    var two = send(write("mine").header("traceparent", parent).header("traceparent", parent));

    assertThat(List.of(none.statusCode(), two.statusCode())).containsOnly(200);
    assertThat(mesh.writes)
        .hasSize(2)
        .allMatch(write -> write.caller().trace().flatMap(RequestTrace::context).isEmpty());
  }

  // ---- The line of a refusal

  @Test
  void refusalHasOneLineWithAllThatIsKnownOfIt() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.answer(OutcomeCode.QUORUM_NOT_MET, Optional.empty()));

    var unused = send(write("mine"));

    ILoggingEvent line = onlyRefusal();
    assertThat(line.getLevel()).isEqualTo(Level.INFO);
    assertThat(line.getFormattedMessage()).isEqualTo("refused: told so");
    assertThat(line.getMDCPropertyMap())
        .isEqualTo(
            Map.of(
                "requestId", "mine",
                "writeId", FakeMesh.WRITE_ID,
                "group", "main",
                "code", "quorum_not_met",
                "principal", "anonymous"));
  }

  @Test
  void ordinaryAnswersAreToldToThoseWhoWantDetails() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.answer(OutcomeCode.COMPARE_FAILED, Optional.empty()));

    var unused = send(write("mine"));

    assertThat(onlyRefusal().getLevel()).isEqualTo(Level.DEBUG);
    assertThat(RefusalLog.levelOf("not_found")).isEqualTo(org.slf4j.event.Level.DEBUG);
    assertThat(RefusalLog.levelOf("coverage_violation")).isEqualTo(org.slf4j.event.Level.ERROR);
    for (String code : List.of("denied", "overloaded", "no_leader", "pool_exhausted", "invalid")) {
      assertThat(RefusalLog.levelOf(code)).as(code).isEqualTo(org.slf4j.event.Level.INFO);
    }
  }

  @Test
  void whatIsGrantedHasNoLine() throws Exception {
    assertThat(send(write("mine")).statusCode()).isEqualTo(200);
    assertThat(get("/livez").statusCode()).isEqualTo(200);

    assertThat(log.all()).noneMatch(line -> line.getMDCPropertyMap().containsKey("requestId"));
  }

  @Test
  void internalFailureHasOneLineUnderTheClientsName() throws Exception {
    mesh.writeAnswer = CompletableFuture.failedFuture(new IllegalStateException("broken"));

    HttpResponse<String> response = send(write("mine"));

    assertThat(response.body()).contains("mine").doesNotContain("broken");
    List<ILoggingEvent> named =
        log.all().stream()
            .filter(line -> "mine".equals(line.getMDCPropertyMap().get("requestId")))
            .toList();
    assertThat(named).hasSize(1).allMatch(line -> line.getLevel() == Level.ERROR);
  }

  /** Whatever it is refused for: whoever looks for a write finds all that was said of it. */
  @Test
  void refusalOfARequestThatNamesItsWriteHasItsId() throws Exception {
    String id = "0194F3A0-0000-7000-8000-000000000001";
    for (HttpRequest.Builder request :
        List.of(
            to(KEYS + "a?what=1").PUT(BodyPublishers.ofString("v")),
            to(KEYS + "x".repeat(2000)).PUT(BodyPublishers.ofString("v")),
            to("/nowhere").PUT(BodyPublishers.ofString("v")))) {
      assertThat(send(request.header("Idempotency-Key", id)).statusCode())
          .isGreaterThanOrEqualTo(400);
    }
    assertThat(send(to(KEYS + "a").header("Idempotency-Key", "none").DELETE()).statusCode())
        .isEqualTo(400);

    await().untilAsserted(() -> assertThat(refusals()).hasSize(4));
    assertThat(refusals().subList(0, 3))
        .allSatisfy(
            line ->
                assertThat(line.getMDCPropertyMap())
                    .containsEntry("writeId", id.toLowerCase(java.util.Locale.ROOT)));
    assertThat(refusals().get(3).getMDCPropertyMap()).doesNotContainKey("writeId");
  }

  @Test
  void internalFailuresDoNotFloodTheLogAndNameTheirWrites() throws Exception {
    String id = "0194f3a0-0000-7000-8000-000000000001";
    mesh.writeAnswer = CompletableFuture.failedFuture(new IllegalStateException("broken"));
    int sent = LineBudget.BURST + 30;
    for (int i = 0; i < sent; i++) {
      assertThat(send(write("mine").header("Idempotency-Key", id)).statusCode()).isEqualTo(500);
    }

    List<ILoggingEvent> named =
        log.all().stream()
            .filter(line -> "mine".equals(line.getMDCPropertyMap().get("requestId")))
            .toList();
    assertThat(named)
        .hasSizeBetween(LineBudget.BURST, sent - 1)
        .allSatisfy(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.ERROR);
              assertThat(line.getThrowableProxy().getMessage()).isEqualTo("broken");
              assertThat(line.getMDCPropertyMap())
                  .containsEntry("writeId", id)
                  .containsEntry("code", "internal");
            });
    await()
        .untilAsserted(
            () ->
                assertThat(refusals())
                    .anyMatch(
                        line ->
                            line.getLevel() == Level.ERROR
                                && line.getFormattedMessage().startsWith("refused ")));
  }

  @Test
  void namesAPrincipalByWhatIsActiveAndNeverShowsItsToken() throws Exception {
    mesh.control.clear();
    mesh.control.add(ControlSample.status(ControlSample.after(ControlSample.access())));
    mesh.writeAnswer =
        CompletableFuture.completedFuture(FakeMesh.answer(OutcomeCode.DENIED, Optional.empty()));
    for (String token : List.of(ControlSample.WRITER, TOKEN)) {
      var unused = send(write("mine").header("Authorization", "Bearer " + token));
    }
    var unreadable = send(write("mine").header("Authorization", "Basic " + TOKEN + "=!"));

    assertThat(unreadable.statusCode()).isEqualTo(400);
    await().untilAsserted(() -> assertThat(refusals()).hasSize(3));
    assertThat(refusals())
        .extracting(line -> String.valueOf(line.getMDCPropertyMap().get("principal")))
        .containsExactlyInAnyOrder("writer", "unknown", "unknown");
    for (String format : List.of("text", "json")) {
      assertThat(LogLines.printed(format, log.all()))
          .contains("writer")
          .doesNotContain(TOKEN, ControlSample.WRITER);
    }
  }

  @Test
  void strangersWordsForgeNoLine() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            new WriteAnswer(
                OutcomeCode.INVALID,
                Optional.empty(),
                "one\r\nforged two\u0085forged \u2028forged \u001b[2J",
                "id\nforged",
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    var unused = send(write("mine"));
    for (String head :
        List.of(
            "GET /v1/groups/main%0Aforged/keys/a HTTP/1.1\r\nHost: a\r\n",
            "GET " + KEYS + "a?%0Aforged=%0Aforged HTTP/1.1\r\nHost: a\r\n",
            "GET " + KEYS + "a?what HTTP/1.1\r\nHost: a\r\nX-Request-Id: \u0085forged\r\n",
            "PUT " + KEYS + "a HTTP/1.1\r\nHost: a\r\nIdempotency-Key: \u0085forged\r\n",
            "FORGE\u0085forged / HTTP/1.1\r\nHost: a\r\n")) {
      try (RawConnection connection = new RawConnection()) {
        connection.send(head + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        assertThat(connection.readToEnd()).containsPattern(" (400|404|405) ");
      }
    }

    await().untilAsserted(() -> assertThat(refusals()).hasSize(6));
    for (String format : List.of("text", "json")) {
      assertThat(LogLines.printed(format, refusals()).split("\\R|\u0085|\u2028"))
          .hasSize(6)
          .noneMatch(line -> line.startsWith("forged") || line.contains("\u001b"));
    }
  }

  @Test
  void overloadDoesNotFloodTheLogAndLosesNoCount() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.answer(OutcomeCode.OVERLOADED, Optional.empty()));
    int sent = LineBudget.BURST + 80;
    for (int i = 0; i < sent; i++) {
      var unused = send(write("mine"));
    }

    await()
        .untilAsserted(
            () -> {
              long told = 0;
              for (ILoggingEvent line : refusals()) {
                assertThat(line.getMDCPropertyMap()).containsEntry("code", "overloaded");
                boolean one = line.getMDCPropertyMap().containsKey("requestId");
                told += one ? 1 : (Long) line.getArgumentArray()[0];
              }
              assertThat(told).isEqualTo(sent);
            });
    assertThat(refusals())
        .hasSizeLessThan(sent / 2)
        .anyMatch(
            line ->
                line.getFormattedMessage().startsWith("refused ")
                    && line.getFormattedMessage().contains("20 are logged at once"));
  }
}
