package io.holdfast.mesh.cli;

import io.holdfast.mesh.client.ChainView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is wrong with the replicas of a group at a slot.
 *
 * @param differing replicas whose chain of hashes is another than that of most
 * @param unknown replicas of which it cannot be said, and why
 */
record ReplicaComparison(List<String> differing, List<String> unknown) {

  private static final int SHOWN = 12;

  /**
   * Compares.
   *
   * @param slot where
   * @param members who has a replica
   * @param points what each that answered said of this slot
   */
  static ReplicaComparison at(long slot, Collection<String> members, List<ChainView> points) {
    Map<String, ChainView> byNode =
        points.stream()
            .collect(Collectors.toMap(ChainView::node, p -> p, (a, b) -> a, TreeMap::new));
    List<String> unknown = new ArrayList<>();
    for (String member : members) {
      ChainView point = byNode.get(member);
      if (point == null) {
        unknown.add(member + " does not answer");
      } else if (point.chainHash().isEmpty()) {
        unknown.add(
            point.applied() < slot
                ? "%s has executed slot %d, not %d yet".formatted(member, point.applied(), slot)
                : "%s has executed slot %d and no longer remembers %d: again"
                    .formatted(member, point.applied(), slot));
      }
    }
    return new ReplicaComparison(differing(slot, byNode), List.copyOf(unknown));
  }

  private static List<String> differing(long slot, Map<String, ChainView> byNode) {
    Map<String, List<String>> nodesByHash = new TreeMap<>();
    byNode.forEach(
        (node, point) ->
            point
                .chainHash()
                .ifPresent(
                    hash -> nodesByHash.computeIfAbsent(hash, h -> new ArrayList<>()).add(node)));
    if (nodesByHash.size() < 2) {
      return List.of();
    }
    int most = nodesByHash.values().stream().mapToInt(List::size).max().orElse(0);
    Optional<String> common =
        nodesByHash.values().stream().filter(nodes -> nodes.size() == most).count() == 1
            ? nodesByHash.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                .map(Map.Entry::getKey)
            : Optional.empty();
    List<String> differing = new ArrayList<>();
    nodesByHash.forEach(
        (hash, nodes) -> {
          if (!common.equals(Optional.of(hash))) {
            differing.add(
                "%s: chain hash %s at slot %d%s"
                    .formatted(
                        String.join(", ", nodes),
                        shortened(hash),
                        slot,
                        common
                            .map(other -> ", most have " + shortened(other))
                            .orElse(", and no hash is that of most")));
          }
        });
    return List.copyOf(differing);
  }

  private static String shortened(String hash) {
    return hash.substring(0, Math.min(SHOWN, hash.length()));
  }

  /** Whether every member has the same. */
  boolean same() {
    return differing.isEmpty() && unknown.isEmpty();
  }

  /** All that is wrong, what differs first. */
  List<String> problems() {
    List<String> problems = new ArrayList<>(differing);
    problems.addAll(unknown);
    return problems;
  }
}
