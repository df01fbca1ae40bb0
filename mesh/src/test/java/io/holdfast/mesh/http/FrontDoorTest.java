package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.mesh.client.WriteIds;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** A front door on a free port of the loopback, before a mesh that answers as scripted. */
abstract class FrontDoorTest {

  static final String KEYS = "/v1/groups/main/keys/";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  final Vertx vertx = Vertx.vertx();
  final HttpClient client = HttpClient.newHttpClient();
  final FakeMesh mesh = new FakeMesh();
  final Optional<PrivateDoor> privateDoor;
  final HttpFrontDoor door;

  FrontDoorTest() {
    this(Duration.ofSeconds(5), 100);
  }

  FrontDoorTest(Duration requestTimeout, int maxConnections) {
    this(requestTimeout, maxConnections, Optional.empty());
  }

  FrontDoorTest(Duration requestTimeout, int maxConnections, Optional<PrivateDoor> privateDoor) {
    this(limits(requestTimeout, maxConnections), privateDoor);
  }

  /** With other limits than the usual ones. */
  FrontDoorTest(UnaryOperator<HttpLimits> change) {
    this(change.apply(limits(Duration.ofSeconds(5), 100)), Optional.empty());
  }

  private FrontDoorTest(HttpLimits limits, Optional<PrivateDoor> privateDoor) {
    this.privateDoor = privateDoor;
    door =
        HttpFrontDoor.start(vertx, mesh, limits, WriteIds.system(), privateDoor)
            .toCompletableFuture()
            .join();
  }

  private static HttpLimits limits(Duration requestTimeout, int maxConnections) {
    return new HttpLimits("127.0.0.1", 0, 4096, 64, 2048, requestTimeout, maxConnections);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
        .timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(to(path));
  }

  HttpResponse<String> put(String path, String value) throws Exception {
    return send(to(path).PUT(BodyPublishers.ofString(value)));
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return MAPPER.readTree(response.body());
  }

  static void assertProblem(HttpResponse<String> response, int status, String code)
      throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = json(response);
    assertThat(problem.path("type").asText()).isEqualTo("urn:holdfast:problem:" + code);
    assertThat(problem.path("code").asText()).isEqualTo(code);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).isNotEmpty();
  }

  /** A connection that sends what it is told, byte for byte, and reads until the server closes. */
  final class RawConnection implements AutoCloseable {
    private final Socket socket;

    RawConnection() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), door.port());
      socket.setSoTimeout(20_000);
    }

    void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    /** Reads until {@code end} has been seen, or the end of the stream. */
    String readThrough(String end) throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.indexOf(end) < 0) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          break;
        }
        text.append((char) next);
      }
      return text.toString();
    }

    String readToEnd() throws IOException {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
