package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.chaos.live.LiveNode.Direction;
import io.holdfast.mesh.client.GroupView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Running processes between which messages are dropped, in both directions or in one. */
class PartitionedMeshTest {

  /** So that no leader is deposed because the machine is busy. */
  private static final Map<String, String> SETTINGS =
      Map.of("holdfast.coordinator.election-timeout", "1500ms");

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final int SOME = 10;

  private static LiveMesh mesh;
  private LiveNode leader;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh = LiveMesh.start(new LiveMesh.Plan(dir, 3, 2, false, 1, SETTINGS));
  }

  @BeforeEach
  void restore() {
    leader = mesh.restore();
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @Test
  void leaderThatIsCutOffCommitsNothingAndAnswersNoLinearizableRead() {
    leader.commit("cut", "before");
    List<LiveNode> others = mesh.othersThan(leader);
    others.forEach(other -> leader.block(other, Direction.BOTH));
    List<Answer> answers = new ArrayList<>();
    // From the first moment, while it still thinks that it leads, until it has stepped down.
    await("stepping down")
        .atMost(PATIENCE)
        .until(
            () -> {
              CompletableFuture<Answer> read = leader.getAsync("cut");
              answers.add(leader.put("cut", "while cut off"));
              answers.add(read.join());
              return answers.get(answers.size() - 1).code().equals("no_leader");
            });
    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(503));
    mesh.awaitLeader(others);
    assertThat(leader.get("cut").code()).as("while others lead").isEqualTo("no_leader");
  }

  @Test
  void majorityElectsAndWritesWhileTheOldLeaderIsCutOff() {
    List<LiveNode> others = mesh.othersThan(leader);
    others.forEach(other -> leader.block(other, Direction.BOTH));
    mesh.awaitLeader(others);
    for (LiveNode other : others) {
      other.commit("majority", "through " + other);
      assertThat(other.read("majority").body()).isEqualTo("through " + other);
    }
  }

  @Test
  void healedLeaderRejoinsWithoutARestart() {
    long pid = leader.pid();
    List<LiveNode> others = mesh.othersThan(leader);
    others.forEach(other -> leader.block(other, Direction.BOTH));
    mesh.awaitLeader(others);
    for (int i = 0; i < SOME; i++) {
      others.get(0).commit("healed/" + i, "v" + i);
    }
    leader.heal();
    mesh.awaitLeader();
    mesh.awaitEqualChains();
    assertThat(leader.read("healed/0").body()).isEqualTo("v0");
    assertThat(leader.pid()).isEqualTo(pid);
  }

  @Test
  void leaderThatDoesNotHearOneFollowerCommitsWithTheOther() {
    SameLeader.stays(
        mesh,
        leading -> {
          LiveNode unheard = mesh.othersThan(leading).get(0);
          LiveNode other = mesh.othersThan(leading).get(1);
          leading.block(unheard, Direction.IN);
          for (int i = 0; i < SOME; i++) {
            Answer written = leading.put("one-way/" + i, "v");
            assertThat(written.status()).as("%s", written).isEqualTo(200);
            assertThat(written.stateOf(other)).isEqualTo("acked");
            assertThat(written.stateOf(unheard)).isNotEqualTo("acked");
          }
          mesh.awaitEqualChains(); // the one that is not heard hears, and executes
        });
  }

  @Test
  void halfDeafFollowerDeposesNobody() {
    SameLeader.stays(
        mesh,
        leading -> {
          LiveNode deaf = mesh.othersThan(leading).get(0);
          LiveNode other = mesh.othersThan(leading).get(1);
          mesh.othersThan(deaf).forEach(peer -> deaf.block(peer, Direction.IN));
          // It tries to lead, more than once: each attempt begins as following and becomes
          // preparing.
          for (int attempt = 0; attempt < 2; attempt++) {
            await("trying to lead").atMost(PATIENCE).until(() -> role(deaf), "preparing"::equals);
            assertThat(leading.put("half-deaf/" + attempt, "v").status()).isEqualTo(200);
            await("giving up").atMost(PATIENCE).until(() -> role(deaf), "following"::equals);
          }
          assertThat(other.put("half-deaf", "v").status()).isEqualTo(200);
        });
  }

  private static String role(LiveNode node) {
    return node.group().map(GroupView::role).orElse("");
  }
}
