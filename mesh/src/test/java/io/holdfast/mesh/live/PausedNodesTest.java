package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that stand still for a while (SIGSTOP) and go on as if nothing had been. */
class PausedNodesTest {

  /** So that a leader mostly takes a write before it misses its followers. */
  private static final String ELECTION_TIMEOUT = "holdfast.coordinator.election-timeout=3s";

  private static final String ACK_TIMEOUT = "holdfast.quorum.ack-timeout=3s";

  private static final int AT_ONCE = 8;
  private static final int FRESH_READS = 50;

  private static LiveMesh mesh;
  private LiveNode leader;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh = LiveMesh.start(dir, ELECTION_TIMEOUT, ACK_TIMEOUT);
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
  void leaderWithoutFollowersSaysWhyAndTheWriteHasOneOutcomeOnceTheyAreBack() {
    leader.commit("alone", "before");
    String id = mesh.newWriteId();
    Answer written = writeAlone(id);
    assertThat(written.status()).isEqualTo(503);
    assertThat(written.code()).as("%s", written).isEqualTo("quorum_not_met");
    assertThat(written.json().path("reason").asText()).isEqualTo("unreachable");
    assertThat(written.json().path("n").asInt()).isEqualTo(3);
    assertThat(written.json().path("w").asInt()).isEqualTo(2);
    assertThat(written.json().path("got").asInt()).isEqualTo(1);
    assertThat(written.json().path("needed").asInt()).isEqualTo(1);
    assertThat(written.json().path("writeId").asText()).isEqualTo(id);
    assertThat(written.stateOf(leader.id())).isEqualTo("acked");
    for (LiveNode other : mesh.othersThan(leader)) {
      assertThat(written.stateOf(other.id())).isEqualTo("silent");
    }
    mesh.othersThan(leader).forEach(LiveNode::resume);
    mesh.awaitLeader();
    assertOneOutcome(id);
  }

  /** Once more from the start where the leader stepped down before the write had reached it. */
  private Answer writeAlone(String id) {
    return await("a verdict")
        .atMost(LiveMesh.PATIENCE)
        .until(
            () -> {
              restore();
              mesh.othersThan(leader).forEach(LiveNode::pause);
              return leader.put("alone", "after", "Idempotency-Key", id);
            },
            answer -> !answer.code().equals("no_leader"));
  }

  /** The write is sent again under its id, by which it takes effect once; all say the same then. */
  private static void assertOneOutcome(String id) {
    Answer outcome =
        await("the outcome of a write sent again")
            .atMost(LiveMesh.PATIENCE)
            .until(
                () -> mesh.node(0).put("alone", "after", "Idempotency-Key", id),
                answer -> answer.status() == 200);
    for (LiveNode node : mesh.nodes()) {
      Answer found = node.findWrite(id);
      assertThat(found.code()).as("%s says %s", node, found).isEqualTo("committed");
      assertThat(found.json().path("modRevision")).isEqualTo(outcome.json().path("modRevision"));
      Answer read = node.read("alone");
      assertThat(read.body()).isEqualTo("after");
      assertThat(read.header().apply("holdfast-mod-revision"))
          .hasValue(outcome.json().path("modRevision").asText());
    }
    mesh.awaitEqualChains();
  }

  @Test
  void leaderWithoutFollowersAnswersNoLinearizableRead() {
    leader.commit("unconfirmed", "v");
    mesh.othersThan(leader).forEach(LiveNode::pause);
    // The first ones while it leads, the last when it has stepped down.
    List<Answer> answers = new ArrayList<>();
    await("stepping down")
        .atMost(LiveMesh.PATIENCE)
        .until(
            () -> {
              answers.add(leader.get("unconfirmed"));
              return leader.group().orElseThrow().role().equals("following");
            });
    answers.add(leader.get("unconfirmed"));
    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(503));
  }

  @Test
  void leaderThatIsToldToStopFinishesWhatIsUnderWayAndTakesNoMoreWork() {
    Deque<CompletableFuture<Answer>> begun = new ArrayDeque<>();
    await("a write under way")
        .atMost(LiveMesh.PATIENCE)
        .until(
            () -> {
              restore();
              mesh.othersThan(leader).forEach(LiveNode::pause);
              begun.addLast(leader.putAsync("under-way", "v", ""));
              return inFlight() > 0;
            });
    leader.process().destroy();
    Answer refused =
        await("its refusal")
            .atMost(LiveMesh.PATIENCE)
            .until(() -> leader.follow("/v1/groups"), answer -> answer.status() != 200);
    assertThat(refused.code()).as("%s", refused).isEqualTo("not_ready");
    assertThat(leader.put("late", "v").code()).isIn("not_ready", "");
    assertThat(begun.getLast().join().code()).isEqualTo("quorum_not_met");
    await("its end").atMost(LiveMesh.PATIENCE).until(() -> !leader.isAlive());
  }

  private long inFlight() {
    return leader.group().orElseThrow().json().path("inFlight").asLong();
  }

  @Test
  void leaderThatWakesUpNeverAnswersWhatHasBeenOverwritten() {
    leader.commit("stale", "old");
    leader.pause();
    List<LiveNode> others = mesh.othersThan(leader);
    mesh.awaitLeader(others);
    others.get(0).commit("stale", "new");

    // These wait in its sockets: they are the first thing that it sees when it goes on.
    List<CompletableFuture<Answer>> waiting = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      waiting.add(leader.getAsync("stale"));
    }
    leader.resume();
    List<Answer> answers = new ArrayList<>();
    int fresh = 0;
    long started = System.nanoTime();
    while (fresh < FRESH_READS && System.nanoTime() - started < LiveMesh.PATIENCE.toNanos()) {
      Answer answer = leader.get("stale");
      answers.add(answer);
      fresh += answer.status() == 200 ? 1 : 0;
    }
    waiting.forEach(answer -> answers.add(answer.join()));
    assertThat(answers).extracting(Answer::body).doesNotContain("old");
    assertThat(fresh).as("answers once it follows the new leader").isEqualTo(FRESH_READS);
  }
}
