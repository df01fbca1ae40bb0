package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RangeTest extends FrontDoorTest {

  private static final String RANGE = "/v1/groups/main/keys";

  private void finds(boolean more, KeyRecord... records) {
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new ReadAnswer.Listed(
                new ReadResult.Records(List.of(records), 7, false, more, 120),
                new ReadPoint(99, 120, Optional.of(Duration.ofMillis(5)))));
  }

  private static KeyRecord record(ByteString key, ByteString value) {
    return new KeyRecord(key, new VersionedValue(value, 3, 17, 4, 2));
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Test
  void listsRecordsInText() throws Exception {
    finds(false, record(text("a"), text("é")));

    HttpResponse<String> response = get(RANGE);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"records\":[{\"key\":\"a\",\"value\":\"é\",\"createRevision\":3,\"modRevision\":17,"
                + "\"version\":4,\"lease\":2}],\"count\":7,\"countIsLeast\":false,\"more\":false,"
                + "\"revision\":120,\"slot\":99,\"stalenessMillis\":5}");
    assertThat(mesh.onlyRead().query())
        .isEqualTo(new ReadQuery(KeyRange.ALL, OptionalLong.empty(), 1000, ReadDetail.RECORDS));
  }

  @Test
  void givesBytesThatAreNoPlainTextInBase64() throws Exception {
    finds(false, record(text("a\n"), ByteString.copyFrom(new byte[] {-1})));

    JsonNode record = json(get(RANGE)).path("records").path(0);

    assertThat(record.path("keyBase64").asText()).isEqualTo("YQo=");
    assertThat(record.path("valueBase64").asText()).isEqualTo("/w==");
    assertThat(record.has("key")).isFalse();
  }

  @Test
  void namesWhereTheNextPageBeginsSoThatItCanBePassedOn() throws Exception {
    finds(true, record(text("a/b"), text("v")));
    String next = json(get(RANGE + "?prefix=a&limit=1")).path("next").asText();

    assertThat(next).isEqualTo("a%2Fb%00");
    mesh.reads.clear();
    get(RANGE + "?prefix=a&limit=1&revision=120&from=" + next);
    assertThat(mesh.onlyRead().query())
        .isEqualTo(
            new ReadQuery(
                new KeyRange(text("a/b\0"), text("b")),
                OptionalLong.of(120),
                1,
                ReadDetail.RECORDS));
  }

  @Test
  void leavesValuesOutWhereOnlyKeysAreWanted() throws Exception {
    finds(false, record(text("a"), ByteString.EMPTY));

    JsonNode record = json(get(RANGE + "?detail=keys")).path("records").path(0);

    assertThat(record.has("value")).isFalse();
    assertThat(mesh.onlyRead().query().detail()).isEqualTo(ReadDetail.KEYS);
  }

  @Test
  void readsLocallyWhereAsked() throws Exception {
    finds(false);
    get(RANGE + "?from=a&to=c&detail=count&consistency=local");

    assertThat(mesh.onlyRead().consistency()).isEqualTo(Consistency.LOCAL);
    assertThat(mesh.onlyRead().query().keys()).isEqualTo(new KeyRange(text("a"), text("c")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/groups/main/keys?revision=3", "/v1/groups/main/keys/a?revision=3"})
  void saysFromWhereTheHistoryIsLeft(String path) throws Exception {
    mesh.readAnswer = CompletableFuture.completedFuture(new ReadAnswer.Compacted(8));

    HttpResponse<String> response = get(path);

    assertProblem(response, 410, "compacted");
    assertThat(json(response).path("oldestRevision").asLong()).isEqualTo(8);
    assertThat(json(response).path("detail").asText()).contains("8");
    assertThat(mesh.onlyRead().query().revision()).hasValue(3);
  }

  @ParameterizedTest
  @CsvSource({
    "from=b&to=a, from 'b'",
    "from=a&to=a, from 'a'",
    "prefix=a&from=b, from 'b'",
    "prefix=b&from=a, from 'a'",
    "prefix=a&to=b, to 'b'",
    "prefix=, prefix ''",
    "from=%zz, from '%zz'",
    "limit=0, limit '0'",
    "limit=10001, limit '10001'",
    "limit=x, limit 'x'",
    "revision=0, revision '0'",
    "revision=99999999999999999999, revision '99999999999999999999'",
    "detail=all, detail 'all'",
    "perfix=a, query 'perfix=a'",
    "limit=1&limit=2, query 'limit=1&limit=2'",
    "wait=1s, query 'wait=1s'"
  })
  void refusesAWrongRangeByName(String query, String named) throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "GET " + RANGE + "?" + query + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      String answer = connection.readToEnd();
      assertThat(answer).startsWith("HTTP/1.1 400").contains("\"invalid\"", named);
    }
    assertThat(mesh.reads).isEmpty();
  }

  @Test
  void refusesABoundThatIsLongerThanAnyKey() throws Exception {
    assertProblem(get(RANGE + "?prefix=" + "k".repeat(66)), 413, "too_large");
  }

  @Test
  void deletesARangeInOneStepAndSaysHowMany() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            new WriteAnswer(
                OutcomeCode.COMMITTED,
                Optional.empty(),
                "",
                FakeMesh.WRITE_ID,
                Optional.of(
                    WriteAnswer.Executed.of(
                        9,
                        false,
                        new CommandResult.TransactionDone(
                            true, 17, true, Optional.of(List.of(new OperationResult.Deleted(5)))))),
                Optional.of(FakeMesh.ACKS),
                Optional.empty()));

    HttpResponse<String> response = send(to(RANGE + "?prefix=a").DELETE());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("deleted").asLong()).isEqualTo(5);
    assertThat(json(response).path("revision").asLong()).isEqualTo(17);
    assertThat(json(response).path("acks").path("n").asInt()).isEqualTo(3);
    assertThat(mesh.onlyWrite().command())
        .isEqualTo(
            new Command.Transaction(
                List.of(), List.of(new Operation.Delete(KeyRange.prefix(text("a")))), List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?wait=1s", "?prefix=", "?limit=3", "?from=b&to=a"})
  void deletesNothingWithoutAProperRange(String query) throws Exception {
    assertProblem(send(to(RANGE + query).DELETE()), 400, "invalid");
    assertThat(mesh.writes).isEmpty();
  }

  @Test
  void tellsALeaseOfAKeyAndAttachesOne() throws Exception {
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new ReadAnswer.Found(text("v"), 1, 2, 3, 44, new ReadPoint(9, 9, Optional.empty())));

    assertThat(get(KEYS + "a").headers().firstValue("Holdfast-Lease")).contains("44");
    put(KEYS + "a?lease=44&wait=1s", "v");
    assertThat(mesh.onlyWrite().command()).isEqualTo(new Command.Put(text("a"), text("v"), 44));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lease=0", "lease=-1", "lease=x", "lease=1&lease=1"})
  void refusesAWrongLease(String query) throws Exception {
    assertProblem(put(KEYS + "a?" + query, "v"), 400, "invalid");
  }
}
