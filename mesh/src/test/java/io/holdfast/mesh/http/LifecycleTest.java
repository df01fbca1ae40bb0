package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class LifecycleTest extends FrontDoorTest {

  private static final int MAX_CONNECTIONS = 3;

  LifecycleTest() {
    super(Duration.ofMillis(400), MAX_CONNECTIONS);
  }

  @Test
  void namesTheWriteThatItMadeAnIdForWhenTheMeshKeepsSilent() throws Exception {
    mesh.writeAnswer = new CompletableFuture<WriteAnswer>();

    HttpResponse<String> response = send(to(KEYS + "a").PUT(BodyPublishers.ofString("v")));

    String id = mesh.onlyWrite().writeId().orElseThrow();
    assertProblem(response, 503, "outcome_unknown");
    assertThat(response.body()).contains("\"writeId\":\"" + id + "\"");
    assertThat(response.headers().firstValue("Location"))
        .hasValueSatisfying(location -> assertThat(location).endsWith(id));
  }

  @Test
  void saysThatTheOutcomeIsUnknownWhenTheMeshKeepsSilent() throws Exception {
    mesh.writeAnswer = new CompletableFuture<WriteAnswer>();

    HttpResponse<String> response =
        send(
            to(KEYS + "a")
                .PUT(BodyPublishers.ofString("v"))
                .header("Idempotency-Key", FakeMesh.WRITE_ID));

    assertProblem(response, 503, "outcome_unknown");
    assertThat(response.headers().firstValue("Location"))
        .contains("/v1/writes/" + FakeMesh.WRITE_ID);
    assertThat(json(response).path("writeId").asText()).isEqualTo(FakeMesh.WRITE_ID);
  }

  @Test
  void givesAReadUpWhenTheMeshKeepsSilent() throws Exception {
    mesh.readAnswer = new CompletableFuture<ReadAnswer>();

    assertProblem(get(KEYS + "a"), 503, "not_ready");
  }

  @Test
  void saysThatAReplicaIsNotReadyWhileItIsBeingMade() throws Exception {
    mesh.members.silent = true;

    HttpResponse<String> response =
        send(to("/v1/groups/main/replica").POST(BodyPublishers.ofString("{}")));

    assertProblem(response, 503, "not_ready");
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void givesUpOnABodyThatDoesNotArrive() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "PUT /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");

      assertThat(connection.readToEnd()).startsWith("HTTP/1.1 408").contains("\"invalid\"");
    }
    assertThat(mesh.writes).isEmpty();
  }

  @Test
  void cutsTheConnectionWhenTheRestOfARefusedBodyDoesNotCome() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "PUT /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000\r\n\r\nab");

      assertThat(connection.readToEnd()).startsWith("HTTP/1.1 413").contains("\"too_large\"");
    }
  }

  @Test
  void keepsAConnectionThatHasSentTheRestOfARefusedBody() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "PUT /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n");
      assertThat(connection.readThrough("}")).startsWith("HTTP/1.1 413");
      connection.send(new byte[5000]);
      mesh.readAnswer = new CompletableFuture<ReadAnswer>();
      // Answered only after the time within which the rest had to come.
      connection.send("GET /v1/groups/main/keys/a HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(connection.readThrough("}")).startsWith("HTTP/1.1 503");
      connection.send("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n");

      assertThat(connection.readThrough("ok\n")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void refusesConnectionsBeyondItsBoundAndServesAgainWhenOneLeaves() throws Exception {
    String request = "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n";
    RawConnection first = new RawConnection();
    try (RawConnection second = new RawConnection();
        RawConnection third = new RawConnection()) {
      for (RawConnection served : new RawConnection[] {first, second, third}) {
        served.send(request);
        assertThat(served.readThrough("ok\n")).startsWith("HTTP/1.1 200");
      }
      try (RawConnection excess = new RawConnection()) {
        excess.send(request);
        assertThat(excess.readToEnd())
            .startsWith("HTTP/1.1 429")
            .contains("\"overloaded\"", "connection: close", "retry-after: 1");
      }
      first.close();
      await()
          .untilAsserted(
              () -> {
                try (RawConnection again = new RawConnection()) {
                  again.send(request);
                  assertThat(again.readThrough("\r\n")).startsWith("HTTP/1.1 200");
                }
              });
    }
  }

  @Test
  void namesTheAddressThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      HttpLimits limits =
          new HttpLimits("127.0.0.1", port, 1, 1, 1, Duration.ofSeconds(1), MAX_CONNECTIONS);

      assertThatThrownBy(() -> HttpFrontDoor.start(vertx, mesh, limits).toCompletableFuture().get())
          .hasCauseInstanceOf(BindException.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }
}
