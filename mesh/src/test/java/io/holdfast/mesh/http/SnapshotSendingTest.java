package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.SnapshotStream;
import io.holdfast.sync.core.SnapshotHead;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A front door that has half a second of patience with one who is sent a snapshot. */
final class SnapshotSendingTest {

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

  /** So many pieces of a mebibyte, then its end, or none. */
  private static final class Pieces implements SnapshotStream {
    private final int count;
    private final boolean fails;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    Pieces(int count, boolean fails) {
      this.count = count;
      this.fails = fails;
    }

    @Override
    public SnapshotHead head() {
      return new SnapshotHead(new Slot(17), Digest.ZERO, 3, 4711);
    }

    @Override
    public CompletionStage<Optional<ByteString>> next() {
      int number = asked.getAndIncrement();
      if (number < count) {
        byte[] piece = new byte[1 << 20];
        Arrays.fill(piece, (byte) number);
        return CompletableFuture.completedFuture(Optional.of(ByteString.copyFrom(piece)));
      }
      return fails
          ? CompletableFuture.failedFuture(new IllegalStateException("the store was closed"))
          : CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private Pieces offered(int count, boolean fails) {
    Pieces pieces = new Pieces(count, fails);
    mesh.snapshotAnswer = CompletableFuture.completedFuture(new SnapshotAnswer.Opened(pieces));
    return pieces;
  }

  private HttpResponse<byte[]> get(String group) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + door.port() + "/v1/groups/" + group + "/snapshot"))
            .timeout(Duration.ofSeconds(20))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private Socket silent() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()));
    socket
        .getOutputStream()
        .write(
            "GET /v1/groups/main/snapshot HTTP/1.1\r\nHost: h\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void awaitClosed(Pieces pieces) {
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> assertThat(pieces.closed).hasValue(1));
  }

  @Test
  void sendsAllPiecesAndClosesTheSnapshot() throws Exception {
    Pieces pieces = offered(3, false);

    HttpResponse<byte[]> answer = get("main");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("holdfast-slot")).contains("17");
    assertThat(answer.headers().firstValue("holdfast-about-bytes")).contains("4711");
    assertThat(answer.body()).hasSize(3 << 20);
    for (int i = 0; i < 3; i++) {
      assertThat(answer.body()[i << 20]).isEqualTo((byte) i);
    }
    awaitClosed(pieces);
  }

  @Test
  void cutsTheConnectionWhereTheSnapshotCannotBeEnded() {
    Pieces pieces = offered(2, true);

    assertThatThrownBy(() -> get("main")).isInstanceOf(IOException.class);

    awaitClosed(pieces);
  }

  @Test
  void tellsAFailureBeforeTheFirstPieceAsAProblem() throws Exception {
    Pieces pieces = offered(0, true);
    assertInternal(get("main"));
    awaitClosed(pieces);

    mesh.snapshotAnswer =
        CompletableFuture.failedFuture(new IllegalStateException("nothing was opened"));
    assertInternal(get("main"));
  }

  private static void assertInternal(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"code\":\"internal\"");
  }

  @Test
  void cutsAClientThatTakesNothingAndReadsNoMoreForIt() throws Exception {
    Pieces pieces = offered(100, false);
    try (Socket silent = silent()) {
      awaitClosed(pieces);
      assertThat(silent.isConnected()).isTrue();
    }
    // The kernel's buffers take some; what is beyond them was never read.
    assertThat(pieces.asked.get()).isLessThan(50);
  }

  @Test
  void letsGoOfTheSnapshotOfAClientThatLeaves() throws Exception {
    Pieces pieces = offered(100, false);
    Socket leaving = silent();
    await().until(() -> pieces.asked.get() > 0);
    leaving.close();
    awaitClosed(pieces);
  }

  @Test
  void letsGoOfASnapshotThatComesAfterItsClientHasLeft() throws Exception {
    CompletableFuture<SnapshotAnswer> late = new CompletableFuture<>();
    mesh.snapshotAnswer = late;
    try (Socket leaving = silent()) {
      await().until(() -> late.getNumberOfDependents() > 0);
      assertThat(leaving.isConnected()).isTrue();
    }
    Pieces pieces = new Pieces(3, false);
    late.complete(new SnapshotAnswer.Opened(pieces));
    awaitClosed(pieces);
  }

  @Test
  void tellsARefusalWithItsStatus() throws Exception {
    mesh.snapshotAnswer =
        CompletableFuture.completedFuture(
            new SnapshotAnswer.Refused(
                OutcomeCode.OVERLOADED, "two already", Optional.of(Duration.ofSeconds(1))));

    HttpResponse<byte[]> answer = get("main");

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("retry-after")).contains("1");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("\"code\":\"overloaded\"", "two already");
  }

  @Test
  void refusesAGroupThatIsNotThere() throws Exception {
    assertThat(get("nobody").statusCode()).isEqualTo(404);
  }
}
