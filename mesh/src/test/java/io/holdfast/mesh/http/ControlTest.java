package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsInUse;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.config.core.control.TokenHash;
import io.holdfast.mesh.ControlSample;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlTest extends FrontDoorTest {

  private static final String CONTROL = "/v1/groups/main/control";
  private static final String LIMITS = ControlSample.limits(7);

  private HttpResponse<String> as(String token, HttpRequest.Builder request) throws Exception {
    return send(token.isEmpty() ? request : request.header("Authorization", "Bearer " + token));
  }

  private HttpResponse<String> post(String token, String path, String body) throws Exception {
    return as(token, to(CONTROL + path).POST(BodyPublishers.ofString(body)));
  }

  private ControlState active(String... manifests) {
    ControlState state = ControlSample.after(manifests);
    mesh.control.clear();
    mesh.control.add(ControlSample.status(state));
    return state;
  }

  private void answers(CommandResult result) {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            new WriteAnswer(
                OutcomeCode.COMMITTED,
                Optional.empty(),
                "",
                FakeMesh.WRITE_ID,
                Optional.of(WriteAnswer.Executed.of(9, false, result)),
                Optional.empty(),
                Optional.empty()));
  }

  private static String detail(HttpResponse<String> response) throws Exception {
    return json(response).path("detail").asText();
  }

  // ---- What is active

  @Test
  void tellsWhatAGroupBeginsWith() throws Exception {
    ControlState state = active();

    JsonNode json = json(get(CONTROL));

    assertThat(json.path("group").asText()).isEqualTo("main");
    assertThat(json.path("number").asLong(-1)).isZero();
    assertThat(json.path("setHash").asText()).isEqualTo(state.epoch().setHash().toString());
    assertThat(json.path("previousHash").asText()).isEqualTo("0".repeat(64));
    assertThat(json.has("activatedAt")).isFalse();
    assertThat(json.path("manifests").path("pools").path("kind").asText()).isEqualTo("pools");
    assertThat(json.path("slot").asLong()).isEqualTo(41);
    assertThat(json.path("ready").asBoolean()).isTrue();
  }

  @Test
  void tellsAnAdministratorAllOfIt() throws Exception {
    active(ControlSample.access());

    JsonNode json = json(as(ControlSample.ADMIN, to(CONTROL)));

    assertThat(json.path("number").asLong()).isEqualTo(1);
    assertThat(json.path("by").asText()).isEqualTo("root");
    assertThat(json.path("reason").asText()).isEqualTo("for the test");
    assertThat(json.path("activatedAt").asText()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(json.path("manifests").path("access").path("principals")).hasSize(2);
    assertThat(json.path("ready").asBoolean(true)).isFalse();
  }

  @Test
  void tellsOthersWhoAreKnownNoMoreThanItsName() throws Exception {
    active(ControlSample.access());

    JsonNode json = json(as(ControlSample.WRITER, to(CONTROL)));

    assertThat(json.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("group", "number", "setHash", "previousHash", "slot", "ready");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/history", "/history/1", "/history/99", "/readiness", "/plan", "/approvals"})
  void tellsNobodyElseAnything(String path) throws Exception {
    active(ControlSample.access());
    boolean posts = path.equals("/plan");
    String body = "{\"expectedNumber\":99,\"setHash\":\"" + "0".repeat(64) + "\"";
    HttpRequest.Builder request = to(CONTROL + path);
    if (posts) {
      request.POST(BodyPublishers.ofString(body + ",\"remove\":[\"limits\"]}"));
    } else if (path.equals("/approvals")) {
      request.POST(BodyPublishers.ofString(body + "}"));
    }

    for (String token : List.of("", "guessed")) {
      HttpResponse<String> response = as(token, request.copy());
      assertProblem(response, 401, "unauthenticated");
      assertThat(response.body()).doesNotContain("currentNumber", "epoch 1");
    }
    assertThat(mesh.writes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/history", "/history/0"})
  void tellsOfEarlierEpochsToAdministratorsOnly(String path) throws Exception {
    active(ControlSample.access());

    assertProblem(as(ControlSample.WRITER, to(CONTROL + path)), 403, "denied");
    assertThat(as(ControlSample.ADMIN, to(CONTROL + path)).statusCode()).isEqualTo(200);
  }

  @Test
  void listsEarlierEpochsNewestFirst() throws Exception {
    active(LIMITS, ControlSample.limits(8));

    JsonNode epochs = json(get(CONTROL + "/history")).path("epochs");

    assertThat(epochs.findValuesAsText("number")).containsExactly("2", "1", "0");
    assertThat(epochs.path(0).path("types")).hasToString("[\"limits\",\"pools\"]");
    assertThat(epochs.path(0).has("manifests")).isFalse();
    JsonNode one = json(get(CONTROL + "/history/1"));
    assertThat(one.path("manifests").path("limits").path("valueBytes").asInt()).isEqualTo(7);
    HttpResponse<String> gone = get(CONTROL + "/history/17");
    assertProblem(gone, 404, "not_found");
    assertThat(detail(gone)).contains("those from 0 to 2 are");
    assertProblem(get(CONTROL + "/history/x"), 400, "invalid");
  }

  @Test
  void saysThatItHasNoReplica() throws Exception {
    mesh.control.clear();

    HttpResponse<String> response = get(CONTROL);

    assertProblem(response, 503, "not_ready");
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
  }

  // ---- Readiness

  @Test
  void namesEachGateAndWhy() throws Exception {
    ControlState state = ControlSample.withEvidence(ControlSample.after(LIMITS), "n2", 0xa2);
    mesh.control.clear();
    mesh.control.add(ControlSample.status(state));

    JsonNode json = json(get(CONTROL + "/readiness"));

    assertThat(json.path("ready").asBoolean(true)).isFalse();
    assertThat(json.path("needed").asInt()).isEqualTo(2);
    assertThat(json.path("open").asInt()).isEqualTo(1);
    assertThat(json.path("gates").findValuesAsText("open"))
        .containsExactly("false", "true", "false");
    assertThat(json.at("/gates/0/node").asText()).isEqualTo("n1");
    assertThat(json.at("/gates/0/incarnation").asText()).isEqualTo("00000000000000a1");
    assertThat(json.at("/gates/0/reasons/0").asText()).contains("no evidence for epoch 1");
    mesh.control.clear();
    mesh.control.add(ControlSample.status(ControlSample.withEvidence(state, "n3", 0xa3)));
    assertThat(json(get(CONTROL + "/readiness")).path("ready").asBoolean()).isTrue();
  }

  @Test
  void needsNoEvidenceForWhatAGroupBeginsWith() throws Exception {
    active();

    JsonNode json = json(get(CONTROL + "/readiness"));

    assertThat(json.path("ready").asBoolean()).isTrue();
    assertThat(json.path("needed").asInt(-1)).isZero();
  }

  /** A snapshot holds every key. */
  @Test
  void givesSnapshotsToAdministratorsOnly() throws Exception {
    active(ControlSample.access());
    mesh.snapshotAnswer =
        CompletableFuture.completedFuture(
            new SnapshotAnswer.Refused(OutcomeCode.OVERLOADED, "too many", Optional.empty()));
    String snapshot = "/v1/groups/main/snapshot";

    assertProblem(get(snapshot), 401, "unauthenticated");
    assertProblem(as(ControlSample.WRITER, to(snapshot)), 403, "denied");
    assertProblem(as(ControlSample.ADMIN, to(snapshot)), 429, "overloaded");
  }

  // ---- Plans

  @Test
  void plansWithoutChangingAnything() throws Exception {
    ControlState state = active(LIMITS);

    HttpResponse<String> response =
        post("", "/plan", "{\"expectedNumber\":1,\"manifests\":[" + ControlSample.access() + "]}");

    JsonNode plan = json(response);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(plan.path("expectedNumber").asLong()).isEqualTo(1);
    assertThat(plan.path("expectedHash").asText()).isEqualTo(state.epoch().setHash().toString());
    assertThat(plan.path("number").asLong()).isEqualTo(2);
    assertThat(plan.path("setHash").asText())
        .isEqualTo(
            ControlSample.after(LIMITS, ControlSample.access()).epoch().setHash().toString());
    assertThat(plan.path("changes").toString()).contains("access: ");
    assertThat(plan.path("losesAccess").toString()).contains("everybody");
    assertThat(plan.has("approvals")).isFalse();
    assertThat(mesh.writes).isEmpty();
  }

  @Test
  void planTellsThatAPoolInUseKeepsItsScope() throws Exception {
    mesh.control.clear();
    mesh.control.add(
        ControlSample.status(
            ControlSample.after(), new PoolsInUse(Map.of("ports", Pool.Scope.HOST))));
    String pools =
        "{\"manifests\":[{\"kind\":\"pools\",\"version\":1,\"pools\":[{\"name\":\"ports\","
            + "\"scope\":\"mesh\",\"first\":1,\"last\":9}]}]}";

    HttpResponse<String> response = post("", "/plan", pools);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).path("detail").asText()).startsWith("pool_in_use: pool ports");
    assertThat(post("", "/plan", pools.replace("mesh", "host")).statusCode()).isEqualTo(200);
    assertThat(post("", "/plan", "{\"remove\":[\"pools\"]}").statusCode()).isEqualTo(200);
  }

  @Test
  void plansInThePlaceOfWhatIsActiveWhereNothingElseIsSaid() throws Exception {
    active(LIMITS);

    assertThat(json(post("", "/plan", "{\"remove\":[\"limits\"]}")).path("number").asLong())
        .isEqualTo(2);
  }

  @Test
  void plansWithTheApprovalsThatAreThere() throws Exception {
    ControlState state = active(ControlSample.access(), ControlSample.approvals());
    String body = "{\"remove\":[\"pools\"]}";
    JsonNode plan = json(post(ControlSample.ADMIN, "/plan", body));
    assertThat(plan.path("approvals"))
        .hasToString("{\"needed\":1,\"given\":0,\"givenBy\":[],\"approvers\":[\"root\"]}");
    var approved =
        state.approve(
            Activation.Expected.of(state.epoch()),
            SetHash.parse(plan.path("setHash").asText()),
            "root",
            ControlSample.MILLIS);
    mesh.control.clear();
    mesh.control.add(
        ControlSample.status(
            ((io.holdfast.config.core.control.ActivationOutcome.Done) approved).after()));

    assertThat(json(post(ControlSample.ADMIN, "/plan", body)).at("/approvals/given").asInt())
        .isEqualTo(1);
  }

  @Test
  void plansForAdministratorsOnly() throws Exception {
    active(ControlSample.access());

    assertProblem(post(ControlSample.WRITER, "/plan", "{\"remove\":[\"pools\"]}"), 403, "denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/plan", ""})
  void tellsWhichEpochIsActive(String path) throws Exception {
    ControlState state = active(LIMITS);
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.answer(OutcomeCode.STALE_CONTROL_EPOCH, Optional.empty()));

    for (String expected : List.of("0", "1,\"expectedHash\":\"" + "e".repeat(64) + "\"", "5")) {
      HttpResponse<String> stale =
          post("", path, "{\"expectedNumber\":" + expected + ",\"remove\":[\"limits\"]}");
      assertProblem(stale, 409, "stale_control_epoch");
      if (!(path.isEmpty() && expected.startsWith("1"))) {
        assertThat(json(stale).path("currentNumber").asLong()).isEqualTo(1);
        assertThat(json(stale).path("currentHash").asText())
            .isEqualTo(state.epoch().setHash().toString());
      }
    }
  }

  // ---- Activations

  @Test
  void handsAnActivationToTheLog() throws Exception {
    ControlState state = active(ControlSample.limits(9));
    ControlState after = ControlSample.after(ControlSample.limits(9), LIMITS);
    answers(new CommandResult.Activated(after.epoch()));

    HttpResponse<String> done =
        as(
            "some-token",
            to(CONTROL + "?wait=20ms")
                .POST(
                    BodyPublishers.ofString(
                        "{\"expectedNumber\":1,\"reason\":\"less\",\"manifests\":["
                            + LIMITS
                            + "]}"))
                .header("Idempotency-Key", FakeMesh.WRITE_ID)
                .header("If-Control-Epoch", "1"));

    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    JsonNode json = json(done);
    assertThat(json.path("code").asText()).isEqualTo("committed");
    assertThat(json.path("slot").asLong()).isEqualTo(9);
    assertThat(json.path("number").asLong()).isEqualTo(2);
    assertThat(json.path("setHash").asText()).isEqualTo(after.epoch().setHash().toString());
    assertThat(json.path("previousHash").asText()).isEqualTo(state.epoch().setHash().toString());
    assertThat(json.path("replayed").isBoolean()).isTrue();
    assertThat(mesh.onlyWrite().command())
        .isEqualTo(
            new Command.Activate(
                new Activation(
                    Activation.Expected.of(state.epoch()),
                    after.epoch().setHash(),
                    Map.of(
                        ManifestType.LIMITS,
                        Optional.of(ManifestReader.read(ByteString.copyFromUtf8(LIMITS)))),
                    "less")));
    assertThat(mesh.onlyWrite().writeId()).contains(FakeMesh.WRITE_ID);
    assertThat(mesh.onlyWrite().caller().credentials())
        .isEqualTo(Credentials.of(TokenHash.ofToken("some-token")));
    assertThat(mesh.onlyWrite().caller().pinned()).isPresent();
  }

  /** What was committed, and is asked for again, is the same request: the log knows its outcome. */
  @Test
  void fillsInAnEpochThatWasActiveAsItDidThen() throws Exception {
    active();
    String body = "{\"expectedNumber\":0,\"manifests\":[" + LIMITS + "]}";
    post("", "", body);
    active(LIMITS);
    post("", "", body);

    assertThat(mesh.writes).hasSize(2);
    assertThat(mesh.writes.stream().map(write -> write.command()).distinct()).hasSize(1);
  }

  @Test
  void givesANodeThatIsBehindTimeToExecuteTheEpoch() throws Exception {
    active();
    mesh.control.add(mesh.control.element());
    mesh.control.add(ControlSample.status(ControlSample.after(LIMITS)));

    post("", "", "{\"expectedNumber\":1,\"remove\":[\"limits\"]}");

    Activation activation = ((Command.Activate) mesh.onlyWrite().command()).activation();
    assertThat(activation.expected())
        .isEqualTo(Activation.Expected.of(ControlSample.after(LIMITS).epoch()));
  }

  @Test
  void believesHashesThatAreGiven() throws Exception {
    active();
    String hash = "a".repeat(64);

    post(
        "",
        "",
        "{\"expectedNumber\":0,\"expectedHash\":\"%s\",\"setHash\":\"%s\",\"remove\":[\"pools\"]}"
            .formatted(hash, "b".repeat(64)));

    Activation activation = ((Command.Activate) mesh.onlyWrite().command()).activation();
    assertThat(activation.expected().setHash()).hasToString(hash);
    assertThat(activation.resulting()).hasToString("b".repeat(64));
  }

  @Test
  void handsAnApprovalToTheLog() throws Exception {
    ControlState state = active();
    answers(new CommandResult.Approved(2));

    HttpResponse<String> done =
        post("", "/approvals", "{\"expectedNumber\":0,\"setHash\":\"" + "a".repeat(64) + "\"}");

    assertThat(json(done).path("code").asText()).isEqualTo("committed");
    assertThat(json(done).path("given").asInt()).isEqualTo(2);
    assertThat(mesh.onlyWrite().command())
        .isEqualTo(
            new Command.Approve(
                Activation.Expected.of(state.epoch()), SetHash.parse("a".repeat(64))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | manifests or remove is needed",
        "{\"manifests\":[]} | manifests or remove is needed",
        "{\"manifests\":{}} | manifests: must be a list",
        "{\"manifests\":[1]} | manifests[0]: must be an object",
        "{\"manifests\":[{}]} | manifests[0]: ",
        "{\"manifests\":[{\"kind\":\"limits\",\"version\":1,\"valueByte\":1}]} | manifests[0]: ",
        "{\"manifests\":[{\"kind\":\"limit\",\"version\":1}]} | manifests[0]: kind",
        "{\"manifests\":[{\"kind\":\"limits\",\"version\":1,\"valueBytes\":7},"
            + " {\"kind\":\"limits\",\"version\":1}]} | manifests[1]: a second manifest of kind limits",
        "{\"manifests\":[{\"kind\":\"limits\",\"version\":1}],\"remove\":[\"limits\"]} |"
            + " remove: limits is named twice, or given and removed",
        "{\"remove\":[\"limit\"]} | remove: 'limit': allowed are policy, limits, access, pools",
        "{\"remove\":[\"limits\",\"limits\"]} | remove: limits is named twice",
        "{\"remove\":[\"limits\"],\"setHash\":\"A\"} | setHash: must be 64 hexadecimal",
        "{\"remove\":[\"limits\"],\"expectedHash\":7} | expectedHash: must be text",
        "{\"remove\":[\"limits\"],\"expectedNumber\":-1} | expectedNumber: must be a whole",
        "{\"remove\":[\"limits\"],\"force\":true} | unknown field force"
      })
  void refusesAWrongFormByPath(String body, String words) throws Exception {
    active();
    for (String path : List.of("", "/plan")) {
      HttpResponse<String> response = post("", path, body);
      assertProblem(response, 400, "invalid");
      assertThat(detail(response)).contains(words);
    }
    assertThat(mesh.writes).isEmpty();
  }

  @Test
  void refusesWhatNamesNoEpochToActivateInThePlaceOf() throws Exception {
    active();

    assertThat(detail(post("", "", "{\"remove\":[\"limits\"]}"))).contains("expectedNumber");
    assertThat(detail(post("", "/approvals", "{\"expectedNumber\":0}"))).contains("setHash");
    assertProblem(
        post(
            "",
            "",
            "{\"expectedNumber\":0,\"remove\":[\"limits\"],\"reason\":\""
                + "r".repeat(1001)
                + "\"}"),
        400,
        "invalid");
  }
}
