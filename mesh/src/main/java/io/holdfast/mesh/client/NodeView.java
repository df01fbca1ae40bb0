package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node said of itself; the fields are those of {@link io.holdfast.mesh.NodeStatus}.
 *
 * @param endpoint where it was asked
 * @param peers the front doors of its peers by node id; empty text where not known yet
 * @param unreachable the peers that it has not heard lately
 * @param json the whole answer
 */
public record NodeView(
    MeshEndpoint endpoint,
    String node,
    String mesh,
    String version,
    String state,
    String httpAddr,
    double uptimeSeconds,
    Map<String, String> peers,
    List<String> unreachable,
    List<GroupView> groups,
    JsonNode json) {

  static NodeView read(MeshEndpoint endpoint, JsonNode json) {
    Map<String, String> peers = new LinkedHashMap<>();
    List<String> unreachable = new ArrayList<>();
    for (JsonNode peer : json.path("peers")) {
      String id = peer.path("node").asText("");
      peers.put(id, peer.path("httpAddr").asText(""));
      if (!peer.path("reachable").asBoolean(true)) {
        unreachable.add(id);
      }
    }
    List<GroupView> groups = new ArrayList<>();
    json.path("groups").forEach(group -> groups.add(GroupView.read(group)));
    return new NodeView(
        endpoint,
        json.path("node").asText("?"),
        json.path("mesh").asText(""),
        json.path("version").asText(""),
        json.path("state").asText("?"),
        json.path("httpAddr").asText(endpoint.toString()),
        json.path("uptimeMillis").asDouble() / 1000,
        Map.copyOf(peers),
        List.copyOf(unreachable),
        List.copyOf(groups),
        json);
  }

  /** Of its data directory, in hex; empty where it does not say so. */
  public String incarnation() {
    return json.path("incarnation").asText("");
  }

  /** Where its peers reach it. */
  public String meshAddr() {
    return json.path("meshAddr").asText("");
  }

  /** What it waits for before it takes part. */
  public Optional<String> waitsFor() {
    return Optional.of(json.path("waitsFor")).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }

  /** How well it is, in a word; {@code ?} where it does not say so. */
  public String health() {
    return json.path("health").path("status").asText("?");
  }

  /** What is wrong, one line each: what has to hold, of which group, and why it does not. */
  public List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    for (JsonNode gate : json.path("health").path("gates")) {
      for (JsonNode reason : gate.path("reasons")) {
        String group = gate.path("group").asText("");
        troubles.add(
            "%s %s: %s"
                .formatted(
                    gate.path("group").isTextual() ? group : "node",
                    gate.path("kind").asText(""),
                    reason.asText("")));
      }
    }
    return troubles;
  }

  /** What this node says of the named group. */
  public Optional<GroupView> group(String name) {
    return groups.stream().filter(group -> group.group().equals(name)).findFirst();
  }

  /** The front door of the named node, as far as this node knows it. */
  public Optional<MeshEndpoint> endpointOf(String id) {
    if (id.equals(node)) {
      return Optional.of(endpoint);
    }
    String address = peers.getOrDefault(id, "");
    try {
      return address.isEmpty() ? Optional.empty() : Optional.of(MeshEndpoint.parse(address));
    } catch (IllegalArgumentException unusable) {
      return Optional.empty(); // a peer of another version may announce what we cannot use
    }
  }
}
