package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.mesh.ControlSample;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is active in a group of a mesh of processes, and what that keeps whom from. */
class ControlledMeshTest {

  private static final String CONTROL = "/control";

  @TempDir private Path dir = Path.of("");

  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private LiveMesh mesh;

  @BeforeEach
  void start() {
    mesh = LiveMesh.start(dir);
  }

  @AfterEach
  void end() {
    mesh.close();
  }

  private static HttpRequest.Builder request(LiveNode node, String path, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://" + node.endpoint() + "/v1/groups/" + LiveMesh.GROUP + path))
            .timeout(LiveMesh.PATIENCE);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  /** Asks until the answer is another one than that of a node that waits for a leader. */
  private Answer send(HttpRequest request) {
    return await("an answer")
        .atMost(LiveMesh.PATIENCE)
        .until(
            () -> {
              try {
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                return Answer.of(response);
              } catch (IOException e) {
                return Answer.none(e);
              }
            },
            answer -> answer.status() != 503 && answer.status() != 0);
  }

  private Answer get(LiveNode node, String path, String token) {
    return send(request(node, path, token).build());
  }

  private Answer put(LiveNode node, String key, String token, String... headers) {
    HttpRequest.Builder request =
        request(node, "/keys/" + key, token).PUT(BodyPublishers.ofString("v"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  private HttpRequest activation(LiveNode node, long expected, String token, String manifests) {
    return request(node, CONTROL, token)
        .header("Idempotency-Key", mesh.newWriteId())
        .POST(BodyPublishers.ofString("{\"expectedNumber\":%d,%s}".formatted(expected, manifests)))
        .build();
  }

  private JsonNode activate(LiveNode node, long expected, String token, String manifests) {
    Answer answer = send(activation(node, expected, token, manifests));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.json().path("number").asLong()).isEqualTo(expected + 1);
    return answer.json();
  }

  private static String manifest(String manifest) {
    return "\"manifests\":[" + manifest + "]";
  }

  private void assertAccess(long number) {
    for (LiveNode node : mesh.nodes()) {
      assertThat(put(node, "a/" + node.id(), ControlSample.WRITER).status()).isEqualTo(200);
      assertThat(put(node, "b/x", ControlSample.ADMIN).status()).isEqualTo(200);
      assertThat(put(node, "a/x", "").code()).isEqualTo("unauthenticated");
      assertThat(put(node, "a/x", "guessed").status()).isEqualTo(401);
      assertThat(put(node, "b/x", ControlSample.WRITER).status()).isEqualTo(403);
      assertThat(get(node, "/keys/b%2Fx", ControlSample.WRITER).status()).isEqualTo(403);
      assertThat(get(node, "/keys/b%2Fx", "").status()).isEqualTo(401);
      assertThat(
              put(node, "a/x", ControlSample.WRITER, "If-Control-Epoch", "" + (number - 1)).code())
          .isEqualTo("stale_control_epoch");
      assertThat(put(node, "a/x", ControlSample.WRITER, "If-Control-Epoch", "" + number).status())
          .isEqualTo(200);
      await("node " + node + " has executed the epoch")
          .atMost(LiveMesh.PATIENCE)
          .until(
              () -> get(node, CONTROL, ControlSample.ADMIN).json().path("number").asLong(),
              found -> found == number);
      assertThat(get(node, "/snapshot", "").status()).isEqualTo(401);
      assertThat(get(node, "/snapshot", ControlSample.WRITER).status()).isEqualTo(403);
      assertThat(get(node, CONTROL, "").status()).isEqualTo(401);
      assertThat(get(node, CONTROL + "/history", ControlSample.WRITER).status()).isEqualTo(403);
    }
  }

  @Test
  void keepsWhoeverIsNotAllowedFromEveryNode() {
    mesh.node(0).commit("b/x", "before");

    activate(mesh.node(0), 0, "", manifest(ControlSample.access()));

    assertAccess(1);
    // What was active is there after a SIGKILL of all nodes at once, and can be had again.
    mesh.killAll();
    mesh.nodes().forEach(LiveNode::start);
    mesh.awaitLeader();
    assertAccess(1);
    JsonNode back = activate(mesh.node(2), 1, ControlSample.ADMIN, "\"remove\":[\"access\"]");
    assertThat(put(mesh.node(1), "b/x", "").status()).isEqualTo(200);
    JsonNode history = get(mesh.node(2), CONTROL + "/history", "").json().path("epochs");
    assertThat(history.findValuesAsText("number")).containsExactly("2", "1", "0");
    assertThat(history.path(0).path("by").asText()).isEqualTo("root");
    assertThat(history.path(0).path("setHash"))
        .isEqualTo(history.path(2).path("setHash"))
        .isEqualTo(back.path("setHash"));
  }

  @Test
  void oneOfTwoActivationsAtATimeWins() {
    for (long number = 0; number < 5; number++) {
      List<CompletableFuture<Answer>> asked = new ArrayList<>();
      for (LiveNode node : mesh.nodes()) {
        HttpRequest activation =
            activation(
                node,
                number,
                "",
                manifest(ControlSample.limits((int) (10 * (number + 1) + node.index()))));
        // One that is asked again is told what became of it.
        asked.add(CompletableFuture.supplyAsync(() -> send(activation)));
      }
      List<Answer> answers = asked.stream().map(CompletableFuture::join).toList();

      assertThat(answers).filteredOn(one -> one.status() == 200).as("%s", answers).hasSize(1);
      for (Answer answer : answers) {
        String hash = answer.json().path("setHash").asText();
        if (answer.status() == 200) {
          assertThat(answer.json().path("number").asLong()).isEqualTo(number + 1);
          assertThat(hash).hasSize(64);
        } else {
          assertThat(answer.code()).as("%s", answer).isEqualTo("stale_control_epoch");
          assertThat(answer.json().path("currentNumber").asLong()).isEqualTo(number + 1);
        }
      }
    }
  }

  @Test
  void anActivationThatIsSentAgainIsToldItsOutcome() throws Exception {
    HttpRequest request = activation(mesh.node(0), 0, "", manifest(ControlSample.access()));
    Answer first = send(request);
    assertThat(first.status()).as("%s", first).isEqualTo(200);
    HttpRequest again =
        HttpRequest.newBuilder(request, (name, value) -> true)
            .uri(URI.create("http://" + mesh.node(1).endpoint() + "/v1/groups/main/control"))
            .header("Authorization", "Bearer " + ControlSample.ADMIN)
            .build();

    Answer replayed = send(again);

    assertThat(replayed.status()).as("%s", replayed).isEqualTo(200);
    assertThat(replayed.json().path("replayed").asBoolean()).isTrue();
    assertThat(replayed.json().path("setHash")).isEqualTo(first.json().path("setHash"));
  }

  @Test
  void directoryIsForTheAdministratorsOfGroupMeta() {
    HttpRequest.Builder activation =
        HttpRequest.newBuilder(
                URI.create("http://" + mesh.node(0).endpoint() + "/v1/groups/meta/control"))
            .timeout(LiveMesh.PATIENCE)
            .header("Idempotency-Key", mesh.newWriteId());
    String body = "{\"expectedNumber\":0,%s}";
    assertThat(
            send(activation
                    .copy()
                    .POST(
                        BodyPublishers.ofString(body.formatted(manifest(ControlSample.limits(1)))))
                    .build())
                .code())
        .as("nodes write the directory themselves, and no limit may stop them")
        .isEqualTo("invalid");
    Answer activated =
        send(
            activation
                .copy()
                .POST(BodyPublishers.ofString(body.formatted(manifest(ControlSample.access()))))
                .build());
    assertThat(activated.status()).as("%s", activated).isEqualTo(200);

    for (LiveNode node : mesh.nodes()) {
      assertThat(create(node, "more-" + node.id(), "").status()).isEqualTo(401);
      assertThat(create(node, "more-" + node.id(), ControlSample.WRITER).status()).isEqualTo(403);
    }
    Answer created = create(mesh.node(1), "more", ControlSample.ADMIN);
    assertThat(created.status()).as("%s", created).isEqualTo(200);
    assertThat(put(mesh.node(0), "b/x", "").status()).as("group main is open").isEqualTo(200);
  }

  private Answer create(LiveNode node, String group, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + node.endpoint() + "/v1/groups/" + group))
            .timeout(LiveMesh.PATIENCE)
            .PUT(BodyPublishers.ofString("{}"));
    return send(
        (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).build());
  }

  @Test
  void verbsPlanActivateAndRollBack() throws Exception {
    Path access = dir.resolve("access.json");
    Files.writeString(access, ControlSample.access());
    Path token = dir.resolve("token");
    Files.writeString(token, ControlSample.ADMIN);

    assertThat(run(token, "plan", access.toString()).exit()).isEqualTo(0);
    assertThat(run(token, "activate", "--expect-epoch", "0", access.toString()).exit())
        .isEqualTo(0);
    assertThat(run(token, "rollback", "0", "--expect-epoch", "0").exit()).isEqualTo(1);
    assertThat(run(token, "rollback", "0", "--expect-epoch", "1").exit()).isEqualTo(0);
    assertThat(put(mesh.node(1), "b/x", "").status()).isEqualTo(200);
    assertThat(run(token, "show").text()).contains("epoch 2 of group main");
  }

  private VerbRun run(Path token, String verb, String... arguments) {
    List<String> all = new ArrayList<>(List.of("control", verb));
    all.addAll(List.of(arguments));
    all.add("--token-file=" + token);
    all.add(
        "--endpoints="
            + String.join(
                ",", mesh.nodes().stream().map(node -> node.endpoint().toString()).toList()));
    return VerbRun.of(all.toArray(String[]::new));
  }
}
