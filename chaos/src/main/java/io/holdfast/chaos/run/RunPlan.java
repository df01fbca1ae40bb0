package io.holdfast.chaos.run;

import io.holdfast.config.core.NodeFlaw;
import io.holdfast.mesh.client.MeshEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run does.
 *
 * @param dir for the nodes' data and logs
 * @param nodes how many, 3 to 7; as many as there are endpoints
 * @param length how long clients ask and faults are injected, 5 s to a day
 * @param seed of the schedule and of what clients choose
 * @param kinds of faults, each once; none: only the clients run
 * @param workload what clients do
 * @param clients how many, 1 to 256
 * @param rate of operations a second, all clients together, 1 to 100,000
 * @param accounts of the transfers, 2 to 100
 * @param flaw what is wrong with the nodes on purpose, if anything
 * @param endpoints the nodes of a mesh that somebody else has started; none: the run starts its own
 * @param command the command line that does the same again
 */
public record RunPlan(
    Path dir,
    int nodes,
    Duration length,
    long seed,
    List<FaultKind> kinds,
    WorkloadKind workload,
    int clients,
    int rate,
    int accounts,
    Optional<NodeFlaw> flaw,
    List<MeshEndpoint> endpoints,
    String command) {

  /** The shortest run. */
  public static final Duration SHORTEST = Duration.ofSeconds(5);

  /** The longest run. */
  public static final Duration LONGEST = Duration.ofDays(1);

  public RunPlan {
    kinds = kinds.stream().distinct().toList();
    endpoints = List.copyOf(endpoints);
    within("nodes", nodes, endpoints.isEmpty() ? 3 : 1, endpoints.isEmpty() ? 7 : 64);
    within("clients", clients, 1, 256);
    within("rate", rate, 1, 100_000);
    within("accounts", accounts, 2, 100);
    if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "duration %d s: allowed is %d s to %d h"
              .formatted(length.toSeconds(), SHORTEST.toSeconds(), LONGEST.toHours()));
    }
  }

  private static void within(String what, int given, int least, int most) {
    if (given < least || given > most) {
      throw new IllegalArgumentException(
          what + " " + given + ": allowed is " + least + " to " + most);
    }
  }

  /** How many must hold a write. */
  int w() {
    return nodes / 2 + 1;
  }
}
