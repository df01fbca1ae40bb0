package io.holdfast.chaos.junit;

import io.holdfast.chaos.live.LiveMesh;
import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.live.NotInTime;
import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** A mesh that one class of tests shares, or one test has; tests take turns with it. */
final class TestMesh implements AutoCloseable {

  private static final int MOST_NODES = 7;
  private static final int DELETIONS = 5;

  private final Path dir;
  private final LiveMesh live;
  private final MeshClient client;
  private final MeshEndpoints endpoints;
  private final Faults faults;
  private final Semaphore turn = new Semaphore(1, true);

  private TestMesh(Path dir, LiveMesh live) {
    this.dir = dir;
    this.live = live;
    List<MeshEndpoint> doors = live.nodes().stream().map(LiveNode::endpoint).toList();
    this.client = MeshClient.create(ClientSettings.of(doors));
    this.endpoints =
        new MeshEndpoints(doors.stream().map(door -> URI.create("http://" + door)).toList());
    this.faults = new Faults(live);
  }

  /**
   * Starts it.
   *
   * @param who is tested, for the words of a failure
   * @throws ExtensionConfigurationException where what is asked for is none
   * @throws MeshNotStarted where it does not start
   */
  static TestMesh start(HoldfastMesh asked, String who) {
    int w = asked.w() == 0 ? asked.nodes() / 2 + 1 : asked.w();
    String words = "@HoldfastMesh(nodes = %d, w = %d) of %s".formatted(asked.nodes(), w, who);
    if (asked.nodes() < 1 || asked.nodes() > MOST_NODES || w < 1 || w > asked.nodes()) {
      throw new ExtensionConfigurationException(
          words + ": allowed are 1 to " + MOST_NODES + " nodes, and a w of 1 to as many");
    }
    Map<String, String> settings = settings(asked, words);
    Path dir = null;
    try {
      dir = Files.createTempDirectory("holdfast-mesh-");
      return new TestMesh(
          dir, LiveMesh.start(new LiveMesh.Plan(dir, asked.nodes(), w, false, 0, settings)));
    } catch (IOException | UncheckedIOException | NotInTime e) {
      if (dir != null) {
        delete(dir);
      }
      throw new MeshNotStarted(words + " does not start: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> settings(HoldfastMesh asked, String words) {
    Map<String, String> settings = new HashMap<>();
    for (String setting : asked.settings()) {
      int at = setting.indexOf('=');
      if (at < 1) {
        throw new ExtensionConfigurationException(
            words + ": setting '" + setting + "': allowed is full.key=value");
      }
      settings.put(setting.substring(0, at).strip(), setting.substring(at + 1).strip());
    }
    return settings;
  }

  MeshClient client() {
    return client;
  }

  MeshEndpoints endpoints() {
    return endpoints;
  }

  Faults faults() {
    return faults;
  }

  /** Waits for the tests before this one. */
  void takeTurn() {
    turn.acquireUninterruptibly();
  }

  void endTurn() {
    turn.release();
  }

  /**
   * Undoes all faults.
   *
   * @param who was tested
   * @throws AssertionError where the mesh does not get well, or its nodes do not hold the same
   */
  void makeWell(String who) {
    try {
      faults.awaitWell();
    } catch (NotInTime | UncheckedIOException | IllegalStateException e) {
      throw new AssertionError(
          "after %s the mesh does not get well: %s; what each has executed: %s"
              .formatted(who, e.getMessage(), live.chains()),
          e);
    }
  }

  @Override
  public void close() {
    client.close();
    live.close();
    delete(dir);
  }

  /** Again where the last lines of a log came in between. */
  private static void delete(Path dir) {
    IOException last = new IOException(dir + " cannot be deleted");
    for (int attempt = 0; attempt < DELETIONS && Files.exists(dir); attempt++) {
      try (Stream<Path> below = Files.walk(dir)) {
        for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      } catch (IOException | UncheckedIOException e) {
        last.addSuppressed(e);
      }
    }
    if (Files.exists(dir)) {
      throw new UncheckedIOException("the directory of a mesh stays", last);
    }
  }
}
