package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class StatusTest extends FrontDoorTest {

  @Test
  void namesTheGroups() throws Exception {
    assertThat(get("/v1/groups").body()).isEqualTo("{\"groups\":[\"main\",\"other\"]}");
  }

  @Test
  void tellsAGroupsState() throws Exception {
    JsonNode group = json(get("/v1/groups/main"));

    assertThat(group.path("group").asText()).isEqualTo("main");
    assertThat(group.path("members").path(1).asText()).isEqualTo("n2");
    assertThat(group.path("leader").isNull()).isTrue();
    assertThat(group.path("verdicts").path("committed").asInt()).isEqualTo(3);
  }

  @Test
  void tellsThatAGroupHasGone() throws Exception {
    assertProblem(get("/v1/groups/other"), 404, "not_found");
  }

  @Test
  void tellsHowAReplicaStandsAtASlot() throws Exception {
    JsonNode point = json(get("/v1/groups/main/chain/9"));

    assertThat(point.path("node").asText()).isEqualTo("n1");
    assertThat(point.path("applied").asLong()).isEqualTo(9);
    assertThat(point.path("slot").asLong()).isEqualTo(9);
    assertThat(point.path("chainHash").asText()).isEqualTo("f".repeat(64));
    assertThat(json(get("/v1/groups/main/chain/10")).path("chainHash").isNull()).isTrue();
    assertProblem(get("/v1/groups/main/chain/-1"), 400, "invalid");
    assertProblem(get("/v1/groups/main/chain/x"), 400, "invalid");
    assertProblem(get("/v1/groups/other/chain/9"), 404, "not_found");
  }

  @Test
  void tellsTheNodesState() throws Exception {
    JsonNode node = json(get("/v1/status"));

    assertThat(node.path("node").asText()).isEqualTo("n1");
    assertThat(node.path("incarnation").asText()).isEqualTo("ff");
    assertThat(node.path("meshAddr").asText()).isEqualTo("127.0.0.1:2");
    assertThat(node.path("waitsFor").asText()).isEqualTo("to be let in");
    assertThat(node.path("uptimeMillis").asInt()).isEqualTo(1500);
    assertThat(node.path("peers").path(0).path("node").asText()).isEqualTo("n2");
    assertThat(node.path("groups").path(0).path("group").asText()).isEqualTo("main");
  }

  @Test
  void looksAWriteUpInAllGroupsOrInOne() throws Exception {
    assertThat(get("/v1/writes/" + FakeMesh.WRITE_ID).statusCode()).isEqualTo(200);
    assertThat(get("/v1/writes/" + FakeMesh.WRITE_ID + "?group=other").statusCode()).isEqualTo(200);

    assertThat(mesh.lookUps).containsExactly(Optional.empty(), Optional.of(new GroupId("other")));
  }

  @Test
  void tellsThatAWriteIsNotKnown() throws Exception {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(FakeMesh.answer(OutcomeCode.NOT_FOUND, Optional.empty()));

    assertProblem(get("/v1/writes/" + FakeMesh.WRITE_ID), 404, "not_found");
  }

  @Test
  void refusesToLookUpWhatIsNoWriteId() throws Exception {
    HttpResponse<String> response = get("/v1/writes/17");

    assertProblem(response, 400, "invalid");
    assertThat(response.body()).contains("id '17'", "version 7");
  }

  @Test
  void refusesToLookAWriteUpInAnUnknownGroup() throws Exception {
    assertProblem(get("/v1/writes/" + FakeMesh.WRITE_ID + "?group=nope"), 404, "unknown_group");
  }

  @Test
  void livesAndDescribesItself() throws Exception {
    assertThat(get("/livez").body()).isEqualTo("ok\n");
    assertThat(json(get("/openapi.json")).path("openapi").asText()).isEqualTo("3.1.0");
  }
}
