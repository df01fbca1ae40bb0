package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ChangesRequest;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReadResult;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WatchTest extends FrontDoorTest {

  private static final String WATCH = "/v1/groups/main/watch";

  private void next(long nextPlace, Change... changes) {
    mesh.changes.add(
        CompletableFuture.completedFuture(
            new ChangesAnswer.Next(List.of(changes), nextPlace, Place.revision(nextPlace))));
  }

  private RawConnection watch(String query, String headers) throws Exception {
    RawConnection connection = new RawConnection();
    connection.send("GET " + WATCH + query + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
    return connection;
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static Change put(long revision, int ordinal, String key, String value) {
    return new Change(Place.of(revision, ordinal), text(key), text(value), 3, 2, 0, 0);
  }

  @Test
  void tellsTheChangesOfARevisionInOneEvent() throws Exception {
    next(Place.first(5));
    next(Place.first(6), put(5, 0, "a", "v"), Change.delete(Place.of(5, 1), text("b"), 0));

    try (RawConnection connection = watch("?from=5&prefix=k", "")) {
      assertThat(connection.readThrough("\"last\":true}\n\n"))
          .contains("HTTP/1.1 200 OK", "content-type: text/event-stream")
          .contains("id: 4\n\n")
          .contains(
              "id: 5\nevent: changes\ndata: {\"revision\":5,\"changes\":["
                  + "{\"type\":\"put\",\"key\":\"a\",\"value\":\"v\",\"createRevision\":3,"
                  + "\"modRevision\":5,\"version\":2,\"lease\":0},"
                  + "{\"type\":\"delete\",\"key\":\"b\",\"createRevision\":0,\"modRevision\":5,"
                  + "\"version\":0,\"lease\":0}],\"last\":true}\n\n");
    }
    ChangesRequest followed = mesh.followed.element();
    assertThat(followed)
        .isEqualTo(
            new ChangesRequest(
                mesh.groups().get(0),
                Place.first(5),
                KeyRange.prefix(text("k")),
                Duration.ZERO,
                new Caller(Credentials.NONE, Optional.empty(), followed.caller().trace())));
  }

  @Test
  void beginsWithTheNextRevisionUnlessToldOtherwise() throws Exception {
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new ReadAnswer.Listed(
                new ReadResult.Records(List.of(), 0, false, false, 41),
                new ReadAnswer.ReadPoint(50, 41, Optional.empty())));
    next(Place.first(42));

    try (RawConnection connection = watch("?key=k", "")) {
      assertThat(connection.readThrough("id: 41\n\n")).contains("200 OK");
    }
    assertThat(mesh.followed.element())
        .returns(Place.first(42), ChangesRequest::fromPlace)
        .returns(KeyRange.key(text("k")), ChangesRequest::keys);
  }

  @ParameterizedTest
  @CsvSource({"17, 18, 0", "17.3, 17, 4", "0, 1, 0"})
  void resumesAfterTheLastEventThatCameWhateverFromSays(String id, long revision, int ordinal)
      throws Exception {
    next(Place.of(revision, ordinal));

    try (RawConnection connection = watch("?from=2", "Last-Event-ID: " + id + "\r\n")) {
      connection.readThrough("id: ");
    }
    assertThat(mesh.followed.element().fromPlace()).isEqualTo(Place.of(revision, ordinal));
  }

  @Test
  void asksForTheNextChangesOnlyFromWhereItStands() throws Exception {
    next(Place.first(5), put(4, 0, "a", "v"));
    next(Place.first(9));
    next(Place.first(9));

    try (RawConnection connection = watch("?from=4", "")) {
      assertThat(connection.readThrough(":\n\n")).contains("id: 8\n\n");
      await().until(() -> mesh.followed.size() == 4);
    }
    assertThat(mesh.followed)
        .extracting(ChangesRequest::fromPlace)
        .containsExactly(Place.first(4), Place.first(5), Place.first(9), Place.first(9));
    assertThat(mesh.followed).last().returns(Watch.HEARTBEAT, ChangesRequest::patience);
  }

  @Test
  void refusesWhatIsForgottenBeforeTheFirstEvent() throws Exception {
    mesh.changes.add(CompletableFuture.completedFuture(new ChangesAnswer.Compacted(8)));

    HttpResponse<String> response = get(WATCH + "?from=3");

    assertProblem(response, 410, "compacted");
    assertThat(json(response).path("oldestRevision").asLong()).isEqualTo(8);
  }

  @Test
  void refusesWhereTheReplicaIsNotReady() throws Exception {
    mesh.changes.add(
        CompletableFuture.completedFuture(
            new ChangesAnswer.Refused(
                OutcomeCode.NOT_READY, "why", Optional.of(Duration.ofSeconds(1)))));

    HttpResponse<String> response = get(WATCH + "?from=3");

    assertProblem(response, 503, "not_ready");
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void endsInMidStreamWithTheReasonAndWhereToResume() throws Exception {
    next(Place.first(5), put(4, 0, "a", "v"));
    mesh.changes.add(CompletableFuture.completedFuture(new ChangesAnswer.Compacted(8)));

    HttpResponse<String> response = get(WATCH + "?from=4");

    assertThat(response.body())
        .endsWith(
            "event: end\ndata: {\"code\":\"compacted\",\"detail\":\"the history is compacted beyond"
                + " this position\",\"resume\":\"4\",\"oldestRevision\":8}\n\n");
  }

  @Test
  void endsWhenTheNodeStops() throws Exception {
    next(Place.first(5));
    try (RawConnection connection = watch("?from=5", "")) {
      connection.readThrough("id: 4\n\n");
      CompletableFuture<Void> drained = door.drain().toCompletableFuture();

      assertThat(connection.readToEnd()).contains("event: end", "not_ready", "\"resume\":\"4\"");
      assertThat(drained).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void closesUnderAWatcherWhenTheMeshFails() throws Exception {
    next(Place.first(5));
    mesh.changes.add(CompletableFuture.failedFuture(new IllegalStateException("a bug")));
    try (RawConnection connection = watch("?from=5", "")) {
      assertThat(connection.readToEnd()).contains("id: 4").doesNotContain("a bug");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "?from=0, from '0'",
    "?from=x, from 'x'",
    "?from=1.65536, from '1.65536'",
    "?from=-1, from '-1'",
    "?from=, from ''",
    "?frm=1, query 'frm=1'",
    "?key=a&prefix=b, prefix 'b'",
    "?prefix=, prefix ''"
  })
  void refusesAWrongQueryByName(String query, String named) throws Exception {
    HttpResponse<String> response = get(WATCH + query);

    assertProblem(response, 400, "invalid");
    assertThat(json(response).path("detail").asText()).contains(named);
    assertThat(mesh.followed).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"x", "1.", "-1", "1e3", "99999999999999999999"})
  void refusesAWrongLastEventId(String id) throws Exception {
    HttpResponse<String> response = send(to(WATCH).header("Last-Event-ID", id));

    assertProblem(response, 400, "invalid");
    assertThat(json(response).path("detail").asText()).contains("Last-Event-ID '" + id + "'");
  }
}
