package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.mesh.client.LocalMesh.Member;
import io.holdfast.mesh.client.MeshClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that no settings name come into a running mesh, and a lost disk is replaced. */
class AdmissionTest {

  private static final int SOME = 40;

  /** Exit status of a node that may not start. */
  private static final int REFUSED = 7;

  private static final String JOIN = "holdfast.mesh.join=on";

  @TempDir private Path dir = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private ChangingMesh mesh;

  private final List<JoiningNode> joining = new ArrayList<>();

  @AfterEach
  void end() {
    joining.forEach(JoiningNode::close);
    if (mesh != null) {
      mesh.close();
    }
  }

  private JoiningNode join(String id, String data, String... settings) throws Exception {
    JoiningNode node = JoiningNode.start(id, dir.resolve(data), mesh.member("n1"), settings);
    joining.add(node);
    return node;
  }

  private Load load() {
    List<MeshClient> callers = new ArrayList<>();
    for (List<String> nodes :
        List.of(List.of("n1", "n2", "n3"), List.of("n2", "n3", "n1"), List.of("n3", "n1", "n2"))) {
      callers.add(mesh.client(nodes));
    }
    return Load.start(callers, "admitted");
  }

  /** The whole of it under load: no write fails for good, and none is lost. */
  @Test
  void newNodeIsLetInAndANewDiskTakesTheNameOfALostOne() throws Exception {
    mesh = ChangingMesh.start(dir, 3);
    Map<String, String> acknowledged;
    try (Load load = load()) {
      load.awaitMore(SOME);
      JoiningNode n4 = join("n4", "n4", JOIN);
      n4.awaitState("joining");
      JsonNode added = mesh.run("member", "add", "n4", "--at", n4.http().toString());
      assertThat(added.path("voters").toString()).contains("n4");
      load.awaitMore(SOME);

      mesh.kill("n3");
      JoiningNode again = join("n3", "n3-new", JOIN);
      again.awaitState("joining");
      mesh.run("member", "replace", "n3", "n3", "--at", again.http().toString());
      load.awaitMore(SOME);

      // The disk that was lost turns up again: nobody listens to it, and it never starts again.
      mesh.startAgain("n3");
      assertThat(mesh.awaitEnd("n3")).isEqualTo(REFUSED);
      assertThat(mesh.log("n3")).contains("emptied_directory");
      mesh.startAgain("n3");
      assertThat(mesh.awaitEnd("n3")).isEqualTo(REFUSED);

      // Both are members like any other: they remember it, and are enough together with one more.
      n4.kill();
      again.kill();
      n4.startAgain();
      again.startAgain();
      n4.awaitState("running");
      again.awaitState("running");
      mesh.kill("n2");
      load.awaitMore(SOME);
      acknowledged = load.stop();
      assertThat(load.failed()).as("writes that failed for good").isEmpty();
    }
    mesh.startAgain("n2");
    mesh.awaitLeader(() -> List.of("n1", "n2"), List.of("n3", "n4"));
    mesh.assertHolds(acknowledged, List.of("n2", "n1"));
  }

  @Test
  void freshDirectoryThatWasNotLetInFoundsNothing() throws Exception {
    mesh = ChangingMesh.start(dir, 3);
    JoiningNode stranger = join("n9", "n9");
    assertThat(stranger.awaitEnd()).isEqualTo(REFUSED);
    assertThat(stranger.log()).contains("not_a_peer", "holdfast member add n9 --at HOST:PORT");

    Member n3 = mesh.member("n3");
    mesh.kill("n3");
    JoiningNode emptied = join("n3", "emptied");
    assertThat(emptied.awaitEnd()).isEqualTo(REFUSED);
    assertThat(emptied.log()).contains("emptied_directory", "holdfast.mesh.join = on");

    // While the listed one lives, no other takes its name.
    mesh.startAgain(n3.id());
    mesh.awaitLeader(mesh.founders());
    JoiningNode usurper = join("n3", "usurper", JOIN);
    usurper.awaitState("joining");
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> asked =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://" + usurper.http() + "/v1/groups/main/keys/a"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(asked.body()).contains("\"not_ready\"");
    String form =
        "{\"incarnation\": \"%s\", \"address\": \"%s\"}"
            .formatted(
                usurper.status().orElseThrow().json().path("incarnation").asText(),
                usurper.status().orElseThrow().json().path("meshAddr").asText());
    HttpRequest letIn =
        HttpRequest.newBuilder(URI.create("http://" + mesh.door("n1") + "/v1/nodes/n3"))
            .PUT(HttpRequest.BodyPublishers.ofString(form))
            .build();
    // It is decided by what the leader of another group knows, and that may not be there yet.
    HttpResponse<String> refused =
        await("an answer of n1")
            .atMost(LiveMesh.PATIENCE)
            .until(
                () -> client.send(letIn, HttpResponse.BodyHandlers.ofString()),
                answer -> answer.statusCode() != 503);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
    assertThat(refused.body()).contains("still_alive");
  }
}
