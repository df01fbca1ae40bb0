package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.UserFolder;
import io.holdfast.mesh.client.UserMesh;
import io.holdfast.mesh.client.UserMesh.State;
import io.holdfast.mesh.client.UserMeshException;
import io.holdfast.mesh.client.UserMeshException.Kind;
import io.holdfast.mesh.client.UserNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The background node of a user: real processes, each test in a folder of its own. */
class UserMeshTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final GroupId GROUP = new GroupId("main");

  @TempDir private Path dir = Path.of("");

  private final List<Process> started = new ArrayList<>();

  /** Should this process be killed, its node ends all the same soon. */
  private UserMesh mesh = new UserMesh(new UserFolder(Path.of("unset")), PATIENCE);

  @BeforeEach
  void chooseFolder() {
    mesh = mesh(PATIENCE);
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
    mesh.stop(PATIENCE);
  }

  private UserMesh mesh(Duration idle) {
    return new UserMesh(new UserFolder(dir.resolve("local")), idle);
  }

  private static MeshClient client(UserNode node) {
    return MeshClient.create(
        ClientSettings.of(List.of(node.endpoint())).withToken(Optional.of(node.token())));
  }

  private static void put(UserNode node, String key, String value) {
    try (MeshClient client = client(node)) {
      assertThat(
              client
                  .write(
                      new WriteRequest(
                          GROUP,
                          Optional.empty(),
                          WriteRequest.put(
                              ByteString.copyFromUtf8(key),
                              ByteString.copyFromUtf8(value),
                              OptionalLong.empty(),
                              0),
                          Optional.empty()))
                  .toCompletableFuture()
                  .join()
                  .toString())
          .contains("Answered");
    }
  }

  private static String get(UserNode node, String key) {
    try (MeshClient client = client(node)) {
      CallResult<ReadAnswer> result =
          client
              .read(
                  new ReadRequest(
                      GROUP, ByteString.copyFromUtf8(key), ReadRequest.Consistency.LINEARIZABLE))
              .toCompletableFuture()
              .join();
      return result.toString();
    }
  }

  /** What was answered to the one request that a node was sent. */
  private record Reply(int status, String body) {}

  /** Sends one request, once: a client of the mesh would ask a node that is gone for long. */
  private static Reply replyOf(UserNode node, String method, String key, String value)
      throws IOException {
    URI uri = URI.create("http://" + node.endpoint() + "/v1/groups/main/keys/" + key);
    HttpURLConnection request = (HttpURLConnection) uri.toURL().openConnection();
    request.setRequestMethod(method);
    request.setRequestProperty("Authorization", node.token().header());
    request.setReadTimeout((int) PATIENCE.toMillis());
    if (!value.isEmpty()) {
      request.setDoOutput(true);
      request.getOutputStream().write(value.getBytes(StandardCharsets.UTF_8));
    }
    int status = request.getResponseCode();
    try (InputStream body = status < 400 ? request.getInputStream() : request.getErrorStream()) {
      return new Reply(
          status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** A node that was given to this process, and what it replied to the first request. */
  private record Given(UserNode node, Reply reply) {}

  /**
   * Connects, and asks the node at once. It is there for as long as it may be idle: whoever was too
   * slow to ask well within that time has been promised nothing, and connects anew.
   */
  private Given connectAndAsk(String method, String key, String value) {
    Duration soon = mesh.idle().dividedBy(2);
    return await("a request that comes soon")
        .pollDelay(Duration.ZERO)
        .atMost(PATIENCE)
        .until(
            () -> {
              UserNode node = mesh.connect(PATIENCE);
              long givenNanos = System.nanoTime();
              try {
                Reply reply = replyOf(node, method, key, value);
                if (reply.status() < 500) {
                  return Optional.of(new Given(node, reply));
                }
                assertThat(sinceNanos(givenNanos)).as("refused: %s", reply).isGreaterThan(soon);
              } catch (IOException e) {
                assertThat(sinceNanos(givenNanos)).as("gone: %s", e).isGreaterThan(soon);
              }
              return Optional.<Given>empty();
            },
            Optional::isPresent)
        .orElseThrow();
  }

  private static Duration sinceNanos(long then) {
    return Duration.ofNanos(System.nanoTime() - then);
  }

  /** Waits for the end of a node, which may be over. */
  private static void awaitEnd(UserNode node) {
    ProcessHandle.of(node.pid())
        .ifPresent(
            process -> process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
  }

  private static ProcessHandle process(UserNode node) {
    return ProcessHandle.of(node.pid()).orElseThrow();
  }

  private static void kill(UserNode node) {
    ProcessHandle process = process(node);
    process.destroyForcibly();
    process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** What another process is given when it asks, or why it is given nothing. */
  private Process ask(Path out) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-Xshare:auto"));
    for (String property : List.of("local-mesh.image", "local-mesh.ports")) {
      Optional.ofNullable(System.getProperty(property))
          .ifPresent(value -> command.add("-D" + property + "=" + value));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Asking.class.getName()));
    command.addAll(List.of(mesh.folder().path().toString(), mesh.idle().toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    started.add(process);
    return process;
  }

  /** A process that asks for its user's node, says which it was given and ends. */
  static final class Asking {

    private Asking() {}

    public static void main(String[] arguments) throws UserMeshException {
      UserNode node =
          new UserMesh(new UserFolder(Path.of(arguments[0])), Duration.parse(arguments[1]))
              .connect(PATIENCE);
      System.out.println(node.pid() + " " + node.instance());
    }
  }

  @Test
  void twentyProcessesAtOnceAreGivenTheSameNode() throws Exception {
    List<Process> asking = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asking.add(ask(dir.resolve("asking-" + i)));
    }
    for (Process process : asking) {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    UserNode node = mesh.connect(PATIENCE);
    for (int i = 0; i < 20; i++) {
      assertThat(Files.readString(dir.resolve("asking-" + i)))
          .isEqualTo(node.pid() + " " + node.instance() + "\n");
    }
    assertThat(starts()).as("nodes that were ever started").isEqualTo(1);
  }

  /** Each start of a node logs that it takes part in its group. */
  private long starts() throws IOException {
    try (var lines = Files.lines(mesh.folder().log(), StandardCharsets.UTF_8)) {
      return lines.filter(line -> line.contains("takes part in main")).count();
    }
  }

  @Test
  void killedNodeIsReplacedAndItsDataIsStillThere() throws Exception {
    UserNode first = mesh.connect(PATIENCE);
    put(first, "a", "kept");
    kill(first);
    UserNode second = mesh.connect(PATIENCE);
    assertThat(second.instance()).isNotEqualTo(first.instance());
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(get(second, "a")).contains("kept");
    assertThat(mesh.connect(PATIENCE)).as("asked again, the same").isEqualTo(second);
  }

  @Test
  void whatAKilledNodeHasLeftIsNotBelieved() throws Exception {
    UserNode first = mesh.connect(PATIENCE);
    Path card = mesh.folder().path().resolve("node.json");
    String left = Files.readString(card);
    kill(first);
    try (ServerSocket foreign = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      // Its number is that of a living process by now, its port that of somebody who never answers.
      Files.writeString(
          card,
          left.replace("\"pid\" : " + first.pid(), "\"pid\" : " + ProcessHandle.current().pid())
              .replace(first.endpoint().toString(), "127.0.0.1:" + foreign.getLocalPort()));
      assertThat(mesh.look(PATIENCE).state()).isEqualTo(State.NONE);
      assertThat(mesh.stop(PATIENCE)).as("nobody is stopped").isFalse();
      UserNode second = mesh.connect(PATIENCE);
      assertThat(second.instance()).isNotEqualTo(first.instance());
      foreign.setSoTimeout(1);
      assertThat(catchThrowableOfType(IOException.class, foreign::accept))
          .as("nobody has shown the stranger the secret")
          .isNotNull();
    }
  }

  @Test
  void serversThatDoNotKnowTheInstanceAreNotTheNode() throws Exception {
    UserNode node = mesh.connect(PATIENCE);
    UserNode other =
        new UserNode(
            node.pid(), node.started(), node.endpoint(), "another", node.token(), node.version());
    mesh.folder().publish(other);
    assertThat(
            catchThrowableOfType(UserMeshException.class, () -> mesh.connect(Duration.ofSeconds(1)))
                .kind())
        .isEqualTo(Kind.SILENT);
    mesh.folder().publish(node);
    assertThat(mesh.connect(PATIENCE)).isEqualTo(node);
  }

  @Test
  void endsWhenIdleAndStartsAgainAtOnce() throws Exception {
    mesh = mesh(Duration.ofSeconds(1));
    Given given = connectAndAsk("PUT", "a", "kept");
    assertThat(given.reply().status()).as("%s", given).isEqualTo(200);
    for (int i = 0; i < 2; i++) {
      awaitEnd(given.node());
      given = connectAndAsk("GET", "a", "");
      assertThat(given.reply()).isEqualTo(new Reply(200, "kept"));
    }
  }

  @Test
  void whoAsksWhileItEndsIsNeverGivenANodeThatIsGone() throws Exception {
    mesh = mesh(Duration.ofSeconds(1));
    for (int i = 0; i < 8; i++) {
      Given given = connectAndAsk("GET", "a", "");
      assertThat(given.reply().status()).as("round %s: %s", i, given).isEqualTo(404);
      Duration aboutItsEnd = Duration.ofMillis(980 + 20L * i);
      await().pollDelay(aboutItsEnd).until(() -> true);
    }
  }

  @Test
  void survivesTheEndOfItsStarterAndTheSignalsOfItsTerminal() throws Exception {
    Process starter = ask(dir.resolve("asking"));
    assertThat(starter.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    UserNode node = mesh.connect(PATIENCE);
    assertThat(Files.readString(dir.resolve("asking"))).startsWith(node.pid() + " ");
    Path session = Path.of("/proc/" + node.pid() + "/stat");
    if (Files.exists(session)) {
      String stat = Files.readString(session);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      assertThat(fields[2]).as("process group").isEqualTo(Long.toString(node.pid()));
      assertThat(fields[3]).as("session").isEqualTo(Long.toString(node.pid()));
    }
  }

  @Test
  void stopEndsItInAnOrderlyWayAndStatusIsNoUse() throws Exception {
    UserNode node = mesh.connect(PATIENCE);
    put(node, "a", "kept");
    assertThat(mesh.look(PATIENCE).state()).isEqualTo(State.SERVING);
    await().until(() -> mesh.look(PATIENCE).idle().toMillis() > 300);
    assertThat(mesh.stop(PATIENCE)).isTrue();
    assertThat(mesh.look(PATIENCE).state()).isEqualTo(State.NONE);
    assertThat(mesh.stop(PATIENCE)).isFalse();
    assertThat(Files.readString(mesh.folder().log())).contains("it is asked to stop");
    assertThat(get(mesh.connect(PATIENCE), "a")).contains("kept");
  }

  @Test
  void saysWhyItDoesNotStart() throws Exception {
    mesh.folder().require();
    Files.writeString(mesh.folder().data(), "a file where the data should be");
    UserMeshException why =
        catchThrowableOfType(UserMeshException.class, () -> mesh.connect(PATIENCE));
    assertThat(why.kind()).isEqualTo(Kind.NOT_STARTED);
    assertThat(why)
        .hasMessageContaining("status 5")
        .hasMessageContaining(mesh.folder().data().toString())
        .message()
        .hasLineCount(1)
        .doesNotContain("\tat ");
  }
}
