package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node said of the nodes and groups of its mesh; the fields are those of {@link
 * io.holdfast.mesh.DirectoryStatus}.
 *
 * @param json the whole answer
 */
public record DirectoryView(long version, List<Node> nodes, List<Group> groups, JsonNode json) {

  /** A node that was let in. */
  public record Node(String node, String incarnation, String address) {}

  /** A group, as it was founded. */
  public record Group(
      String group, List<String> members, int w, int prepareQuorum, String state, boolean founded) {

    /** Whether it is there to stay. */
    public boolean serving() {
      return state.equals("serving");
    }
  }

  static DirectoryView read(JsonNode json) {
    List<Node> nodes = new ArrayList<>();
    for (JsonNode node : json.path("nodes")) {
      nodes.add(
          new Node(
              node.path("node").asText("?"),
              node.path("incarnation").asText(""),
              node.path("address").asText("")));
    }
    List<Group> groups = new ArrayList<>();
    for (JsonNode group : json.path("groups")) {
      groups.add(
          new Group(
              group.path("group").asText("?"),
              texts(group.path("members")),
              group.path("w").asInt(),
              group.path("prepareQuorum").asInt(),
              group.path("state").asText("?"),
              group.path("founded").asBoolean()));
    }
    return new DirectoryView(
        json.path("version").asLong(), List.copyOf(nodes), List.copyOf(groups), json);
  }

  static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return List.copyOf(texts);
  }

  /** The named group. */
  public Optional<Group> group(String name) {
    return groups.stream().filter(group -> group.group().equals(name)).findFirst();
  }
}
