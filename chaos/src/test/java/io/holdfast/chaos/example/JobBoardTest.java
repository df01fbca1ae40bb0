package io.holdfast.chaos.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.junit.Faults;
import io.holdfast.chaos.junit.HoldfastMesh;
import io.holdfast.chaos.junit.Kill;
import io.holdfast.chaos.junit.Partition;
import io.holdfast.chaos.junit.Pause;
import io.holdfast.mesh.client.MeshClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Workers compete for jobs while the mesh that the board stands on is broken. */
@HoldfastMesh(nodes = 3)
class JobBoardTest {

  private static final List<String> WORKERS = List.of("ada", "grace", "edsger");

  private final JobBoard board;

  JobBoardTest(MeshClient mesh) {
    board = new JobBoard(mesh);
  }

  @Test
  void everyJobHasOneWorker() {
    assertThat(winnersOf("quiet")).hasSize(1);
  }

  @Test
  @Partition(isolate = Faults.LEADER)
  void everyJobHasOneWorkerWhileTheLeaderIsCutOff() {
    IntStream.range(0, 10).forEach(i -> assertThat(winnersOf("cut off " + i)).hasSize(1));
  }

  @Test
  @Kill(Faults.LEADER)
  void everyJobHasOneWorkerThoughTheLeaderDies() {
    IntStream.range(0, 10).forEach(i -> assertThat(winnersOf("killed " + i)).hasSize(1));
  }

  @Test
  @Pause(Faults.FOLLOWER)
  void jobsAreHandedOutWhileANodeStandsStill() {
    assertThat(winnersOf("paused")).hasSize(1);
  }

  @Test
  void workerKeepsItsJobWhenAllNodesDieAtOnce(Faults faults) {
    assertThat(board.claim("kept", "ada")).isTrue();
    faults.killAll();
    faults.nodes().forEach(faults::restart);
    assertThat(board.claim("kept", "grace")).isFalse();
    assertThat(board.workerOf("kept")).contains("ada");
  }

  /** Has all workers ask for the job at once; those who were told that they have it. */
  private List<String> winnersOf(String job) {
    List<CompletableFuture<Boolean>> claims =
        WORKERS.stream()
            .map(worker -> CompletableFuture.supplyAsync(() -> board.claim(job, worker)))
            .toList();
    List<String> winners =
        IntStream.range(0, WORKERS.size())
            .filter(i -> claims.get(i).join())
            .mapToObj(WORKERS::get)
            .toList();
    assertThat(board.workerOf(job).stream().toList()).isEqualTo(winners);
    return winners;
  }
}
