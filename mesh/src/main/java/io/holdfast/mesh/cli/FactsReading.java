package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.health.Facts;
import io.holdfast.mesh.core.health.Quorums;
import io.holdfast.mesh.core.health.Witness;
import io.holdfast.mesh.core.health.Witness.Equality;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a node told of a group, read from its JSON. */
final class FactsReading {

  private FactsReading() {}

  /** What it told; absent where that cannot be used, as of a node of another version. */
  static Optional<Facts> read(JsonNode why) {
    JsonNode facts = why.path("facts");
    String group = facts.path("group").asText("");
    List<Quorums> configurations = new ArrayList<>();
    for (JsonNode one : facts.path("configurations")) {
      configurations.add(
          new Quorums(
              one.path("number").asLong(-1),
              nodes(one.path("voters")),
              one.path("w").asInt(),
              one.path("prepareQuorum").asInt()));
    }
    if (!GroupId.isValid(group) || configurations.isEmpty()) {
      return Optional.empty();
    }
    List<Witness> witnesses = new ArrayList<>();
    facts.path("witnesses").forEach(one -> witness(one).ifPresent(witnesses::add));
    JsonNode evidence = facts.path("evidence");
    return Optional.of(
        new Facts(
            new GroupId(group),
            configurations,
            witnesses,
            new Facts.Evidence(
                evidence.path("epoch").asLong(-1),
                evidence.path("required").asBoolean(),
                evidence.path("needed").asInt(),
                new HashSet<>(nodes(evidence.path("given")))),
            facts.path("sealed").asBoolean()));
  }

  private static Optional<Witness> witness(JsonNode one) {
    Optional<Set<NodeId>> hears =
        one.path("hears").isArray()
            ? Optional.of(new HashSet<>(nodes(one.path("hears"))))
            : Optional.empty();
    List<String> reasons = new ArrayList<>();
    one.path("reasons").forEach(reason -> reasons.add(reason.asText()));
    return node(one.path("node"))
        .map(
            name ->
                new Witness(
                    name,
                    one.path("own").asBoolean(),
                    one.path("answers").asBoolean(),
                    one.path("serves").asBoolean(),
                    Equality.of(one.path("equality").asText()),
                    one.path("ageMillis").asLong(-1),
                    hears,
                    one.path("role").asText(""),
                    node(one.path("leader")),
                    one.path("promised").asText("-"),
                    one.path("highest").asText("-"),
                    reasons));
  }

  private static Optional<NodeId> node(JsonNode name) {
    return name.isTextual() && NodeId.isValid(name.asText())
        ? Optional.of(new NodeId(name.asText()))
        : Optional.empty();
  }

  static List<NodeId> nodes(JsonNode names) {
    List<NodeId> nodes = new ArrayList<>();
    names.forEach(name -> node(name).ifPresent(nodes::add));
    return nodes;
  }
}
