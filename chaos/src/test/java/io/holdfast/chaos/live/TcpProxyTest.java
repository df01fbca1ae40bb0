package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of bytes on their way through a proxy. */
class TcpProxyTest {

  private static final int TIMEOUT_MILLIS = 20_000;

  private ServerSocket node = listen();
  private TcpProxy proxy = start(node);
  private Socket peer = new Socket();
  private Socket heard = new Socket();

  private int port;

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TcpProxy start(ServerSocket target) {
    try {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      return TcpProxy.start(port, target.getLocalPort(), 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void connect() throws IOException {
    peer = new Socket(InetAddress.getLoopbackAddress(), port);
    heard = node.accept();
    heard.setSoTimeout(TIMEOUT_MILLIS);
    peer.setSoTimeout(TIMEOUT_MILLIS);
  }

  @AfterEach
  void end() throws IOException {
    peer.close();
    heard.close();
    proxy.close();
    node.close();
  }

  @Test
  void passesBytesOnBothWays() throws IOException {
    say(peer, "there");
    assertThat(hear(heard, 5)).isEqualTo("there");
    say(heard, "and back");
    assertThat(hear(peer, 8)).isEqualTo("and back");
    assertThat(proxy.delayedBytes() + proxy.lostBytes() + proxy.resets()).isZero();
  }

  @Test
  void delaysBytesAndKeepsTheirOrder() throws IOException {
    proxy.delay(Duration.ofMillis(40), Duration.ofMillis(30));
    long started = System.nanoTime();
    StringBuilder said = new StringBuilder();
    for (int i = 100; i < 140; i++) {
      say(peer, "" + i);
      said.append(i);
    }
    assertThat(hear(heard, said.length())).isEqualTo(said.toString());
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(39));
    assertThat(proxy.delayedBytes()).isPositive();
  }

  /** Found live: a chunk that came as the delay ended overtook one that was still waiting. */
  @Test
  void keepsTheirOrderWhenTheDelayEnds() throws IOException {
    StringBuilder said = new StringBuilder();
    for (int i = 100; i < 400; i++) {
      if (i % 10 == 0) {
        proxy.delay(Duration.ofMillis(3), Duration.ofMillis(2));
      } else if (i % 10 == 5) {
        proxy.heal();
      }
      say(peer, "" + i);
      said.append(i);
      LockSupport.parkNanos(400_000); // so that each is a chunk of its own
    }
    assertThat(hear(heard, said.length())).isEqualTo(said.toString());
  }

  @Test
  void losesBytesAndEndsTheBrokenStreamWhenHealed() throws IOException {
    proxy.lose();
    say(peer, "lost");
    await().until(() -> proxy.lostBytes() == 4);
    proxy.heal();
    assertThat(heard.getInputStream().read()).as("the end of the stream").isEqualTo(-1);
    connect();
    say(peer, "anew");
    assertThat(hear(heard, 4)).isEqualTo("anew");
  }

  @Test
  void endsEveryConnectionWhenReset() throws IOException {
    say(peer, "up");
    assertThat(hear(heard, 2)).isEqualTo("up");
    proxy.reset();
    assertThat(peer.getInputStream().read()).isEqualTo(-1);
    assertThat(heard.getInputStream().read()).isEqualTo(-1);
    assertThat(proxy.resets()).isEqualTo(1);
  }

  @Test
  void doesToOnePeerWhatItIsToldAndPassesOnWhatOthersSay() throws IOException {
    String source = "127.0.1.7";
    try (Socket other =
            new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(source), 0);
        Socket heardOther = node.accept()) {
      heardOther.setSoTimeout(TIMEOUT_MILLIS);
      other.setSoTimeout(TIMEOUT_MILLIS);
      proxy.lose(source);
      say(other, "lost");
      say(peer, "passes");
      assertThat(hear(heard, 6)).isEqualTo("passes");
      await().until(() -> proxy.lostBytes(source) == 4);
      assertThat(proxy.lostBytes()).isEqualTo(4);
      proxy.heal(source);
      assertThat(other.getInputStream().read()).as("the broken stream ends").isEqualTo(-1);
      say(peer, "still");
      assertThat(hear(heard, 5)).isEqualTo("still");
    }
  }

  @Test
  void resetsTheConnectionsOfOnePeer() throws IOException {
    try (Socket other =
            new Socket(
                InetAddress.getLoopbackAddress(), port, InetAddress.getByName("127.0.1.7"), 0);
        Socket heardOther = node.accept()) {
      heardOther.setSoTimeout(TIMEOUT_MILLIS);
      say(other, "up");
      assertThat(hear(heardOther, 2)).isEqualTo("up");
      proxy.reset("127.0.1.7");
      assertThat(heardOther.getInputStream().read()).isEqualTo(-1);
      say(peer, "still");
      assertThat(hear(heard, 5)).isEqualTo("still");
      assertThat(proxy.resets("127.0.1.7")).isEqualTo(1);
    }
  }

  @Test
  void takenPortIsAnIoFailure() {
    assertThatThrownBy(() -> TcpProxy.start(port, node.getLocalPort(), 1))
        .isInstanceOf(IOException.class);
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String hear(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
  }
}
