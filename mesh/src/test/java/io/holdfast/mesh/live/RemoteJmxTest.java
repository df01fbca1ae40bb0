package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.FreePorts;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import io.holdfast.mesh.jmx.PasswordHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three node processes, and a JMX client in a process that has none of their classes. */
class RemoteJmxTest {

  private static final String TRUST_PASSWORD = "holdfast";
  private static final String MAIN = "node=n%d,group=main";

  private static Path dir;
  private static final List<Process> NODES = new ArrayList<>();
  private static List<Integer> ports = List.of();
  private static MeshClient client;
  private static Path consoleClasses;

  /** Nodes 1 and 2 have nothing but an address; node 3 has users of its own. */
  @BeforeAll
  static void start(@TempDir Path made) throws IOException {
    dir = made;
    ports = FreePorts.find(9);
    Path users = dir.resolve("users");
    Files.createFile(
        users, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        users,
        "# of a test\nadmin readwrite %s\nmonitor readonly %s\n"
            .formatted(PasswordHash.of("open sesame").text(), PasswordHash.of("look").text()));
    String peers =
        IntStream.range(0, 3)
            .mapToObj(i -> "n%d@127.0.0.1:%d".formatted(i + 1, ports.get(3 * i)))
            .collect(Collectors.joining(","));
    for (int i = 0; i < 3; i++) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "node",
                  "--id=n" + (i + 1),
                  "--peers=" + peers,
                  "--mesh-addr=127.0.0.1:" + ports.get(3 * i),
                  "--http-addr=127.0.0.1:" + ports.get(3 * i + 1),
                  "--data-dir=" + data(i),
                  "--exit-with-parent=" + ProcessHandle.current().pid(),
                  "--set=holdfast.jmx.addr=127.0.0.1:" + ports.get(3 * i + 2),
                  "--set=holdfast.coordinator.election-timeout=4s"));
      if (i == 2) {
        arguments.add("--set=holdfast.jmx.users-file=" + users);
      }
      NODES.add(VerbRun.process(log(i), arguments.toArray(String[]::new)));
    }
    client =
        MeshClient.create(
            ClientSettings.of(IntStream.range(0, 3).mapToObj(RemoteJmxTest::http).toList()));
    consoleClasses = dir.resolve("console");
    String own = JmxConsole.class.getName().replace('.', '/') + ".class";
    Path copy = consoleClasses.resolve(own);
    Files.createDirectories(copy.getParent());
    try (var in = JmxConsole.class.getClassLoader().getResourceAsStream(own)) {
      Files.copy(in, copy);
    }
  }

  @AfterAll
  static void end() {
    NODES.forEach(Process::destroyForcibly);
    client.close();
  }

  private static Path data(int node) {
    return dir.resolve("n" + (node + 1)).resolve("data");
  }

  private static Path log(int node) {
    return dir.resolve("n" + (node + 1) + ".log");
  }

  private static MeshEndpoint http(int node) {
    return new MeshEndpoint("127.0.0.1", ports.get(3 * node + 1));
  }

  private static Optional<NodeView> status(int node) {
    return client.nodeStatus(http(node), LiveMesh.PATIENCE).toCompletableFuture().join();
  }

  /**
   * The index of the node that all name as the leader of group main, and no other group: one that
   * leads both would let another lead one of them.
   */
  private static int leader() {
    for (int i = 0; i < 3; i++) {
      assertThat(NODES.get(i).isAlive()).as("node %d: %s", i, log(i)).isTrue();
    }
    return await("one leader")
        .atMost(LiveMesh.PATIENCE)
        .until(
            () -> {
              List<Optional<String>> mains = leadersOf("main");
              List<Optional<String>> metas = leadersOf("meta");
              return mains.size() == 1 && metas.size() == 1 && !mains.equals(metas)
                  ? mains.get(0).map(id -> Integer.parseInt(id.substring(1)) - 1)
                  : Optional.<Integer>empty();
            },
            Optional::isPresent)
        .orElseThrow();
  }

  /** Each that some node names. */
  private static List<Optional<String>> leadersOf(String group) {
    return IntStream.range(0, 3)
        .mapToObj(i -> status(i).flatMap(status -> status.group(group)).flatMap(GroupView::leader))
        .distinct()
        .toList();
  }

  /** As the user that may do everything there. */
  private static List<String> admin(int node, String... what) throws IOException {
    return node == 2
        ? console(node, "tls", "admin", "open sesame", what)
        : console(node, "tls", "operator", generated(node), what);
  }

  private static String generated(int node) throws IOException {
    Path file = data(node).resolve("jmx").resolve("password");
    await().atMost(LiveMesh.PATIENCE).until(() -> Files.exists(file));
    return Files.readString(file);
  }

  /** What the client prints, line by line. */
  private static List<String> console(
      int node, String transport, String user, String password, String... what) throws IOException {
    Path trust = data(node).resolve("jmx").resolve("trust.p12");
    await("node %d is up".formatted(node))
        .atMost(LiveMesh.PATIENCE)
        .until(() -> Files.readString(log(node)).contains("serves clients on"));
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Djavax.net.ssl.trustStore=" + trust,
                    "-Djavax.net.ssl.trustStorePassword=" + TRUST_PASSWORD,
                    "-cp",
                    consoleClasses.toString(),
                    JmxConsole.class.getName(),
                    "127.0.0.1",
                    "" + ports.get(3 * node + 2),
                    transport,
                    user),
                Stream.of(what))
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(password.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return printed.lines().toList();
  }

  private static String bean(String type, int node) {
    return "io.holdfast:type=" + type + "," + MAIN.formatted(node + 1);
  }

  /** Beans come some looks after the start. */
  private static void awaitBeans(int node) {
    await("the beans of node " + node)
        .atMost(LiveMesh.PATIENCE)
        .until(() -> String.join("\n", admin(node, "read")), all -> all.contains("group=main"));
  }

  @Test
  void readsEveryAttributeOfEveryBean() throws IOException {
    int leader = leader();
    awaitBeans(leader);
    List<String> printed = admin(leader, "read");
    assertThat(printed)
        .noneMatch(line -> line.startsWith("poor") || line.startsWith("refused"))
        .contains("bean io.holdfast:type=Node,node=n" + (leader + 1))
        .contains("value Node.Id n" + (leader + 1), "value Node.State running")
        .contains("value Group.W 2", "value Group.N 3", "value Group.Leading true")
        .contains("value Control.Known true", "value Sync.Drift none");
    for (String type : List.of("Group", "Acceptor", "Cache", "Control", "Sync", "Reservations")) {
      assertThat(printed).contains("bean " + bean(type, leader));
    }
    assertThat(printed).filteredOn(line -> line.startsWith("value ")).hasSizeGreaterThan(100);
  }

  @Test
  void isToldThatAnotherNodeLeadsAfterSteppingDown() throws IOException {
    // Who leads may change before a console is there: groups are spread over the nodes.
    await("the leader steps down")
        .atMost(LiveMesh.PATIENCE)
        .untilAsserted(
            () -> {
              int leader = leader();
              awaitBeans(leader);
              assertThat(admin(leader, "step-down", bean("Group", leader)))
                  .anyMatch(line -> line.matches("stepped-down n" + (leader + 1) + " n[123]"))
                  .anyMatch(
                      line ->
                          line.matches(
                              "notice io.holdfast.leader-changed \\d+ main n[123] leads.*"))
                  .noneMatch(line -> line.startsWith("no notice") || line.startsWith("refused"));
            });

    await("a follower says who leads")
        .atMost(LiveMesh.PATIENCE)
        .untilAsserted(
            () -> {
              int known = leader();
              int follower = known == 0 ? 1 : 0;
              awaitBeans(follower);
              assertThat(admin(follower, "invoke", bean("Group", follower), "stepDown"))
                  .singleElement()
                  .asString()
                  .matches(
                      "refused java.lang.IllegalStateException: Group main is led by n[123]: tell that node.");
            });
  }

  @Test
  void comparesReplicasTrimsCompactsAndSaves() throws IOException {
    int node = leader();
    awaitBeans(node);
    assertThat(admin(node, "invoke", bean("Group", node), "verify"))
        .singleElement()
        .asString()
        .contains("equal=true", "divergence=none", "node=n" + (node + 1));
    assertThat(admin(node, "invoke", bean("Group", node), "trim"))
        .singleElement()
        .asString()
        .startsWith("done ")
        .contains("detail=Nothing was trimmed");
    assertThat(admin(node, "invoke", bean("Group", node), "snapshot", "first.snapshot"))
        .singleElement()
        .asString()
        .contains("done ", "backups/first.snapshot");
    Path saved = data(node).resolve("backups").resolve("first.snapshot");
    VerbRun inspected = VerbRun.of("snapshot", "inspect", saved.toString());
    assertThat(inspected.exit()).as(inspected.text()).isZero();
    assertThat(admin(node, "invoke", bean("Group", node), "snapshot", "first.snapshot"))
        .singleElement()
        .asString()
        .contains("IllegalStateException", "is there already");
    assertThat(admin(node, "invoke", bean("Group", node), "snapshot", "../escaped"))
        .singleElement()
        .asString()
        .contains("IllegalArgumentException", "../escaped", "allowed is a name without a folder");
    assertThat(data(node).resolveSibling("escaped")).doesNotExist();
    assertThat(admin(node, "invoke", bean("Group", node), "compact", "0"))
        .singleElement()
        .asString()
        .contains("IllegalArgumentException", "revision 0: allowed are 1 to");
    assertThat(admin(node, "invoke", bean("Group", node), "compact", "1"))
        .singleElement()
        .asString()
        .contains("done ", "revision=");
  }

  @Test
  void refusesWrongPasswordsNobodyAndWhoSpeaksNoTls() throws IOException {
    String wrong = "a guess that is wrong";
    assertThat(console(0, "tls", "operator", wrong, "read"))
        .singleElement()
        .asString()
        .isEqualTo("refused java.lang.SecurityException: No user has this name and password.");
    assertThat(console(0, "tls", "-", "", "read"))
        .singleElement()
        .asString()
        .startsWith("refused java.lang.SecurityException");
    assertThat(console(0, "plain", "operator", generated(0), "read"))
        .singleElement()
        .asString()
        .startsWith("refused java.");
    assertThat(Files.readString(log(0)))
        .contains("JMX: somebody was refused, as operator")
        .doesNotContain(generated(0).strip(), wrong);
  }

  @Test
  void readonlyUserReadsAndChangesNothing() throws IOException {
    awaitBeans(2);
    assertThat(console(2, "tls", "monitor", "look", "read"))
        .contains("value Node.Id n3")
        .noneMatch(line -> line.startsWith("refused"));
    for (String operation : List.of("stepDown", "verify", "trim")) {
      assertThat(console(2, "tls", "monitor", "look", "invoke", bean("Group", 2), operation))
          .singleElement()
          .asString()
          .startsWith(
              "refused java.lang.SecurityException: User monitor is readonly: " + operation);
    }
    assertThat(
            console(
                2,
                "tls",
                "monitor",
                "look",
                "invoke",
                "java.lang:type=Threading",
                "findDeadlockedThreads"))
        .singleElement()
        .asString()
        .startsWith("done");
  }

  @Test
  void readonlyUserIsNotToldHowTheNodeWasStarted() throws IOException {
    for (String attribute : List.of("SystemProperties", "InputArguments")) {
      assertThat(console(2, "tls", "monitor", "look", "get", attribute))
          .containsExactly(
              "refused java.lang.SecurityException: User monitor is readonly: "
                  + attribute
                  + " of java.lang:type=Runtime is for role readwrite.");
      assertThat(console(2, "tls", "monitor", "look", "get", attribute, "VmName"))
          .containsExactly("got [VmName]");
    }
    assertThat(admin(2, "get", "SystemProperties")).containsExactly("got [SystemProperties]");
  }

  @Test
  void connectorThatTheRegistryForgetsIsNamedAgain() throws IOException {
    assertThat(console(1, "tls", "-", "", "unbind")).containsExactly("unbound");
    await()
        .atMost(LiveMesh.PATIENCE)
        .until(
            () -> console(1, "tls", "-", "", "read").toString(),
            said -> said.contains("This node is managed by those only"));
  }

  @Test
  void nobodyMakesBeansTakesTheRegistryOrSendsOtherClasses() throws IOException {
    assertThat(admin(0, "make"))
        .singleElement()
        .asString()
        .startsWith("refused java.lang.SecurityException: By JMX nobody makes");
    assertThat(
            admin(
                0,
                "invoke",
                "com.sun.management:type=HotSpotDiagnostic",
                "dumpHeap",
                dir.resolve("heap").toString()))
        .singleElement()
        .asString()
        .contains("refused java.lang.SecurityException: By JMX only beans of io.holdfast");
    assertThat(console(0, "tls", "-", "", "rebind"))
        .singleElement()
        .asString()
        .startsWith("refused ");
    assertThat(admin(0, "send", "io.holdfast:type=Node,node=n1"))
        .singleElement()
        .asString()
        .startsWith("refused ")
        .contains("filter status: REJECTED");
  }

  @Test
  void levelIsSetForLoggersThatThereAre() throws IOException {
    awaitBeans(0);
    String node = "io.holdfast:type=Node,node=n1";
    assertThat(admin(0, "invoke", node, "setLogLevel", "io.holdfast.mesh.jmx", "debug"))
        .singleElement()
        .asString()
        .contains("before=INFO", "now=DEBUG");
    assertThat(admin(0, "invoke", node, "setLogLevel", "no.such.logger", "debug"))
        .singleElement()
        .asString()
        .contains("IllegalArgumentException: logger \"no.such.logger\": allowed is");
    assertThat(admin(0, "invoke", node, "setLogLevel", "ROOT", "loud"))
        .singleElement()
        .asString()
        .contains("level \"loud\": allowed is OFF, ERROR");
  }

  @Test
  void whatTheNodeMadeIsItsOwnersAlone() throws IOException {
    leader();
    Path folder = data(0).resolve("jmx");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    for (String name : List.of("password", "keystore.p12", "keystore-password")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
          .as(name)
          .isEqualTo("rw-------");
    }
  }
}
