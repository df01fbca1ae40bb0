package io.holdfast.mesh.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits until nodes agree on who leads a group. */
final class LeaderAgreement {

  private static final Duration POLL = Duration.ofMillis(50);

  private final MeshClient client;
  private final String group;

  LeaderAgreement(MeshClient client, String group) {
    this.client = client;
    this.group = group;
  }

  /**
   * Waits until all these nodes answer and name the same leader, one of them.
   *
   * @param nodes who is asked
   * @param hopeless ends the wait
   * @return the leader's name; absent when {@code patience} ended first, or hope
   */
  Optional<String> await(
      List<LocalMesh.Member> nodes, BooleanSupplier hopeless, Duration patience) {
    long started = System.nanoTime();
    while (System.nanoTime() - started < patience.toNanos() && !hopeless.getAsBoolean()) {
      Optional<String> leader = agreed(nodes);
      if (leader.isPresent()) {
        return leader;
      }
      if (!pause()) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Optional<String> agreed(List<LocalMesh.Member> nodes) {
    String agreed = "";
    for (LocalMesh.Member node : nodes) {
      Optional<String> leader =
          status(node.http()).flatMap(view -> view.group(group)).flatMap(GroupView::leader);
      if (leader.isEmpty() || !(agreed.isEmpty() || agreed.equals(leader.get()))) {
        return Optional.empty();
      }
      agreed = leader.get();
    }
    String leader = agreed;
    return Optional.of(leader)
        .filter(name -> nodes.stream().anyMatch(node -> node.id().equals(name)));
  }

  private Optional<NodeView> status(MeshEndpoint node) {
    try {
      return client
          .nodeStatus(node, Duration.ofSeconds(1))
          .toCompletableFuture()
          .get(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (TimeoutException silent) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
