package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.chaos.live.LiveNode.Direction;
import io.holdfast.config.core.NodeFlaw;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are broken on purpose do what they must never do. */
class NodeFlawsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void leaderThatAsksNobodyAnswersWhatHasBeenOverwritten(@TempDir Path dir) {
    try (LiveMesh mesh = start(dir, NodeFlaw.READS_WITHOUT_PROBE)) {
      // One that noticed in time that it is alone leads no more, and answers nothing.
      Answer stale =
          await("an answer of a leader that is cut off")
              .atMost(PATIENCE)
              .until(() -> readOfACutOffLeader(mesh), answer -> answer.status() == 200);
      assertThat(stale.body()).isEqualTo("old");
      assertThat(mesh.nodes())
          .anyMatch(node -> node.faults().done(NodeFlaw.READS_WITHOUT_PROBE) > 0);
      mesh.restore();
      await("all answer what was written last")
          .atMost(PATIENCE)
          .until(
              () -> mesh.nodes().stream().allMatch(node -> node.get("read").body().equals("new")));
    }
  }

  private static Answer readOfACutOffLeader(LiveMesh mesh) {
    LiveNode old = mesh.restore();
    old.commit("read", "old");
    List<LiveNode> others = mesh.othersThan(old);
    others.forEach(other -> old.block(other, Direction.BOTH));
    mesh.awaitLeader(others).commit("read", "new");
    return old.get("read");
  }

  @Test
  void meshThatAcknowledgesBeforeTheDiskLosesWritesWhenAllAreKilled(@TempDir Path dir) {
    losesWhatIsWrittenBeforeAllAreKilled(dir, NodeFlaw.ACK_BEFORE_DISK);
  }

  @Test
  void meshOfForgetfulAcceptorsLosesWritesWhenAllAreKilled(@TempDir Path dir) {
    losesWhatIsWrittenBeforeAllAreKilled(dir, NodeFlaw.FORGETFUL_ACCEPTOR);
  }

  private static void losesWhatIsWrittenBeforeAllAreKilled(Path dir, NodeFlaw flaw) {
    try (LiveMesh mesh = start(dir, flaw)) {
      LiveNode leader = mesh.awaitLeader();
      leader.commit("kept", "v");
      // Until the disk, or the store, has it: that is flushed within five seconds.
      await().pollDelay(Duration.ofSeconds(8)).until(() -> true);
      // A busy machine may take longer to kill than the disk is late.
      for (int round = 1; !isLostByAKill(mesh, "lost" + round); round++) {
        assertThat(round).as("rounds in which nothing was lost").isLessThan(4);
      }
      // Each that held what is lost; the third may not have had it yet.
      assertThat(mesh.nodes())
          .filteredOn(node -> node.faults().done(flaw) > 0)
          .hasSizeGreaterThanOrEqualTo(2);
      mesh.awaitEqualChains();
    }
  }

  private static boolean isLostByAKill(LiveMesh mesh, String key) {
    mesh.awaitLeader().commit(key, "v");
    mesh.killAll();
    mesh.nodes().forEach(LiveNode::start);
    LiveNode next = mesh.awaitLeader();
    assertThat(next.read("kept").status()).isEqualTo(200);
    return next.read(key).status() == 404;
  }

  private static LiveMesh start(Path dir, NodeFlaw flaw) {
    return LiveMesh.start(
        new LiveMesh.Plan(dir, 3, 2, false, 1, Map.of()).broken(EnumSet.of(flaw)));
  }
}
