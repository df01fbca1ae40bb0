package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.DirectoryAnswer;
import io.holdfast.mesh.GroupForm;
import io.holdfast.mesh.NodeForm;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DirectoryTest extends FrontDoorTest {

  private static final String NODE = "/v1/nodes/n4";
  private static final String GROUP = "/v1/groups/orders";
  private static final NodeId N1 = new NodeId("n1");

  DirectoryTest() {
    super(Duration.ofMillis(500), 100);
  }

  private void answers(DirectoryAnswer answer) {
    mesh.directory.answer = CompletableFuture.completedFuture(answer);
  }

  @Test
  void tellsNodesAndGroups() throws Exception {
    JsonNode json = json(get("/v1/directory"));

    assertThat(json.path("version").asLong()).isEqualTo(7);
    JsonNode node = json.path("nodes").path(0);
    assertThat(node.path("node").asText()).isEqualTo("n1");
    assertThat(node.path("incarnation").asText()).isEqualTo("00000000000000ab");
    assertThat(node.path("address").asText()).isEqualTo("127.0.0.1:4101");
    JsonNode group = json.path("groups").path(0);
    assertThat(group.path("group").asText()).isEqualTo("jobs");
    assertThat(group.path("members").path(0).asText()).isEqualTo("n1");
    assertThat(group.path("w").asInt()).isEqualTo(2);
    assertThat(group.path("prepareQuorum").asInt()).isEqualTo(3);
    assertThat(group.path("state").asText()).isEqualTo("serving");
    assertThat(group.path("founded").isBoolean()).isTrue();
    assertProblem(get("/v1/directory?version=6"), 400, "invalid");
    assertThat(send(to("/v1/directory").method("HEAD", BodyPublishers.noBody())).statusCode())
        .isEqualTo(200);
  }

  @Test
  void letsANodeIn() throws Exception {
    HttpResponse<String> done =
        put(NODE, "{\"incarnation\":\"ffffffffffffffab\",\"address\":\"[::1]:4104\"}");

    assertThat(done.statusCode()).isEqualTo(200);
    assertThat(json(done).path("code").asText()).isEqualTo("done");
    assertThat(json(done).path("detail").asText()).isEqualTo("so it is");
    assertThat(json(done).path("version").asLong()).isEqualTo(8);
    assertThat(mesh.directory.asked)
        .containsExactly(
            new NodeForm(new NodeId("n4"), 0xffffffffffffffabL, new HostPort("::1", 4104)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"incarnation\":\"ab\"}",
        "{\"address\":\"h:1\"}",
        "{\"incarnation\":171,\"address\":\"h:1\"}",
        "{\"incarnation\":\"xy\",\"address\":\"h:1\"}",
        "{\"incarnation\":\"00000000000000000\",\"address\":\"h:1\"}",
        "{\"incarnation\":\"ab\",\"address\":\"h\"}",
        "{\"incarnation\":\"ab\",\"address\":\"h:0\"}",
        "{\"incarnation\":\"ab\",\"address\":\"0.0.0.0:4104\"}",
        "{\"incarnation\":\"ab\",\"address\":\"h:1\",\"force\":true}"
      })
  void refusesWhatIsNoNode(String body) throws Exception {
    assertProblem(put(NODE, body), 400, "invalid");
    assertThat(mesh.directory.asked).isEmpty();
  }

  @Test
  void refusesNamesThatAreNone() throws Exception {
    String node = "{\"incarnation\":\"ab\",\"address\":\"h:1\"}";

    assertProblem(put("/v1/nodes/N4", node), 400, "invalid");
    assertProblem(put("/v1/groups/a%20b", "{}"), 400, "invalid");
    assertProblem(send(to("/v1/groups/4").DELETE()), 400, "invalid");
    assertThat(put("/v1/nodes/n4/more", node).statusCode()).isEqualTo(404);
    assertThat(get(NODE).statusCode()).isEqualTo(405);
    assertThat(mesh.directory.asked).isEmpty();
  }

  @Test
  void createsAGroupThatThisNodeDoesNotHave() throws Exception {
    assertThat(put(GROUP, "{}").statusCode()).isEqualTo(200);
    assertThat(put(GROUP, "{\"members\":[\"n3\",\"n1\"],\"w\":2,\"prepareQuorum\":1}").statusCode())
        .isEqualTo(200);

    assertThat(mesh.directory.asked)
        .containsExactly(
            new GroupForm(
                new GroupId("orders"), List.of(), OptionalInt.empty(), OptionalInt.empty()),
            new GroupForm(
                new GroupId("orders"),
                List.of(new NodeId("n3"), N1),
                OptionalInt.of(2),
                OptionalInt.of(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"members\":[]}",
        "{\"members\":\"n1\"}",
        "{\"members\":[1]}",
        "{\"members\":[\"N1\"]}",
        "{\"members\":[\"n1\",\"n1\"]}",
        "{\"members\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]}",
        "{\"w\":0}",
        "{\"w\":8}",
        "{\"prepareQuorum\":\"2\"}",
        "{\"member\":[\"n1\"]}"
      })
  void refusesWhatIsNoGroup(String body) throws Exception {
    assertProblem(put(GROUP, body), 400, "invalid");
    assertThat(mesh.directory.asked).isEmpty();
  }

  @Test
  void deletesAGroupThatThisNodeDoesNotHave() throws Exception {
    assertThat(send(to(GROUP).DELETE()).statusCode()).isEqualTo(200);
    assertThat(mesh.directory.asked).containsExactly(new GroupId("orders"));
    assertThat(mesh.writes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "409, already_exists",
    "409, still_alive",
    "404, unknown_group",
    "404, unknown_node",
    "503, not_a_member",
    "400, invalid"
  })
  void tellsARefusalByItsCodeAndWords(int status, String code) throws Exception {
    answers(DirectoryAnswer.refused(status, code, "told so"));

    HttpResponse<String> refused = put(GROUP, "{}");

    assertProblem(refused, status, code);
    assertThat(json(refused).path("detail").asText()).isEqualTo("told so");
    assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
  }

  @Test
  void saysWhenToAskAgainWhatPasses() throws Exception {
    answers(DirectoryAnswer.refused(503, "not_ready", "soon"));

    HttpResponse<String> notYet = send(to(GROUP).DELETE());

    assertProblem(notYet, 503, "not_ready");
    assertThat(notYet.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void saysOfSilenceThatTheOutcomeIsUnknown() throws Exception {
    mesh.directory.answer = new CompletableFuture<>();

    assertProblem(put(GROUP, "{}"), 503, "outcome_unknown");
    assertProblem(send(to(GROUP).DELETE()), 503, "outcome_unknown");
    assertProblem(
        send(to(NODE).PUT(BodyPublishers.ofString("{\"incarnation\":\"ab\",\"address\":\"h:1\"}"))),
        503,
        "outcome_unknown");
  }
}
