package io.holdfast.mesh.actor;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.PoolStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * How much of the pools of each group is given. A group that answers late, or not, keeps what it
 * said last; what it says too late counts at the next look. Looks from one thread; read by any.
 */
final class PoolWatch {

  private final Duration patience;
  private final Map<String, List<PoolStatus>> known = new ConcurrentHashMap<>();
  private volatile Map<String, List<PoolStatus>> latest = Map.of();

  /**
   * @param patience how long a group has to answer
   */
  PoolWatch(Duration patience) {
    this.patience = patience;
  }

  /** What is known, by group; groups without pools are left out. */
  Map<String, List<PoolStatus>> latest() {
    return latest;
  }

  /**
   * Asks groups, and returns at once.
   *
   * @param groups all that there are
   * @param pools how each is asked
   */
  void look(List<GroupId> groups, Function<GroupId, CompletionStage<List<PoolStatus>>> pools) {
    known.keySet().retainAll(groups.stream().map(GroupId::value).toList());
    CompletableFuture<?>[] asked =
        groups.stream()
            .map(
                group ->
                    pools
                        .apply(group)
                        .thenAccept(found -> take(group.value(), found))
                        .toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    var unused =
        CompletableFuture.allOf(asked)
            .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((done, late) -> latest = Map.copyOf(known));
  }

  private void take(String group, List<PoolStatus> found) {
    if (found.isEmpty()) {
      known.remove(group);
    } else {
      known.put(group, found);
    }
  }
}
