package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import java.net.ConnectException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a door does with those who are inside when it is to close. */
final class DrainTest extends FrontDoorTest {

  /** No request is over by itself before a drain is. */
  DrainTest() {
    super(Duration.ofMinutes(1), 100);
  }

  @Test
  void drainsOnceHoweverOftenAsked() throws Exception {
    door.drain().toCompletableFuture().get(30, TimeUnit.SECONDS);

    door.drain().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void drainsByRefusingNewRequestsAndEndingRunningOnes() throws Exception {
    CompletableFuture<ReadAnswer> later = new CompletableFuture<>();
    mesh.readAnswer = later;
    CompletableFuture<HttpResponse<String>> running =
        client.sendAsync(to(KEYS + "a").build(), BodyHandlers.ofString());
    await().until(() -> !mesh.reads.isEmpty());
    CompletableFuture<WriteAnswer> laterWrite = new CompletableFuture<>();
    mesh.writeAnswer = laterWrite;
    CompletableFuture<HttpResponse<String>> runningWrite =
        client.sendAsync(
            to(KEYS + "a").PUT(BodyPublishers.ofString("v")).build(), BodyHandlers.ofString());
    await().until(() -> !mesh.writes.isEmpty());

    CompletableFuture<Void> drained = door.drain().toCompletableFuture();
    HttpResponse<String> refused = get("/livez");
    assertProblem(refused, 503, "not_ready");
    assertThat(refused.headers().firstValue("Connection")).contains("close");
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    later.complete(FakeMesh.found(ByteString.EMPTY, Optional.empty()));
    laterWrite.complete(FakeMesh.committed(OptionalLong.of(1)));

    assertThat(running.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(runningWrite.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    drained.get(30, TimeUnit.SECONDS);
    assertThatThrownBy(() -> get("/livez")).isInstanceOf(ConnectException.class);
  }

  @Test
  void doesNotWaitForAClientThatHasLeft() throws Exception {
    mesh.readAnswer = new CompletableFuture<ReadAnswer>();
    try (RawConnection connection = new RawConnection()) {
      connection.send("GET /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\n\r\n");
      await().until(() -> !mesh.reads.isEmpty());
    }

    door.drain().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
