package io.holdfast.mesh.live;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.KeyPath;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One node process of a {@link LiveMesh}: its front door and what can be done to it. */
final class LiveNode {

  private final LocalMesh mesh;
  private final int index;
  private final HttpClient http;
  private final MeshClient client;
  private @Nullable Process guard;

  LiveNode(LocalMesh mesh, int index, HttpClient http, MeshClient client) {
    this.mesh = mesh;
    this.index = index;
    this.http = http;
    this.client = client;
  }

  int index() {
    return index;
  }

  String id() {
    return member().id();
  }

  MeshEndpoint endpoint() {
    return member().http();
  }

  /** Where its peers reach it. */
  MeshEndpoint meshAddress() {
    return member().mesh();
  }

  Path dataDir() {
    return member().dataDir();
  }

  private LocalMesh.Member member() {
    return mesh.members().get(index);
  }

  // ---- Its front door

  /** Writes; {@code headers} are names and values in turn. */
  Answer put(String key, String value, String... headers) {
    return putAsync(key, value, "", headers).join();
  }

  /** Writes with a query such as {@code ?wait=0}. */
  CompletableFuture<Answer> putAsync(String key, String value, String query, String... headers) {
    HttpRequest.Builder request =
        request(path(key) + query).PUT(BodyPublishers.ofString(value, StandardCharsets.UTF_8));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  /** Writes until it is committed: for what a test needs to be there. */
  void commit(String key, String value) {
    await("a committed write of " + key)
        .pollDelay(Duration.ZERO)
        .atMost(LiveMesh.PATIENCE)
        .until(() -> put(key, value).status(), status -> status == 200);
  }

  /** Reads, linearizably, until there is an answer: 503 is none. */
  Answer read(String key) {
    return await("a read of " + key)
        .pollDelay(Duration.ZERO)
        .atMost(LiveMesh.PATIENCE)
        .until(() -> get(key), answer -> answer.status() != 503 && answer.status() != 0);
  }

  /** Reads once, linearizably. */
  Answer get(String key) {
    return getAsync(key).join();
  }

  CompletableFuture<Answer> getAsync(String key) {
    return send(request(path(key)));
  }

  /** What the node says of a write id, once it says anything: 503 is no answer. */
  Answer findWrite(String writeId) {
    return await("what became of " + writeId)
        .pollDelay(Duration.ZERO)
        .atMost(LiveMesh.PATIENCE)
        .until(
            () -> follow("/v1/writes/" + writeId),
            answer -> answer.status() != 503 && answer.status() != 0);
  }

  /** GET of a path as the node gave it in {@code Location}. */
  Answer follow(String location) {
    return send(request(location)).join();
  }

  Optional<NodeView> status() {
    return client.nodeStatus(endpoint(), LiveMesh.PATIENCE).toCompletableFuture().join();
  }

  Optional<GroupView> group() {
    return status().flatMap(node -> node.group(LiveMesh.GROUP));
  }

  /** A count of {@code GET /v1/status}. */
  double counter(String name) {
    return status().orElseThrow().json().path("counters").path(name).asDouble(Double.NaN);
  }

  private static String path(String key) {
    return KeyPath.of(new GroupId(LiveMesh.GROUP), ByteString.copyFromUtf8(key));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + endpoint() + path))
        .timeout(LiveMesh.PATIENCE);
  }

  private CompletableFuture<Answer> send(HttpRequest.Builder request) {
    return http.sendAsync(request.build(), BodyHandlers.ofString())
        .handle(
            (response, failure) -> failure == null ? Answer.of(response) : Answer.none(failure));
  }

  // ---- Its process

  Process process() {
    return mesh.process(index).orElseThrow();
  }

  boolean isAlive() {
    return mesh.isAlive(index);
  }

  /** SIGKILL. */
  void kill() {
    mesh.kill(index);
  }

  /** Starts it on the data that it had. */
  void start() {
    mesh.start(index);
  }

  /**
   * SIGSTOP; returns once the process stands still. A guard process sends SIGCONT at the end of its
   * standard input, so a node goes on, and finds its parent gone, should this process be killed.
   */
  void pause() {
    long pid = process().pid();
    try {
      guard =
          new ProcessBuilder(
                  "sh", "-c", "kill -STOP $1; cat >/dev/null; kill -CONT $1", "guard", "" + pid)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await().atMost(LiveMesh.PATIENCE).until(() -> state(pid).startsWith("T"));
  }

  /** SIGCONT; returns once it is sent. */
  void resume() {
    Process running = guard;
    guard = null;
    if (running != null) {
      try {
        running.getOutputStream().close();
        running.waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String state(long pid) {
    try {
      Process ps = new ProcessBuilder("ps", "-o", "stat=", "-p", "" + pid).start();
      return new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has logged. */
  String log() {
    return mesh.logTail(index, Integer.MAX_VALUE);
  }

  @Override
  public String toString() {
    return id();
  }
}
