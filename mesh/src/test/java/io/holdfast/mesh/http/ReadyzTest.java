package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.mesh.ControlSample;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReadyzTest extends FrontDoorTest {

  private static List<String> reasons(JsonNode of) {
    List<String> reasons = new ArrayList<>();
    of.path("reasons").forEach(reason -> reasons.add(reason.asText()));
    return reasons;
  }

  @Test
  void nodeThatServesItsGroupsIsReady() throws Exception {
    mesh.leader = Optional.of(new NodeId("n2"));

    HttpResponse<String> response = get("/readyz");

    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode json = json(response);
    assertThat(json.path("ready").asBoolean()).isTrue();
    assertThat(json.path("groups").findValuesAsText("group")).isNotEmpty();
  }

  @Test
  void nodeThatHearsNoLeaderIsNotReady() throws Exception {
    HttpResponse<String> response = get("/readyz");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(reasons(json(response).path("groups").get(0))).containsExactly("no leader is heard");
  }

  @Test
  void groupWithoutEvidenceForWhatIsActiveKeepsTheNodeFromBeingReady() throws Exception {
    ControlState state = ControlSample.after(ControlSample.limits(7));
    mesh.control.clear();
    mesh.control.add(ControlSample.status(state));

    HttpResponse<String> response = get("/readyz");

    assertThat(response.statusCode()).isEqualTo(503);
    JsonNode group = json(response).path("groups").get(0);
    assertThat(group.path("ready").asBoolean()).isFalse();
    assertThat(reasons(group))
        .anyMatch(reason -> reason.startsWith("epoch 1 is active, and of "))
        .anyMatch(reason -> reason.endsWith("it has given no evidence for epoch 1"));
  }

  @Test
  void nodeWithoutAReplicaIsNotReady() throws Exception {
    mesh.replicas = false;

    HttpResponse<String> response = get("/readyz");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(reasons(json(response))).containsExactly("this node has no replica of any group");
  }

  @Test
  void nodeThatDoesNotTakePartYetIsNotReady() throws Exception {
    mesh.leader = Optional.of(new NodeId("n2"));
    mesh.state = "founding";

    HttpResponse<String> response = get("/readyz");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(reasons(json(response))).containsExactly("this node is founding: to be let in");
  }

  @Test
  void tellsEveryGateWhereItIsAskedTo() throws Exception {
    mesh.leader = Optional.of(new NodeId("n2"));

    assertThat(json(get("/readyz")).has("gates")).isFalse();
    for (String flag : List.of("verbose", "verbose=true")) {
      JsonNode json = json(get("/readyz?" + flag));
      assertThat(json.path("level").asText()).isEqualTo("degraded");
      assertThat(json.path("gates").findValuesAsText("kind"))
          .contains("takes-part", "peers", "leader", "caught-up");
      assertThat(json.path("gates").findValues("reasons").toString())
          .isEqualTo("[[], [], [], [], [\"n2 was never heard\"], [], [], [], [], [], []]");
    }
    assertThat(json(get("/readyz?verbose=false")).has("gates")).isFalse();
    assertThat(get("/readyz?verbose=yes").statusCode()).isEqualTo(400);
  }

  @Test
  void healthTellsHowWellTheNodeIsAndWhatItRunsOn() throws Exception {
    HttpResponse<String> failing = get("/health");
    assertThat(failing.statusCode()).isEqualTo(503);
    assertThat(json(failing).path("status").asText()).isEqualTo("failing");

    mesh.leader = Optional.of(new NodeId("n2"));
    HttpResponse<String> degraded = get("/health");
    assertThat(degraded.statusCode()).isEqualTo(200);
    assertThat(json(degraded).path("status").asText()).isEqualTo("degraded");
    assertThat(json(degraded).path("ready").asBoolean()).isTrue();
    assertThat(json(degraded).path("java").asText()).isEqualTo(Runtime.version().toString());
  }
}
