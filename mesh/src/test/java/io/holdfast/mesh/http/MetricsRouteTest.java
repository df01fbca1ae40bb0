package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.client.WriteIds;
import io.holdfast.mesh.metrics.MetricsSource;
import io.holdfast.mesh.metrics.NodeMeters;
import io.holdfast.mesh.metrics.Scrape;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code /metrics} of a front door, whatever there is to show. */
class MetricsRouteTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
  private volatile CompletionStage<Optional<Scrape>> scrape =
      CompletableFuture.completedFuture(
          Optional.of(new Scrape("text/plain; of=some", ByteString.copyFromUtf8("a 1\n"))));
  private final MetricsSource source =
      accept -> {
        accepted.add(accept);
        return scrape;
      };
  private final HttpFrontDoor door =
      HttpFrontDoor.start(
              vertx,
              new FakeMesh(),
              new HttpLimits("127.0.0.1", 0, 4096, 64, 2048, Duration.ofSeconds(5), 100),
              WriteIds.system(),
              Optional.empty(),
              new FrontDoorMetrics(new NodeMeters(), source))
          .toCompletableFuture()
          .join();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
        .timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void tellsTheSourceWhatIsAccepted() throws Exception {
    HttpResponse<String> response =
        send(to("/metrics").header("Accept", "text/plain").header("Accept", "x/y;q=0.1"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("a 1\n");
    assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; of=some");
    assertThat(accepted).containsExactly("text/plain,x/y;q=0.1");
  }

  @Test
  void hasAHead() throws Exception {
    HttpResponse<String> response =
        send(to("/metrics").method("HEAD", HttpRequest.BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Length")).contains("4");
  }

  @Test
  void refusesWhenTooManyAsk() throws Exception {
    scrape = MetricsSource.NONE.scrape("");

    FrontDoorTest.assertProblem(send(to("/metrics")), 429, "overloaded");
  }

  @Test
  void takesNoParametersAndNoOtherMethod() throws Exception {
    FrontDoorTest.assertProblem(send(to("/metrics?name=x")), 400, "invalid");
    FrontDoorTest.assertProblem(send(to("/metrics").DELETE()), 405, "invalid");
    assertThat(accepted).isEmpty();
  }

  /** A scrape that takes its time keeps nobody else waiting. */
  @Test
  void slowScrapeBlocksNoEventLoop() throws Exception {
    CompletableFuture<Optional<Scrape>> slow = new CompletableFuture<>();
    scrape = slow;
    CompletableFuture<HttpResponse<String>> waiting =
        client.sendAsync(to("/metrics").build(), BodyHandlers.ofString());
    await().atMost(PATIENCE).until(() -> !accepted.isEmpty());
    for (int i = 0; i < 10; i++) {
      assertThat(send(to("/livez")).body()).isEqualTo("ok\n");
    }
    assertThat(waiting).isNotDone();

    slow.complete(Optional.of(new Scrape("text/plain", ByteString.copyFromUtf8("late 1\n"))));

    assertThat(waiting.get(20, TimeUnit.SECONDS).body()).isEqualTo("late 1\n");
  }
}
