package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.mesh.HoldfastNode;
import io.holdfast.mesh.client.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Two nodes of one mesh in this process, with some use made of them. */
final class MeasuredNodes implements AutoCloseable {

  /** Far more than anything takes. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<HoldfastNode> nodes = new ArrayList<>();

  private MeasuredNodes() {}

  /** Starts them, and waits until they serve. */
  static MeasuredNodes start(Path dir) throws Exception {
    MeasuredNodes started = new MeasuredNodes();
    List<Integer> ports = FreePorts.find(2);
    String peers = "n1@127.0.0.1:" + ports.get(0) + ",n2@127.0.0.1:" + ports.get(1);
    try {
      for (int i = 0; i < 2; i++) {
        started.nodes.add(HoldfastNode.start(settings(dir, i, ports.get(i), peers)));
      }
      await().atMost(PATIENCE).until(() -> started.put(0, "first", "value").statusCode() == 200);
      // One that leads both groups would let the other lead one in the midst of a test.
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                List<Integer> mains = started.leaders("main");
                return mains.size() == 1
                    && started.leaders("meta").size() == 1
                    && !mains.equals(started.leaders("meta"));
              });
      return started;
    } catch (Exception | Error e) {
      started.close();
      throw e;
    }
  }

  private static HoldfastSettings settings(Path dir, int index, int port, String peers) {
    String name = "n" + (index + 1);
    SettingsResult read =
        SettingsReader.read(
            Optional.empty(),
            new Properties(),
            Map.of(),
            Map.of(
                "holdfast.node.id",
                name,
                "holdfast.node.data-dir",
                dir.resolve(name).toString(),
                "holdfast.http.addr",
                "127.0.0.1:0",
                "holdfast.mesh.addr",
                "127.0.0.1:" + port,
                "holdfast.mesh.peers",
                peers,
                // Both stand still while garbage is collected: nobody else shall lead for that.
                "holdfast.coordinator.election-timeout",
                "4s"));
    return ((SettingsResult.Valid) read).settings();
  }

  // ---- What is done with them

  HttpResponse<String> send(int node, String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(
        request
            .uri(URI.create("http://127.0.0.1:" + nodes.get(node).httpPort() + path))
            .timeout(PATIENCE)
            .build(),
        BodyHandlers.ofString());
  }

  HttpResponse<String> get(int node, String path) throws IOException, InterruptedException {
    return send(node, path, HttpRequest.newBuilder().GET());
  }

  HttpResponse<String> put(int node, String key, String value)
      throws IOException, InterruptedException {
    return send(
        node,
        "/v1/groups/main/keys/" + key,
        HttpRequest.newBuilder().PUT(BodyPublishers.ofString(value)));
  }

  /** What a node shows. */
  Exposition scrape(int node) throws IOException, InterruptedException {
    HttpResponse<String> response = get(node, "/metrics");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Exposition.parse(response.body());
  }

  /**
   * What a node shows once it has done a little of everything: been written to and read from, as
   * the other has been, been sampled since, and collected garbage.
   */
  Exposition scrapeInUse(int node) throws Exception {
    for (int each = 0; each < 2; each++) {
      for (int i = 0; i < 20; i++) {
        assertThat(put(each, "key" + i, "value").statusCode()).isEqualTo(200);
      }
      assertThat(get(each, "/v1/groups/main/keys/key1").statusCode()).isEqualTo(200);
      assertThat(get(each, "/v1/groups/main/keys/key1?consistency=local").statusCode())
          .isIn(200, 404);
    }
    System.gc(); // its meters come with the first one
    return await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> scrape(node),
            shown ->
                shown.has("holdfast_peer_lag_slots")
                    && shown.has("holdfast_peer_accept_seconds")
                    && shown.has("holdfast_http_requests_seconds")
                    && shown.has("holdfast_reservations_free")
                    && shown.has("jvm_gc_pause_seconds")
                    && shown.value("holdfast_has_leader", Map.of("group", "main")) == 1);
  }

  /** Which of them leads group main. */
  int leader() throws Exception {
    return await().atMost(PATIENCE).until(() -> leaders("main"), found -> found.size() == 1).get(0);
  }

  /** Those that say that they lead a group. */
  private List<Integer> leaders(String group) throws IOException, InterruptedException {
    List<Integer> leaders = new ArrayList<>();
    for (int each = 0; each < nodes.size(); each++) {
      if (get(each, "/v1/groups/" + group).body().contains("\"role\":\"leading\"")) {
        leaders.add(each);
      }
    }
    return leaders;
  }

  @Override
  public void close() {
    nodes.forEach(HoldfastNode::close);
  }
}
