package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a mesh whose owner ends without a word. */
class OrphanedMeshTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Starts a mesh, stops its leader, says which processes there are, and waits for its end. */
  static final class Owner {

    private Owner() {}

    /** The one argument is where the mesh lives. */
    public static void main(String[] arguments) throws IOException {
      LiveMesh mesh =
          LiveMesh.start(new LiveMesh.Plan(Path.of(arguments[0]), 3, 2, false, 1, Map.of()));
      mesh.awaitLeader().pause();
      System.out.println(
          "pids " + String.join(" ", mesh.nodes().stream().map(node -> "" + node.pid()).toList()));
      System.out.flush();
      int unused = System.in.read();
    }
  }

  @Test
  void nothingIsLeftWhenTheOwnerIsKilledWhileANodeIsPaused(@TempDir Path dir) throws IOException {
    leavesNothing(dir, Process::destroyForcibly);
  }

  @Test
  void nothingIsLeftWhenTheOwnerIsToldToEndWhileANodeIsPaused(@TempDir Path dir)
      throws IOException {
    leavesNothing(dir, Process::destroy);
  }

  private interface Ending {
    void end(Process process);
  }

  private static void leavesNothing(Path dir, Ending ending) throws IOException {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                dir.toString())
            .redirectErrorStream(true)
            .start();
    try {
      List<ProcessHandle> processes = nodesOf(owner);
      assertThat(processes).hasSize(3).allMatch(ProcessHandle::isAlive);
      assertThat(processes).anyMatch(process -> Standstill.isStopped(process.pid()));
      // The guard of the one that stands still is among these.
      List<ProcessHandle> below = owner.descendants().toList();
      ending.end(owner);
      await("the end of all of them")
          .atMost(PATIENCE)
          .until(
              () ->
                  Stream.concat(processes.stream(), below.stream())
                      .noneMatch(ProcessHandle::isAlive));
    } finally {
      owner.destroyForcibly();
    }
  }

  private static List<ProcessHandle> nodesOf(Process owner) throws IOException {
    BufferedReader said =
        new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith("pids ")) {
        return Arrays.stream(line.substring(5).split(" "))
            .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
            .toList();
      }
      all.append(line).append('\n');
    }
    throw new AssertionError("the owner has ended: " + all);
  }
}
