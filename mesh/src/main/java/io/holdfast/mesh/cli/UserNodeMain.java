package io.holdfast.mesh.cli;

import io.holdfast.config.SettingProblem;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HttpSettings;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeSettings;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.HoldfastNode;
import io.holdfast.mesh.HoldfastNode.Ending;
import io.holdfast.mesh.NodeStartException;
import io.holdfast.mesh.Software;
import io.holdfast.mesh.actor.RunningNode;
import io.holdfast.mesh.client.BearerToken;
import io.holdfast.mesh.client.BoundedFile;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.UserFolder;
import io.holdfast.mesh.client.UserNode;
import io.holdfast.mesh.http.PrivateDoor;
import io.holdfast.mesh.log.LogIdentity;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The process of a user's background node; whoever needs one starts it, see {@link
 * io.holdfast.mesh.client.UserMesh}. It does without the command line, which would cost a third of
 * a second. Exits as {@code holdfast node} does, and with 0 after its idle end.
 */
public final class UserNodeMain {

  private static final String LOOPBACK = "127.0.0.1";

  /** A name and no port: the node is alone, and listens for no peers. */
  private static final String NO_PEERS = LOOPBACK + ":1";

  private static final GroupId GROUP = new GroupId(MeshOptions.DEFAULT_GROUP);
  private static final int SECRET_BYTES = 32;
  private static final int INSTANCE_BYTES = 12;
  private static final long LOG_BYTES = 1 << 20;
  private static final Duration POLL = Duration.ofMillis(2);
  private static final Duration LONGEST_IDLE_CHECK = Duration.ofSeconds(5);

  /** Whoever looks whether there is a node holds its lock for a moment. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(2);

  private static final Duration LEADER_PATIENCE = Duration.ofSeconds(60);

  private final UserFolder folder;
  private final PrintStream lastWords;

  private UserNodeMain(UserFolder folder, PrintStream lastWords) {
    this.folder = folder;
    this.lastWords = lastWords;
  }

  /**
   * Runs until it was idle for long enough or is told to stop.
   *
   * @param arguments the folder, and after how long without use it ends, in ISO-8601
   */
  public static void main(String[] arguments) throws InterruptedException {
    Main.prepare();
    PrintStream lastWords = System.err;
    UserFolder folder = new UserFolder(Path.of(arguments[0]));
    PrintStream log =
        new PrintStream(new BoundedFile(folder.log(), LOG_BYTES), true, StandardCharsets.UTF_8);
    System.setOut(log);
    System.setErr(log);
    Exit exit = new UserNodeMain(folder, lastWords).run(Duration.parse(arguments[1]));
    Runtime.getRuntime().halt(exit.status());
  }

  private Exit run(Duration idle) throws InterruptedException {
    Optional<String> wrong = wrongLogging(System.getProperties(), System.getenv());
    if (wrong.isPresent()) {
      return fail(Exit.CONFIGURATION, wrong.get());
    }
    try {
      Optional<FileLock> life = becomeNode();
      return life.isPresent()
          ? serve(idle)
          : fail(Exit.IO, "another process is the node of " + folder.path());
    } catch (DataDirectoryException | NodeStartException e) {
      return fail(Exit.IO, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return fail(Exit.IO, e.toString());
    }
  }

  private Optional<FileLock> becomeNode() throws IOException, InterruptedException {
    long startedNanos = System.nanoTime();
    while (true) {
      Optional<FileLock> life = folder.becomeNode();
      if (life.isPresent() || System.nanoTime() - startedNanos > LOCK_PATIENCE.toNanos()) {
        return life;
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  /**
   * What is wrong with how this node was told to log, the only thing that it is told from outside.
   */
  static Optional<String> wrongLogging(Properties system, Map<String, String> environment) {
    Properties properties = new Properties();
    system.stringPropertyNames().stream()
        .filter(name -> name.startsWith("holdfast.log."))
        .forEach(name -> properties.setProperty(name, system.getProperty(name)));
    Map<String, String> variables = new HashMap<>(environment);
    variables.keySet().removeIf(name -> !name.startsWith("HOLDFAST_LOG_"));
    return SettingsReader.read(Optional.empty(), properties, variables, Map.of())
            instanceof SettingsResult.Invalid invalid
        ? Optional.of(
            invalid.problems().stream().map(SettingProblem::text).collect(Collectors.joining("; ")))
        : Optional.empty();
  }

  private Exit serve(Duration idle)
      throws IOException, DataDirectoryException, NodeStartException, InterruptedException {
    SecureRandom random = new SecureRandom();
    BearerToken token = new BearerToken(text(random, SECRET_BYTES));
    String instance = text(random, INSTANCE_BYTES);
    PrivateDoor door = new PrivateDoor(token, instance, idle);
    HoldfastSettings settings = settings();
    LogIdentity.is(settings);
    HoldfastNode node = RunningNode.start(settings, Optional.of(door));
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> MeshNodeRunner.closeAndWait(node), "holdfast-close"));
    if (!leads(node)) {
      node.close();
      return fail(Exit.UNREACHABLE, "it did not lead within " + LEADER_PATIENCE.toSeconds() + " s");
    }
    ProcessHandle self = ProcessHandle.current();
    folder.publish(
        new UserNode(
            self.pid(),
            UserNode.startOf(self),
            new MeshEndpoint(LOOPBACK, node.httpPort()),
            instance,
            token,
            Software.version()));
    door.opens();
    endWhenIdle(node, door, idle);
    Ending ending = node.ended().toCompletableFuture().join();
    folder.retract();
    Exit exit = MeshNodeRunner.exitOf(ending.reason());
    return exit == Exit.DONE ? exit : fail(exit, ending.detail());
  }

  private HoldfastSettings settings() {
    SettingsResult read =
        SettingsReader.read(
            Optional.empty(),
            new Properties(),
            Map.of(),
            Map.of(
                NodeSettings.DATA_DIR,
                folder.data().toString(),
                MeshSettings.ADDR,
                NO_PEERS,
                MeshSettings.ALONE,
                "on",
                HttpSettings.ADDR,
                LOOPBACK + ":0"));
    if (read instanceof SettingsResult.Valid valid) {
      return valid.settings();
    }
    throw new IllegalStateException("the settings of a node that is alone are wrong: " + read);
  }

  private static boolean leads(HoldfastNode node) throws InterruptedException {
    long startedNanos = System.nanoTime();
    while (node.mesh()
        .group(GROUP)
        .toCompletableFuture()
        .join()
        .flatMap(status -> status.leader())
        .isEmpty()) {
      if (System.nanoTime() - startedNanos > LEADER_PATIENCE.toNanos()) {
        return false;
      }
      Thread.sleep(POLL.toMillis());
    }
    return true;
  }

  private void endWhenIdle(HoldfastNode node, PrivateDoor door, Duration idle) {
    Duration period = idle.dividedBy(10).plusMillis(1);
    Duration check = period.compareTo(LONGEST_IDLE_CHECK) < 0 ? period : LONGEST_IDLE_CHECK;
    Thread watch =
        new Thread(
            () -> {
              try {
                while (!door.ends()) {
                  Thread.sleep(check.toMillis());
                }
                node.close();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "holdfast-idle-end");
    watch.setDaemon(true);
    watch.start();
  }

  private static String text(SecureRandom random, int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
  }

  private Exit fail(Exit exit, String why) {
    lastWords.println(why);
    lastWords.flush();
    return exit;
  }
}
