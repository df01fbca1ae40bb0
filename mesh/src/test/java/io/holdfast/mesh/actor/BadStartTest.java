package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.HoldfastNode;
import io.holdfast.mesh.HoldfastNode.Ending;
import io.holdfast.mesh.HoldfastNode.Reason;
import io.holdfast.mesh.NodeStartException;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.FreePorts;
import io.holdfast.sync.core.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that must be refused: in clear words, with nothing half-started and nothing lost. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BadStartTest {

  private static final GroupId MAIN = new GroupId("main");
  private static final ByteString KEY = ByteString.copyFromUtf8("key");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"holdfast.http.addr", "holdfast.mesh.addr", "holdfast.jmx.addr"})
  void takenPortLeavesNoDirectoryBehind(String address) throws Exception {
    Path home = temporary.resolve("n1");
    try (ServerSocket taken = listening()) {
      HoldfastSettings settings =
          settings(
              "n1",
              home,
              FreePorts.find(1),
              Map.of(address, "127.0.0.1:" + taken.getLocalPort(), "holdfast.mesh.peers", ""));
      assertThatThrownBy(() -> HoldfastNode.start(settings))
          .isInstanceOf(NodeStartException.class)
          .hasMessageMatching(
              "cannot listen for .* on 127.0.0.1:\\d+: .*choose another " + address);
    }
    assertThat(home).doesNotExist();
  }

  @Test
  void keystoreThatIsNotThereKeepsItFromStartingAndLeavesNothingOpen() throws Exception {
    Path password = Files.writeString(temporary.resolve("password"), "secret");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    List<Integer> ports = FreePorts.find(2);
    Path home = temporary.resolve("n1");
    Path keystore = temporary.resolve("none.p12");
    HoldfastSettings wrong =
        settings(
            "n1",
            home,
            ports.subList(0, 1),
            Map.of(
                "holdfast.jmx.addr", "127.0.0.1:" + ports.get(1),
                "holdfast.jmx.keystore", keystore.toString(),
                "holdfast.jmx.keystore-password-file", password.toString()));
    assertThatThrownBy(() -> HoldfastNode.start(wrong))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("holdfast.jmx.keystore = \"" + keystore + "\": allowed is");
    HoldfastSettings right = settings("n1", home, ports.subList(0, 1), Map.of());
    await("what was opened is closed")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              try (HoldfastNode node = HoldfastNode.start(right)) {
                return node.httpPort() > 0;
              }
            });
  }

  @Test
  void secondNodeOnADirectoryIsToldOfTheFirstAndNotOfItsPorts() throws Exception {
    HoldfastSettings settings = alone();
    try (HoldfastNode first = HoldfastNode.start(settings)) {
      assertThat(first.httpPort()).isPositive();
      assertThatThrownBy(() -> HoldfastNode.start(settings))
          .isInstanceOf(DataDirectoryException.class)
          .hasMessageContaining("is in use by this process");
    }
  }

  /**
   * It is called as the logs of groups are that were made later, and would be erased as deleted.
   */
  @Test
  void groupOfAnEarlierReleaseWhoseNameIsLikeALogIsRefusedAndKept() throws Exception {
    HoldfastSettings settings = alone();
    Path home = settings.node().dataDir();
    Path store = home.resolve("store-orders--3.mv.db");
    try (DataDirectory directory =
        DataDirectory.open(home, settings.mesh().id(), settings.node().id())) {
      directory.saveDatabaseBoots(Map.of("journal", 1L, "store-orders--3", 1L));
      Files.write(store, new byte[] {1});
    }
    assertThat(refusal(settings)).contains("holds group orders--3 of an earlier release");
    assertThat(store).hasBinaryContent(new byte[] {1});
  }

  @ParameterizedTest
  @ValueSource(strings = {"journal.mv.db", "store-main.mv.db"})
  void emptiedRemovedOrOlderDatabaseIsRefusedAndTheRightOneServesAgain(String name)
      throws Exception {
    HoldfastSettings settings = alone();
    Path home = settings.node().dataDir();
    Path file = home.resolve(name);
    start(settings, node -> assertThat(put(node, "before")).isEqualTo(OutcomeCode.COMMITTED));
    byte[] older = Files.readAllBytes(file);
    start(settings, node -> assertThat(put(node, "after")).isEqualTo(OutcomeCode.COMMITTED));
    byte[] newest = Files.readAllBytes(file);

    Files.write(file, new byte[0]);
    assertThat(refusal(settings)).contains(name + " was emptied, though this node used it at boot");
    Files.write(file, older);
    assertThat(refusal(settings)).contains(name + " was last opened at boot 1, though this node");
    Files.delete(file);
    assertThat(refusal(settings)).contains(name + " is missing");
    Files.write(file, new byte[8192]);
    assertThat(refusal(settings)).contains(name).contains("next:");

    Files.write(file, newest);
    start(settings, node -> assertThat(get(node)).isEqualTo("after"));
  }

  @Test
  void nodeOnAnOlderCopyIsRefusedByItsPeersAndNeverStartsOnItAgain() throws Exception {
    List<Integer> ports = FreePorts.find(3);
    HoldfastSettings one = settings("n1", temporary.resolve("n1"), ports, Map.of());
    HoldfastSettings two = settings("n2", temporary.resolve("n2"), ports, Map.of());
    HoldfastSettings three = settings("n3", temporary.resolve("n3"), ports, Map.of());
    try (HoldfastNode n2 = HoldfastNode.start(two);
        HoldfastNode n3 = HoldfastNode.start(three)) {
      start(one, node -> assertThat(put(n2, "first")).isEqualTo(OutcomeCode.COMMITTED));
      Path copy = copyOf(one.node().dataDir());
      start(one, node -> awaitServing(node, "first"));
      HoldfastSettings onCopy = settings("n1", copy, ports, Map.of());

      HoldfastNode stale = HoldfastNode.start(onCopy);
      Ending ending = stale.ended().toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertThat(ending.reason()).isEqualTo(Reason.REFUSED);
      assertThat(ending.detail()).contains("stale_copy").contains("n1 comes with boot 2");

      for (int again = 0; again < 3; again++) {
        assertThatThrownBy(() -> HoldfastNode.start(onCopy))
            .isInstanceOfSatisfying(
                DataDirectoryException.class,
                refused ->
                    assertThat(refused.kind()).isEqualTo(DataDirectoryException.Kind.REFUSED))
            .hasMessageContaining("was refused by n")
            .hasMessageContaining("starting it again cannot help");
      }
      start(one, node -> awaitServing(node, "first"));
      assertThat(put(n3, "the others go on")).isEqualTo(OutcomeCode.COMMITTED);
    }
  }

  @Test
  void nodeWithOtherSettingsIsRefusedButItsDirectoryIsNot() throws Exception {
    List<Integer> ports = FreePorts.find(2);
    HoldfastSettings two = settings("n2", temporary.resolve("n2"), ports, Map.of());
    HoldfastSettings wrong =
        settings("n1", temporary.resolve("n1"), ports, Map.of("holdfast.coordinator.alpha", "32"));
    HoldfastSettings right = settings("n1", temporary.resolve("n1"), ports, Map.of());
    HoldfastNode refused = HoldfastNode.start(wrong);
    try (HoldfastNode n2 = HoldfastNode.start(two)) {
      Ending ending = refused.ended().toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertThat(ending.reason()).isEqualTo(Reason.REFUSED);
      assertThat(ending.detail()).contains("settings_differ");
      // The other is refused as well; it does not matter which of them is right.
      n2.ended().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
    try (HoldfastNode n2 = HoldfastNode.start(two);
        HoldfastNode n1 = HoldfastNode.start(right)) {
      awaitCommitted(n1);
      assertThat(get(n2)).isEqualTo("value");
    }
  }

  private interface Step {
    void with(HoldfastNode node);
  }

  private static void start(HoldfastSettings settings, Step step) throws Exception {
    try (HoldfastNode node = HoldfastNode.start(settings)) {
      step.with(node);
    }
  }

  private static String refusal(HoldfastSettings settings) {
    try {
      HoldfastNode.start(settings).close();
      return "started";
    } catch (NodeStartException | DataDirectoryException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private HoldfastSettings alone() throws IOException {
    return settings("n1", temporary.resolve("n1"), FreePorts.find(1), Map.of());
  }

  private static HoldfastSettings settings(
      String id, Path home, List<Integer> ports, Map<String, String> more) {
    Map<String, String> all = new java.util.HashMap<>();
    all.put("holdfast.node.id", id);
    all.put("holdfast.node.data-dir", home.toString());
    all.put("holdfast.http.addr", "127.0.0.1:0");
    all.put("holdfast.mesh.addr", "127.0.0.1:" + ports.get(Integer.parseInt(id.substring(1)) - 1));
    all.put(
        "holdfast.mesh.peers",
        IntStream.range(0, ports.size())
            .mapToObj(i -> "n" + (i + 1) + "@127.0.0.1:" + ports.get(i))
            .collect(Collectors.joining(",")));
    all.putAll(more);
    SettingsResult read = SettingsReader.read(Optional.empty(), new Properties(), Map.of(), all);
    assertThat(read).isInstanceOf(SettingsResult.Valid.class);
    return ((SettingsResult.Valid) read).settings();
  }

  /** Writes until it is committed: a mesh that has just been founded has no leader yet. */
  private static OutcomeCode put(HoldfastNode node, String value) {
    return await()
        .atMost(PATIENCE)
        .until(() -> write(node, value), code -> code == OutcomeCode.COMMITTED);
  }

  private static void awaitCommitted(HoldfastNode node) {
    assertThat(put(node, "value")).isEqualTo(OutcomeCode.COMMITTED);
  }

  private static OutcomeCode write(HoldfastNode node, String value) throws Exception {
    return node.mesh()
        .write(
            new WriteRequest(
                MAIN,
                Optional.empty(),
                new Command.Put(KEY, ByteString.copyFromUtf8(value)),
                Optional.empty()))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS)
        .code();
  }

  private static void awaitServing(HoldfastNode node, String value) {
    assertThat(get(node)).isEqualTo(value);
  }

  private static String get(HoldfastNode node) {
    return await()
                .atMost(PATIENCE)
                .until(
                    () ->
                        node.mesh()
                            .read(new ReadRequest(MAIN, KEY, ReadRequest.Consistency.LINEARIZABLE))
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS),
                    ReadAnswer.Found.class::isInstance)
            instanceof ReadAnswer.Found found
        ? found.value().toStringUtf8()
        : "";
  }

  private static Path copyOf(Path directory) throws IOException {
    Path copy = directory.resolveSibling(directory.getFileName() + "-copy");
    Files.createDirectories(copy);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : new ArrayList<>(files.toList())) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static ServerSocket listening() throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }
}
