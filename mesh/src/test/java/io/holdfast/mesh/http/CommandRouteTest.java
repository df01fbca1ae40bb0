package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.Comparison.Field;
import io.holdfast.sync.core.Comparison.Relation;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.VersionedValue;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandRouteTest extends FrontDoorTest {

  private static final String GROUP = "/v1/groups/main";
  private static final String TXN = GROUP + "/txn";

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(to(path).POST(BodyPublishers.ofString(body)));
  }

  private void answers(CommandResult result, OutcomeCode code, boolean replayed) {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            new WriteAnswer(
                code,
                Optional.empty(),
                "told so",
                FakeMesh.WRITE_ID,
                Optional.of(WriteAnswer.Executed.of(9, replayed, result)),
                replayed ? Optional.empty() : Optional.of(FakeMesh.ACKS),
                Optional.empty()));
  }

  private static KeyRange key(String key) {
    return KeyRange.key(text(key));
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  // ---- Transactions

  @Test
  void readsEveryKindOfConditionAndOperation() throws Exception {
    answers(
        new CommandResult.TransactionDone(true, 17, true, Optional.of(List.of())),
        OutcomeCode.COMMITTED,
        false);

    HttpResponse<String> response =
        post(
            TXN,
            """
            {"compare": [
               {"key": "a", "value": "v"},
               {"keyBase64": "/w==", "valueBase64": "AA==", "is": "!="},
               {"prefix": "p", "version": 3, "is": "<"},
               {"from": "b", "to": "c", "createRevision": 4, "is": ">"},
               {"from": "b", "modRevision": 0},
               {"key": "a", "present": true}],
             "then": [
               {"put": {"key": "a", "value": "", "lease": 7}},
               {"get": {"prefix": "a", "limit": 5, "detail": "keys"}},
               {"get": {"key": "a"}},
               {"delete": {"from": "x", "to": "y"}},
               {"txn": {"else": [{"delete": {"key": "z"}}]}}]}""");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(mesh.onlyWrite().command())
        .isEqualTo(
            new Command.Transaction(
                List.of(
                    Comparison.value(key("a"), Relation.EQUAL, text("v")),
                    Comparison.value(
                        KeyRange.key(ByteString.copyFrom(new byte[] {-1})),
                        Relation.NOT_EQUAL,
                        ByteString.copyFrom(new byte[1])),
                    Comparison.number(KeyRange.prefix(text("p")), Field.VERSION, Relation.LESS, 3),
                    Comparison.number(
                        new KeyRange(text("b"), text("c")),
                        Field.CREATE_REVISION,
                        Relation.GREATER,
                        4),
                    Comparison.number(
                        new KeyRange(text("b"), ByteString.EMPTY),
                        Field.MOD_REVISION,
                        Relation.EQUAL,
                        0),
                    Comparison.presence(key("a"), true)),
                List.of(
                    new Operation.Put(text("a"), ByteString.EMPTY, 7),
                    new Operation.Read(KeyRange.prefix(text("a")), 5, ReadDetail.KEYS),
                    new Operation.Read(key("a"), 1000, ReadDetail.RECORDS),
                    new Operation.Delete(new KeyRange(text("x"), text("y"))),
                    new Operation.Nested(
                        new Command.Transaction(
                            List.of(), List.of(), List.of(new Operation.Delete(key("z")))))),
                List.of()));
  }

  @Test
  void answersWithAResultPerOperationUnderItsName() throws Exception {
    answers(
        new CommandResult.TransactionDone(
            false,
            17,
            true,
            Optional.of(
                List.of(
                    new OperationResult.Put(16),
                    new OperationResult.Read(
                        List.of(
                            new KeyRecord(text("a"), new VersionedValue(text("v"), 1, 2, 3, 0))),
                        9,
                        true),
                    new OperationResult.Deleted(2),
                    new OperationResult.Nested(true, List.of(new OperationResult.Deleted(1)))))),
        OutcomeCode.COMMITTED,
        true);

    HttpResponse<String> response = post(TXN, "{}");

    assertThat(response.body())
        .isEqualTo(
            "{\"code\":\"committed\",\"detail\":\"told so\",\"writeId\":\""
                + FakeMesh.WRITE_ID
                + "\",\"slot\":9,\"succeeded\":false,\"revision\":17,\"changed\":true,"
                + "\"deleted\":3,\"results\":[{\"put\":{\"previousModRevision\":16}},"
                + "{\"get\":{\"records\":[{\"key\":\"a\",\"value\":\"v\",\"createRevision\":1,"
                + "\"modRevision\":2,\"version\":3,\"lease\":0}],\"count\":9,\"more\":true}},"
                + "{\"delete\":{\"count\":2}},"
                + "{\"txn\":{\"succeeded\":true,\"results\":[{\"delete\":{\"count\":1}}]}}],"
                + "\"replayed\":true}");
  }

  @Test
  void takesAnIdAndPatienceForATransactionToo() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.answer(OutcomeCode.IN_FLIGHT, Optional.of(Duration.ofSeconds(1))));

    HttpResponse<String> response =
        send(
            to(TXN + "?wait=20ms")
                .POST(BodyPublishers.ofString("{}"))
                .header("Idempotency-Key", FakeMesh.WRITE_ID));

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.headers().firstValue("Location"))
        .contains("/v1/writes/" + FakeMesh.WRITE_ID);
    assertThat(mesh.onlyWrite().patience()).contains(Duration.ofMillis(20));
    assertThat(mesh.onlyWrite().writeId()).contains(FakeMesh.WRITE_ID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        " | JSON object",
        "[] | JSON object",
        "{ | not JSON",
        "{} {} | not JSON",
        "{\"then\":[],\"then\":[]} | not JSON",
        "{\"if\":[]} | unknown field if; allowed are compare, then, else",
        "{\"then\":{}} | then: must be a list",
        "{\"then\":[1]} | then[0]: must be an object",
        "{\"then\":[{}]} | then[0]: one of put, get, delete, txn",
        "{\"then\":[{\"put\":{\"key\":\"a\",\"value\":\"\"},\"get\":{}}]} | then[0]: one of",
        "{\"then\":[{\"put\":1}]} | then[0].put: must be an object",
        "{\"then\":[{\"delete\":{\"key\":\"a\"}},{\"put\":{\"key\":\"a\",\"valu\":\"\"}}]} |"
            + " unknown field then[1].put.valu",
        "{\"then\":[{\"put\":{\"key\":\"a\"}}]} | then[0].put: key and value",
        "{\"then\":[{\"put\":{\"key\":\"\",\"value\":\"\"}}]} | then[0].put.key: must not be",
        "{\"then\":[{\"put\":{\"key\":1,\"value\":\"\"}}]} | then[0].put.key: must be text",
        "{\"then\":[{\"put\":{\"key\":\"a\",\"value\":null}}]} | then[0].put.value: must be text",
        "{\"then\":[{\"put\":{\"key\":\"a\",\"value\":\"\",\"lease\":-1}}]} | then[0].put.lease",
        "{\"then\":[{\"put\":{\"key\":\"a\",\"value\":\"\",\"lease\":1.5}}]} | then[0].put.lease",
        "{\"then\":[{\"put\":{\"key\":\"a\",\"value\":\"\",\"valueBase64\":\"\"}}]} |"
            + " then[0].put.valueBase64",
        "{\"then\":[{\"put\":{\"key\":\"a\",\"valueBase64\":\"?\"}}]} | then[0].put.valueBase64",
        "{\"else\":[{\"get\":{\"prefix\":\"\"}}]} | else[0].get.prefix: must not be empty",
        "{\"else\":[{\"get\":{}}]} | else[0].get: a key, a prefix, or from and to",
        "{\"else\":[{\"get\":{\"key\":\"a\",\"prefix\":\"a\"}}]} | else[0].get: a key, a prefix",
        "{\"else\":[{\"get\":{\"key\":\"a\",\"limit\":1001}}]} | else[0].get.limit",
        "{\"else\":[{\"get\":{\"key\":\"a\",\"detail\":\"all\"}}]} | else[0].get.detail",
        "{\"else\":[{\"delete\":{\"from\":\"b\",\"to\":\"a\"}}]} | else[0].delete.from: must lie",
        "{\"compare\":[{\"key\":\"a\"}]} | compare[0]: one of value",
        "{\"compare\":[{\"key\":\"a\",\"version\":1,\"value\":\"\"}]} | compare[0]: one of value",
        "{\"compare\":[{\"key\":\"a\",\"version\":\"1\"}]} | compare[0].version: must be a whole",
        "{\"compare\":[{\"key\":\"a\",\"version\":-1}]} | compare[0].version: must be a whole",
        "{\"compare\":[{\"key\":\"a\",\"version\":1,\"is\":\"==\"}]} | compare[0].is: allowed are",
        "{\"compare\":[{\"key\":\"a\",\"present\":1}]} | compare[0].present: must be true or",
        "{\"compare\":[{\"key\":\"a\",\"present\":true,\"is\":\"!=\"}]} | compare[0].is: for",
        "{\"then\":[{\"txn\":{\"then\":[{\"txn\":{\"x\":1}}]}}]} |"
            + " unknown field then[0].txn.then[0].txn.x"
      })
  void refusesAWrongTransactionByPath(String body, String detail) throws Exception {
    HttpResponse<String> response = post(TXN, body == null ? "" : body);

    assertProblem(response, 400, "invalid");
    assertThat(json(response).path("detail").asText()).contains(detail);
    assertThat(mesh.writes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"then\":[{\"txn\":", "["})
  void refusesDeepNesting(String open) throws Exception {
    HttpResponse<String> response = post(TXN, open.repeat(200));

    assertProblem(response, 413, "too_large");
    assertThat(mesh.writes).isEmpty();
  }

  @Test
  void refusesABodyOverTheLimit() throws Exception {
    assertProblem(post(TXN, " ".repeat(5000)), 413, "too_large");
  }

  @Test
  void refusesWhatIsNotUtf8() throws Exception {
    assertProblem(
        send(
            to(TXN)
                .POST(
                    BodyPublishers.ofByteArray(
                        new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', '}'}))),
        400,
        "invalid");
  }

  // ---- Leases, compaction, settling

  static List<Object[]> commands() {
    return List.of(
        new Object[] {"POST", "/leases", "{\"ttlMillis\":1000}", new Command.GrantLease(1000)},
        new Object[] {
          "POST", "/leases", "{\"ttlMillis\":86400000}", new Command.GrantLease(86_400_000)
        },
        new Object[] {"POST", "/leases/7/keep-alive", "", new Command.KeepAlive(7)},
        new Object[] {"DELETE", "/leases/7", "", new Command.RevokeLease(7)},
        new Object[] {"POST", "/compact", "{\"revision\":5}", new Command.Compact(5)},
        new Object[] {
          "POST", "/writes/" + FakeMesh.WRITE_ID + "/resolve", "", new Command.Resolve()
        });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void handsEveryCommandToTheMesh(String method, String path, String body, Command command)
      throws Exception {
    HttpResponse<String> response =
        send(to(GROUP + path).method(method, BodyPublishers.ofString(body)));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(mesh.onlyWrite().command()).isEqualTo(command);
    assertThat(mesh.onlyWrite().writeId()).isPresent();
  }

  @Test
  void settlesTheWriteThatIsNamed() throws Exception {
    post(GROUP + "/writes/" + FakeMesh.WRITE_ID + "/resolve", "");

    assertThat(mesh.onlyWrite().writeId()).contains(FakeMesh.WRITE_ID);
  }

  @Test
  void saysThatASettledWriteNeverTakesEffect() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(FakeMesh.answer(OutcomeCode.FENCED, Optional.empty()));

    assertProblem(post(GROUP + "/writes/" + FakeMesh.WRITE_ID + "/resolve", ""), 409, "fenced");
  }

  @Test
  void tellsOfALease() throws Exception {
    answers(new CommandResult.LeaseAlive(17, 2000, 18), OutcomeCode.COMMITTED, false);

    JsonNode lease = json(post(GROUP + "/leases", "{\"ttlMillis\":2000}"));

    assertThat(lease.path("lease").asLong()).isEqualTo(17);
    assertThat(lease.path("ttlMillis").asLong()).isEqualTo(2000);
    assertThat(lease.path("revision").asLong()).isEqualTo(18);
    assertThat(lease.path("replayed").isBoolean()).isTrue();
  }

  @Test
  void tellsOfALeaseThatIsNotThere() throws Exception {
    answers(new CommandResult.LeaseNotFound(7), OutcomeCode.NOT_FOUND, false);

    HttpResponse<String> response = post(GROUP + "/leases/7/keep-alive", "");

    assertProblem(response, 404, "not_found");
    assertThat(json(response).path("lease").asLong()).isEqualTo(7);
  }

  @Test
  void tellsFromWhereHistoryIsLeftAfterACompaction() throws Exception {
    answers(new CommandResult.Compacted(5), OutcomeCode.COMMITTED, false);

    assertThat(
            json(post(GROUP + "/compact", "{\"revision\":5}")).path("compactedRevision").asLong())
        .isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "POST | /leases | {} | ttlMillis is needed",
        "POST | /leases | {\"ttlMillis\":999} | from 1000 to 86400000",
        "POST | /leases | {\"ttlMillis\":86400001} | from 1000 to 86400000",
        "POST | /leases | {\"ttlMillis\":\"1s\"} | ttlMillis: must be a whole",
        "POST | /leases | {\"ttl\":1000} | unknown field ttl",
        "POST | /leases?x=1 | {\"ttlMillis\":1000} | allowed parameters",
        "POST | /leases/0/keep-alive | x | lease '0'",
        "POST | /leases/x/keep-alive | x | lease 'x'",
        "DELETE | /leases/-1 | x | lease '-1'",
        "POST | /compact | {\"revision\":0} | revision: must be a whole",
        "POST | /compact | {} | revision is needed",
        "POST | /writes/hello/resolve | x | id 'hello'"
      })
  void refusesAWrongCommandByName(String method, String path, String body, String detail)
      throws Exception {
    HttpResponse<String> response =
        send(to(GROUP + path).method(method, BodyPublishers.ofString(body)));

    assertProblem(response, 400, "invalid");
    assertThat(json(response).path("detail").asText()).contains(detail);
    assertThat(mesh.writes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/leases/", "/leases//keep-alive", "/leases/1/keep", "/txn/", "/writes//resolve"})
  void tellsThatThereIsNothingBesideTheRoutes(String path) throws Exception {
    assertProblem(post(GROUP + path, ""), 404, "not_found");
  }
}
