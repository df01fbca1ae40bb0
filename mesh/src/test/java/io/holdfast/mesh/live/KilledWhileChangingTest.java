package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.MembersView;
import io.holdfast.mesh.client.MembersView.Member;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.PostReply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is killed (SIGKILL) when it has just been told to change the members. */
class KilledWhileChangingTest {

  private static final int SOME = 40;

  /** A change that is asked of the leader, and the verb that finishes it. */
  private record Round(ObjectNode change, Duration untilTheKill, List<String> verb) {}

  private static ObjectNode change(String change, String node) {
    return JsonNodeFactory.instance.objectNode().put("change", change).put("node", node);
  }

  @Test
  void changeIsMadeOrNotMadeEverywhereAndWritesGoOn(@TempDir Path dir) throws IOException {
    try (ChangingMesh mesh = ChangingMesh.start(dir, 4);
        MeshClient one = mesh.client(List.of("n1", "n2", "n3", "n4"));
        MeshClient other = mesh.client(List.of("n3", "n2", "n1", "n4"));
        Load load = Load.start(List.of(one, other), "killed")) {
      load.awaitMore(SOME);
      mesh.run("member", "add", "n4", "--learner");
      for (Round round :
          List.of(
              new Round(change("promote", "n4"), Duration.ZERO, List.of("promote", "n4")),
              new Round(change("remove", "n4"), Duration.ofMillis(4), List.of("remove", "n4")))) {
        killTheLeaderAt(mesh, round);
        load.awaitMore(SOME);
      }
      mesh.run("member", "add", "n4", "--learner");
      String leader = leaderOf(mesh);
      ObjectNode replaceIt = change("replace", leader).put("by", "n4");
      killTheLeaderAt(
          mesh, new Round(replaceIt, Duration.ofMillis(8), List.of("replace", leader, "n4")));
      load.awaitMore(SOME);
      load.stop();
      assertThat(load.failed()).as("writes that failed for good").isEmpty();
      assertThat(mesh.run("member", "list").path("members").findValuesAsText("node"))
          .hasSize(3)
          .contains("n4")
          .doesNotContain(leader);
      assertThat(mesh.run("verify").path("replicas").size()).isGreaterThanOrEqualTo(3);
    }
  }

  /** Some configuration is everyone's afterwards: the one before, or the one asked for. */
  private static void killTheLeaderAt(ChangingMesh mesh, Round round) {
    String leader = leaderOf(mesh);
    long before = mesh.seenBy(leader).orElseThrow().newestNumber();
    CompletableFuture<PostReply> reply = mesh.change(leader, round.change(), LiveMesh.PATIENCE);
    if (!round.untilTheKill().isZero()) {
      await().pollDelay(round.untilTheKill()).until(() -> true);
    }
    mesh.kill(leader);
    PostReply told = reply.join();
    mesh.startAgain(leader);
    long after = agreedNumber(mesh);
    assertThat(after).as("%s, and %s was told", round.change(), told).isBetween(before, before + 1);
    if (told.done()) {
      assertThat(after).as("what was acknowledged is not lost").isEqualTo(before + 1);
    }
    List<String> verb = new ArrayList<>(List.of("member"));
    verb.addAll(round.verb());
    mesh.run(verb.toArray(String[]::new));
    assertThat(agreedNumber(mesh)).isGreaterThanOrEqualTo(after);
  }

  private static String leaderOf(ChangingMesh mesh) {
    return mesh.awaitLeader(
        () ->
            mesh.members().stream()
                .map(node -> node.id())
                .filter(id -> mesh.seenBy(id).filter(MembersView::fromWithin).isPresent())
                .toList());
  }

  /** Waits until all members of the newest configuration name the same one. */
  private static long agreedNumber(ChangingMesh mesh) {
    AtomicLong agreed = new AtomicLong();
    await("one configuration")
        .atMost(LiveMesh.PATIENCE)
        .until(
            () -> {
              Optional<MembersView> newest =
                  mesh.members().stream()
                      .flatMap(node -> mesh.seenBy(node.id()).stream())
                      .filter(MembersView::fromWithin)
                      .max(Comparator.comparing(MembersView::newestNumber));
              if (newest.isEmpty()) {
                return false;
              }
              agreed.set(newest.get().newestNumber());
              return newest.get().newest().stream()
                  .map(Member::node)
                  .allMatch(
                      node ->
                          mesh.seenBy(node)
                              .filter(view -> view.newestNumber() == agreed.get())
                              .filter(view -> names(view).equals(names(newest.get())))
                              .isPresent());
            });
    return agreed.get();
  }

  private static List<String> names(MembersView view) {
    return view.newest().stream().map(m -> m.node() + (m.voter() ? "" : "?")).toList();
  }
}
