package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Place;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A front door that serves one watcher, and has half a second of patience with it. */
final class WatchBoundsTest {

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final FakeMesh mesh = new FakeMesh();
  private final HttpFrontDoor door =
      HttpFrontDoor.start(
              vertx,
              mesh,
              new HttpLimits(
                  "127.0.0.1",
                  0,
                  4096,
                  64,
                  2048,
                  Duration.ofSeconds(5),
                  100,
                  1,
                  Duration.ofMillis(500),
                  false))
          .toCompletableFuture()
          .join();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Socket watch(int receiveBuffer) throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(receiveBuffer);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()));
    socket
        .getOutputStream()
        .write(
            "GET /v1/groups/main/watch?from=1 HTTP/1.1\r\nHost: h\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private void big(int revisions) {
    ByteString value = ByteString.copyFrom(new byte[900_000]);
    for (int r = 1; r <= revisions; r++) {
      Change change = new Change(Place.first(r), ByteString.copyFromUtf8("k"), value, 1, r, 0, 0);
      mesh.changes.add(
          CompletableFuture.completedFuture(
              new ChangesAnswer.Next(List.of(change), Place.first(r + 1), r)));
    }
  }

  @Test
  void cutsAWatcherThatDoesNotReadAndAsksNoMoreForIt() throws Exception {
    big(100);
    try (Socket slow = watch(4096)) {
      await().until(() -> !mesh.followed.isEmpty());
      await().atMost(Duration.ofSeconds(15)).until(this::takesAnother);

      // The kernel's buffers take some; what is beyond them was never asked for.
      assertThat(readAll(slow)).contains("id: 1\n").doesNotContain("id: 50\n");
      assertThat(mesh.followed)
          .extracting(request -> Place.revision(request.fromPlace()))
          .allMatch(revision -> revision < 50);
    }
  }

  @Test
  void refusesOneWatcherTooMany() throws Exception {
    mesh.changes.add(nothing());
    try (Socket first = watch(65_536)) {
      await().until(() -> mesh.followed.size() == 2);
      assertThat(first.isConnected()).isTrue();
      mesh.changes.add(nothing());

      HttpResponse<InputStream> refused = another();

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(new String(refused.body().readAllBytes(), StandardCharsets.UTF_8))
          .contains("overloaded", "at most 1 watchers");
    }
  }

  @Test
  void asksNoMoreForAWatcherThatHasGone() throws Exception {
    CompletableFuture<ChangesAnswer> later = new CompletableFuture<>();
    mesh.changes.add(nothing());
    mesh.changes.add(later);
    try (Socket first = watch(65_536)) {
      await().until(() -> mesh.followed.size() == 2);
      assertThat(first.isConnected()).isTrue();
    }
    await().atMost(Duration.ofSeconds(15)).until(this::takesAnother);
    later.complete(new ChangesAnswer.Next(List.of(), Place.first(6), 5));

    assertThat(mesh.followed).noneMatch(request -> request.fromPlace() == Place.first(6));
  }

  private static CompletableFuture<ChangesAnswer> nothing() {
    return CompletableFuture.completedFuture(new ChangesAnswer.Next(List.of(), Place.first(1), 0));
  }

  private boolean takesAnother() throws Exception {
    mesh.changes.addFirst(nothing());
    HttpResponse<InputStream> answer = another();
    answer.body().close();
    return answer.statusCode() == 200;
  }

  private HttpResponse<InputStream> another() throws Exception {
    return client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + door.port() + "/v1/groups/main/watch?from=1"))
            .build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  private static String readAll(Socket socket) throws Exception {
    StringBuilder text = new StringBuilder();
    try (InputStream in = socket.getInputStream()) {
      byte[] buffer = new byte[65_536];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
      }
    } catch (java.net.SocketException reset) {
      text.append("(reset)");
    }
    return text.toString();
  }
}
