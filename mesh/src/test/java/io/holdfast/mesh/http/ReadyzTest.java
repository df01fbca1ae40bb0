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
    mesh.state = "founding";

    HttpResponse<String> response = get("/readyz");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(reasons(json(response))).containsExactly("this node is founding: to be let in");
  }
}
