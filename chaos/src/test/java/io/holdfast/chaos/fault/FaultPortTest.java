package io.holdfast.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.ChaosSettings;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.mesh.HoldfastNode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.actor.NodeExtension;
import io.holdfast.mesh.actor.Outbound;
import io.holdfast.sync.core.WriteId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What whoever finds the port for faults can do, and that there is none unless it was asked for.
 */
class FaultPortTest {

  private static HoldfastNode node;
  private static Path data;

  @BeforeAll
  static void start(@TempDir Path dir) throws Exception {
    data = dir.resolve("on");
    node = HoldfastNode.start(settings(data, true));
  }

  @AfterAll
  static void end() {
    node.close();
    assertThat(data.resolve(FaultPort.FILE)).doesNotExist();
  }

  @Test
  void nodeWithoutChaosHasNoPortNoFileAndPlainLinksAndDisk(@TempDir Path dir) throws Exception {
    HoldfastSettings plain = settings(dir.resolve("off"), false);
    assertThat(NodeExtension.of(plain)).isSameAs(NodeExtension.Attached.NONE);
    assertThat(NodeExtension.Attached.NONE.akkaSettings()).isEmpty();
    assertThat(NodeExtension.Attached.NONE.setups()).isEmpty();
    assertThat(NodeExtension.Attached.NONE.disk().getScheme()).isEqualTo("durable");
    assertThat(NodeExtension.Attached.NONE.outbound()).isSameAs(Outbound.DIRECT);
    assertThat(NodeExtension.Attached.NONE.wallMillis().getAsLong())
        .isCloseTo(System.currentTimeMillis(), within(10_000L));
    try (HoldfastNode off = HoldfastNode.start(plain)) {
      assertThat(off.httpPort()).isPositive();
      assertThat(plain.node().dataDir().resolve(FaultPort.FILE)).doesNotExist();
      assertThat(plain.node().dataDir().resolve("journal.mv.db")).exists();
      assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
          .as("only the node with chaos listens")
          .filteredOn("holdfast-fault-port"::equals)
          .hasSize(1);
    }
  }

  @Test
  void nodeListensOnLoopbackAlone() throws IOException {
    assertThat(ask("status")).startsWith("{").contains("heard");
    InetAddress other = outside();
    if (!other.isLoopbackAddress()) {
      assertThat(refuses(other, port())).as("%s refuses", other).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', '',                                 'block, unblock, acks, disk, clock, heal or status'",
    "GET / HTTP/1.1, GET,                    'block, unblock, acks, disk, clock, heal or status'",
    "block, block,                           'a line with more words'",
    "block n2 sideways, sideways,            'in, out or both'",
    "block n1 in, n1,                        'a peer of this node: [n2, n3]'",
    "block nobody in, nobody,                'a peer of this node: [n2, n3]'",
    "acks n2 forge, forge,                   'delay 1..60000'",
    "acks n2 delay, delay 0,                 'delay 1..60000'",
    "acks n2 delay soon, soon,               'a whole number'",
    "acks n2 reorder 1000, reorder 1000,     'reorder 2..100'",
    "disk tape fail, tape,                   'journal or store'",
    "disk journal burn, burn,                'fail, slow with milliseconds, full with bytes, or well'",
    "disk journal full -1, full -1,          'full 0..1073741824'",
    "clock, clock,                           'a line with more words'",
    "clock later, later,                     'a whole number'",
    "clock 86400001, 86400001,               '-86400000..86400000'",
    "clock -86400001, -86400001,             '-86400000..86400000'",
    "disk journal slow 0, slow 0,            'slow 1..10000'",
  })
  void refusesWhatItDoesNotKnow(String line, String given, String allowed) throws IOException {
    assertThat(ask(line)).startsWith("error: '" + given + "'").contains(allowed);
  }

  @Test
  void refusesAnEndlessLineAndGoesOnServing() throws IOException {
    assertThat(ask("x".repeat(100_000))).startsWith("error: ");
    assertThat(ask("heal")).isEqualTo("ok");
  }

  @Test
  void blocksAndHealsEachDirection() throws IOException {
    for (String direction : new String[] {"in", "out", "both"}) {
      assertThat(ask("block n2 " + direction)).isEqualTo("ok");
    }
    // It greets its peers again and again: what it says is counted as unsaid.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ask("status").matches(".*\"unsaid\":\\{\"n2\":[1-9].*"));
    assertThat(ask("unblock n2")).isEqualTo("ok");
  }

  @Test
  void setsTheWallClockOffUntilItIsHealedAndCountsHowOftenThatWasRead() throws IOException {
    assertThat(ask("status")).contains("\"clockOffsetMillis\":0", "\"wrongClockReads\":0");
    assertThat(ask("clock -3600000")).isEqualTo("ok");
    assertThat(ask("status")).contains("\"clockOffsetMillis\":-3600000");
    // Without peers nothing is decided, but an id is made.
    WriteAnswer answer = node.mesh().write(put()).toCompletableFuture().join();
    assertThat(WriteId.parse(answer.writeId()).timeMillis())
        .isCloseTo(System.currentTimeMillis() - 3_600_000, within(60_000L));
    assertThat(ask("status")).containsPattern("\"wrongClockReads\":[1-9]");
    assertThat(ask("heal")).isEqualTo("ok");
    assertThat(ask("status")).contains("\"clockOffsetMillis\":0");
  }

  private static WriteRequest put() {
    ByteString text = ByteString.copyFromUtf8("x");
    return new WriteRequest(
        new GroupId("main"),
        Optional.empty(),
        WriteRequest.put(text, text, OptionalLong.empty(), 0),
        Optional.empty());
  }

  private static String ask(String line) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static int port() throws IOException {
    return Integer.parseInt(Files.readString(data.resolve(FaultPort.FILE)));
  }

  private static InetAddress outside() throws IOException {
    return InetAddress.getLocalHost();
  }

  private static boolean refuses(InetAddress address, int port) {
    try (Socket socket = new Socket(address, port)) {
      return !socket.isConnected();
    } catch (IOException refused) {
      return true;
    }
  }

  private static HoldfastSettings settings(Path dataDir, boolean chaos) throws IOException {
    int port = freePort();
    Map<String, String> overrides = new HashMap<>();
    overrides.put("holdfast.node.data-dir", dataDir.toString());
    overrides.put("holdfast.http.addr", "127.0.0.1:0");
    overrides.put("holdfast.mesh.addr", "127.0.0.1:" + port);
    overrides.put(
        "holdfast.mesh.peers",
        "n1@127.0.0.1:" + port + ",n2@127.0.0.1:" + freePort() + ",n3@127.0.0.1:" + freePort());
    overrides.put(ChaosSettings.ENABLED, chaos ? "on" : "off");
    SettingsResult read =
        SettingsReader.read(Optional.empty(), new Properties(), Map.of(), overrides);
    return ((SettingsResult.Valid) read).settings();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
