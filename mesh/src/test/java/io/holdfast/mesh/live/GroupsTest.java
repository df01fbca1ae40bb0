package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.LocalMesh.Member;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups that are made and deleted while the mesh runs. */
class GroupsTest {

  @TempDir private Path dir = Path.of("");

  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private ChangingMesh mesh;

  @BeforeEach
  void start() throws IOException {
    mesh = ChangingMesh.start(dir, 4);
  }

  @AfterEach
  void end() {
    mesh.close();
  }

  private HttpResponse<String> ask(String node, String method, String path, String body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://" + mesh.door(node) + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void commit(String node, String group, String key, String value) {
    await("a committed write to " + group)
        .atMost(LiveMesh.PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                ask(node, "PUT", "/v1/groups/%s/keys/%s".formatted(group, key), value).statusCode(),
            status -> status == 200);
  }

  private HttpResponse<String> read(String node, String group, String key) {
    return await("a read of " + group)
        .atMost(LiveMesh.PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> ask(node, "GET", "/v1/groups/%s/keys/%s".formatted(group, key), ""),
            answer -> answer.statusCode() != 503);
  }

  private List<String> storesOf(Member node) throws IOException {
    try (Stream<Path> files = Files.list(node.dataDir())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("store-orders"))
          .toList();
    }
  }

  @Test
  void groupIsMadeKilledDeletedAndMadeAnew() throws Exception {
    JsonNode made = mesh.run("group", "create", "orders", "--members", "n2,n3,n4", "--w", "2");
    assertThat(made.path("ok").asBoolean()).isTrue();
    commit("n4", "orders", "a", "first");
    assertThat(read("n2", "orders", "a").body()).isEqualTo("first");
    // A node without a replica says who has one.
    assertThat(ask("n1", "GET", "/v1/groups/orders/keys/a", "").body())
        .contains("not_a_member", "n2 at");
    // Once more it changes nothing; otherwise it is refused.
    mesh.run("group", "create", "orders", "--members", "n2,n3,n4", "--w", "2");
    assertThat(
            mesh.runAnyway("group", "create", "orders", "--members", "n2,n3")
                .json()
                .path("code")
                .asText())
        .isEqualTo("already_exists");
    assertThat(mesh.runAnyway("group", "delete", "main", "--yes").json().path("code").asText())
        .isEqualTo("not_deletable");

    // It is there after a SIGKILL of all nodes at once.
    mesh.members().forEach(node -> mesh.kill(node.id()));
    mesh.members().forEach(node -> mesh.startAgain(node.id()));
    assertThat(read("n4", "orders", "a").body()).isEqualTo("first");

    // n4 sleeps through the end of the group and the beginning of another one of that name.
    mesh.kill("n4");
    mesh.run("group", "delete", "orders", "--yes");
    assertThat(read("n2", "orders", "a").statusCode()).isEqualTo(404);
    mesh.run("group", "create", "orders", "--members", "n2,n3,n4", "--w", "2");
    assertThat(read("n2", "orders", "a").statusCode()).isEqualTo(404);
    commit("n3", "orders", "a", "second");
    mesh.startAgain("n4");
    await("n4 has only the store of the new group")
        .atMost(LiveMesh.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(storesOf(mesh.member("n4")))
                    .as("%s", mesh.log("n4"))
                    .hasSize(1)
                    .isEqualTo(storesOf(mesh.member("n2"))));
    assertThat(read("n4", "orders", "a").body()).isEqualTo("second");
    mesh.run("verify", "--group", "orders");
  }

  private List<String> ledBy(String node) {
    return mesh.status(node).stream()
        .flatMap(view -> view.groups().stream())
        .filter(group -> group.role().equals("leading"))
        .map(GroupView::group)
        .toList();
  }

  /** It leads nothing when it starts, and no election has it lead. */
  @Test
  void nodeThatComesBackIsGivenGroupsToLead() throws Exception {
    for (String name : List.of("a", "b", "c", "d")) {
      mesh.run("group", "create", name, "--members", "n1,n2,n3,n4", "--w", "2");
    }
    mesh.kill("n4");
    await("others lead all six groups")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> mesh.founders().stream().mapToInt(node -> ledBy(node).size()).sum() == 6);

    mesh.startAgain("n4");
    List<String> given = new ArrayList<>();
    await("n4 leads a group")
        .atMost(LiveMesh.PATIENCE)
        .untilAsserted(
            () -> {
              given.addAll(ledBy("n4"));
              assertThat(given).as("%s", mesh.log("n1")).isNotEmpty();
            });
    commit("n4", given.get(0), "k", "v");
    await("nobody leads two more than n4")
        .atMost(LiveMesh.PATIENCE)
        .untilAsserted(
            () -> {
              int least = ledBy("n4").size();
              assertThat(mesh.founders()).allMatch(node -> ledBy(node).size() <= least + 1);
            });
  }
}
