package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code snapshot save} at a node that gives none. */
@Timeout(30)
class SnapshotSaveVerbTest {

  private interface Answer {
    void give(HttpExchange exchange, int number) throws IOException;
  }

  private final AtomicInteger asked = new AtomicInteger();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path dir;

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private CommandRun save(Duration timeout, Answer answer) {
    server.createContext(
        "/",
        exchange -> {
          answer.give(exchange, asked.incrementAndGet());
          exchange.close();
        });
    return CommandRun.of(
        "snapshot",
        "save",
        dir.resolve("snapshot").toString(),
        "--timeout=" + timeout.toMillis() + "ms",
        "--endpoints=127.0.0.1:" + server.getAddress().getPort());
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    byte[] problem = ("{\"code\":\"" + code + "\"}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, problem.length);
    exchange.getResponseBody().write(problem);
  }

  @Test
  void givesUpOnANodeThatSendsNothingAgainAndAgain() {
    CommandRun run =
        save(Duration.ofMinutes(5), (exchange, number) -> exchange.sendResponseHeaders(200, -1));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("broke off after 0 bytes", "was not written");
    assertThat(asked).hasValue(3);
  }

  @Test
  void goesOnAskingForItsWholePatienceAfterAPartHasCome() {
    CommandRun run =
        save(
            Duration.ofMillis(1500),
            (exchange, number) -> {
              if (number == 1) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(new byte[100]);
              } else {
                refuse(exchange, 503, "not_ready");
              }
            });

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("broke off after", "not_ready");
    assertThat(asked.get()).isGreaterThan(3);
  }

  @Test
  void saysAtOnceThatThereIsNoSuchGroup() {
    CommandRun run =
        save(Duration.ofMinutes(5), (exchange, number) -> refuse(exchange, 404, "unknown_group"));

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err()).contains("unknown_group: no node that answers has a group main");
    assertThat(asked).hasValue(1);
  }
}
