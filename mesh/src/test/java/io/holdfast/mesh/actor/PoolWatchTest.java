package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.PoolStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Pools of groups of which some answer late. */
class PoolWatchTest {

  private static final PoolStatus PORTS = new PoolStatus("ports", "host", 100, 12, 2, 80);
  private static final PoolStatus MORE = new PoolStatus("ports", "host", 100, 13, 2, 80);

  private final Map<String, CompletableFuture<List<PoolStatus>>> answers = new TreeMap<>();
  private final PoolWatch watch = new PoolWatch(Duration.ofMillis(20));

  private void look() {
    watch.look(
        answers.keySet().stream().map(GroupId::new).toList(),
        group -> Objects.requireNonNull(answers.get(group.value())));
  }

  private void answers(String group, PoolStatus... pools) {
    answers.put(group, CompletableFuture.completedFuture(List.of(pools)));
  }

  @Test
  void groupThatAnswersLateKeepsWhatItSaidLast() {
    answers("a", PORTS);
    answers("b", PORTS);
    look();
    assertThat(watch.latest()).isEqualTo(Map.of("a", List.of(PORTS), "b", List.of(PORTS)));

    answers("a", MORE);
    CompletableFuture<List<PoolStatus>> late = new CompletableFuture<>();
    answers.put("b", late);
    look();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> List.of(MORE).equals(watch.latest().get("a")));
    assertThat(watch.latest().get("b")).isEqualTo(List.of(PORTS));

    late.complete(List.of(MORE));
    answers.put("b", new CompletableFuture<>());
    look();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> List.of(MORE).equals(watch.latest().get("b")));
  }

  @Test
  void groupsThatAreGoneOrHaveNoPoolsAnyMoreAreForgotten() {
    answers("a", PORTS);
    answers("b", PORTS);
    look();
    answers("a");
    answers.remove("b");
    look();
    assertThat(watch.latest()).isEmpty();
  }
}
