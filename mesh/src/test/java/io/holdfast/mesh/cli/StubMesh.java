package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Front doors of a mesh with a directory that does at once what it is asked for, or what it is told
 * to. A node is named by its name and incarnation: {@code n3#b3}.
 */
final class StubMesh implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  static {
    // Else each answer waits for the client's delayed acknowledgement of its head: 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** One group: who votes and learns, by {@code name#incarnation}. */
  static final class Group {
    final TreeSet<String> voters = new TreeSet<>();
    final TreeSet<String> learners = new TreeSet<>();
    final TreeSet<String> hosts = new TreeSet<>();
    String state = "serving";
    boolean founded;
    int w = 2;
    int prepareQuorum = 2;
    long configuration;

    /** How often it is looked at before somebody leads it. */
    int looksUntilItIsLed;
  }

  final TreeMap<String, Group> groups = new TreeMap<>();
  final List<String> asked = new ArrayList<>();

  /** What the next changes of the directory are answered with: status and code. */
  final Deque<String> refusals = new ArrayDeque<>();

  /** Refused, and done all the same. */
  boolean refusedAreDone;

  /** How often the directory is looked at before a deleted group is gone. */
  int looksUntilItIsGone;

  private final TreeMap<String, HttpServer> servers = new TreeMap<>();
  private final TreeMap<String, String> meshIds = new TreeMap<>();
  private final TreeMap<String, String> addresses = new TreeMap<>();

  /** Who is told of as a peer: a node that was let in is not known to everybody at once. */
  private final TreeSet<String> founders = new TreeSet<>();

  private final TreeSet<String> deleted = new TreeSet<>();
  private long version = 7;

  /** Three nodes, which all vote in these groups; the first leads. */
  static StubMesh of(String... groups) {
    StubMesh mesh = new StubMesh();
    for (String node : List.of("n1#a1", "n2#a2", "n3#a3")) {
      mesh.start(node, "ours");
      mesh.founders.add(node);
      mesh.addresses.put(node, "10.0.0." + node.charAt(1) + ":4100");
    }
    for (String name : groups) {
      Group group = new Group();
      group.founded = true;
      group.voters.addAll(mesh.servers.keySet());
      group.hosts.addAll(mesh.servers.keySet());
      mesh.groups.put(name, group);
    }
    return mesh;
  }

  /** A node that runs and takes part in nothing. */
  synchronized void start(String node, String meshId) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", exchange -> answer(node, exchange));
      servers.put(node, server);
      meshIds.put(node, meshId);
      server.start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void stop(String node) {
    HttpServer server;
    synchronized (this) {
      server = servers.remove(node);
    }
    server.stop(0);
  }

  synchronized String door(String node) {
    return "127.0.0.1:" + servers.get(node).getAddress().getPort();
  }

  CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--endpoints", door("n2#a2")));
    return CommandRun.of(all.toArray(String[]::new));
  }

  @Override
  public void close() {
    servers.values().forEach(server -> server.stop(0));
  }

  // ---- Answers

  private synchronized void answer(String node, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    byte[] body = exchange.getRequestBody().readAllBytes();
    JsonNode json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    String[] steps = path.split("/");
    ObjectNode answer;
    if (path.equals("/v1/status")) {
      answer = status(node);
    } else if (path.equals("/v1/directory")) {
      answer = directory(node);
    } else if (method.equals("PUT") || method.equals("DELETE")) {
      answer = directoryChange(node, method, steps[2], steps[3], json);
    } else if (!groups.containsKey(steps[3])) {
      answer = refusal("404 unknown_group");
    } else if (path.endsWith("/replica")) {
      asked.add("host " + steps[3] + " " + node);
      groups.get(steps[3]).hosts.add(node);
      answer = JSON.createObjectNode().put("code", "hosted");
    } else if (method.equals("POST")) {
      answer = membersChange(steps[3], json);
    } else {
      answer = members(node, steps[3]);
    }
    byte[] bytes = JSON.writeValueAsBytes(answer);
    exchange.sendResponseHeaders(answer.path("status").asInt(200), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static ObjectNode refusal(String text) {
    return JSON.createObjectNode()
        .put("status", Integer.parseInt(text.substring(0, 3)))
        .put("code", text.substring(4))
        .put("detail", "told so");
  }

  private ObjectNode directoryChange(
      String node, String method, String kind, String name, JsonNode body) {
    asked.add(method + " " + name + (method.equals("PUT") ? " " + body : "") + " at " + node);
    Group meta = groups.get("meta");
    if (meta == null || !meta.voters.contains(node)) {
      return refusal("503 not_a_member");
    }
    String refusal = refusals.isEmpty() ? "" : refusals.pop();
    if (refusal.isEmpty() || refusedAreDone) {
      String done = kind.equals("nodes") ? admit(name, body) : changeGroup(method, name, body);
      refusal = refusal.isEmpty() ? done : refusal;
    }
    return refusal.isEmpty()
        ? JSON.createObjectNode().put("code", "done").put("detail", "so").put("version", ++version)
        : refusal(refusal);
  }

  private String admit(String name, JsonNode body) {
    addresses.keySet().removeIf(node -> node.startsWith(name + "#"));
    addresses.put(name + "#" + body.path("incarnation").asText(), body.path("address").asText());
    return "";
  }

  private String changeGroup(String method, String name, JsonNode body) {
    Group found = groups.get(name);
    if (method.equals("DELETE")) {
      if (found == null || deleted.contains(name)) {
        return "404 unknown_group";
      }
      found.state = "deleting";
      deleted.add(name);
      return found.founded ? "409 not_deletable" : "";
    }
    if (found != null) {
      return "409 already_exists";
    }
    Group group = new Group();
    for (String node : addresses.keySet()) {
      String id = node.substring(0, node.indexOf('#'));
      if (!body.has("members") || body.path("members").toString().contains("\"" + id + "\"")) {
        group.voters.add(node);
      }
    }
    group.hosts.addAll(group.voters);
    int n = group.voters.size();
    group.w = body.path("w").asInt(n / 2 + 1);
    group.prepareQuorum = body.path("prepareQuorum").asInt(n - group.w + 1);
    group.looksUntilItIsLed = n;
    groups.put(name, group);
    return "";
  }

  private ObjectNode membersChange(String name, JsonNode body) {
    Group group = groups.get(name);
    String node = body.path("node").asText() + "#" + body.path("incarnation").asText();
    String by = body.path("by").asText() + "#" + body.path("byIncarnation").asText();
    String change = body.path("change").asText();
    asked.add(name + ": " + change + " " + node + (body.has("by") ? " by " + by : ""));
    switch (change) {
      case "add" -> group.learners.add(node);
      case "promote" -> {
        group.learners.remove(node);
        group.voters.add(node);
      }
      default -> {
        group.voters.remove(node);
        group.learners.remove(by);
        group.voters.add(by);
      }
    }
    group.configuration++;
    return JSON.createObjectNode()
        .put("code", "changed")
        .put("configuration", group.configuration)
        .put("governsFrom", 100);
  }

  private static String id(String node) {
    return node.substring(0, node.indexOf('#'));
  }

  private static String incarnation(String node) {
    return node.substring(node.indexOf('#') + 1);
  }

  private ObjectNode status(String node) {
    ObjectNode status =
        JSON.createObjectNode()
            .put("node", id(node))
            .put("mesh", meshIds.get(node))
            .put("incarnation", incarnation(node))
            .put("meshAddr", "10.9.9.9:4100")
            .put("httpAddr", door(node));
    ArrayNode peers = status.putArray("peers");
    for (String peer : servers.keySet()) {
      if (founders.contains(peer) && !peer.equals(node)) {
        peers.addObject().put("node", id(peer)).put("httpAddr", door(peer));
      }
    }
    ArrayNode list = status.putArray("groups");
    groups.forEach(
        (name, group) -> {
          if (group.hosts.contains(node)) {
            boolean led = group.looksUntilItIsLed == 0;
            group.looksUntilItIsLed -= led ? 0 : 1;
            ObjectNode one = list.addObject().put("group", name).put("w", group.w);
            one.put("role", role(group, node));
            one.put("leader", led ? id(group.voters.first()) : null);
            ArrayNode members = one.putArray("members");
            group.voters.forEach(voter -> members.add(id(voter)));
          }
        });
    return status;
  }

  private static String role(Group group, String node) {
    return node.equals(group.voters.first())
        ? "leading"
        : group.voters.contains(node) ? "following" : "outside";
  }

  private ObjectNode directory(String node) {
    boolean knows = addresses.containsKey(node);
    ObjectNode directory = JSON.createObjectNode().put("version", knows ? version : 0);
    directory.putArray("nodes");
    ArrayNode list = directory.putArray("groups");
    groups.forEach(
        (name, group) -> {
          ObjectNode one = list.addObject().put("group", name).put("w", group.w);
          one.put("prepareQuorum", group.prepareQuorum).put("state", group.state);
          one.put("founded", group.founded);
          ArrayNode members = one.putArray("members");
          group.voters.forEach(voter -> members.add(id(voter)));
        });
    if (!deleted.isEmpty() && looksUntilItIsGone-- <= 0) {
      groups.keySet().removeAll(deleted);
      deleted.clear();
    }
    return directory;
  }

  private ObjectNode members(String node, String name) {
    Group group = groups.get(name);
    ObjectNode view =
        JSON.createObjectNode()
            .put("group", name)
            .put("node", id(node))
            .put("role", role(group, node))
            .put("configuration", group.configuration)
            .put("w", group.w)
            .put("prepareQuorum", group.prepareQuorum)
            .put("leader", id(group.voters.first()))
            .put("handedOver", true)
            .put("settings", "theirs");
    ArrayNode members = view.putArray("members");
    group.voters.forEach(voter -> member(members, voter, "voter"));
    group.learners.forEach(learner -> member(members, learner, "learner"));
    return view;
  }

  private static void member(ArrayNode list, String node, String role) {
    list.addObject()
        .put("node", id(node))
        .put("incarnation", incarnation(node))
        .put("role", role)
        .put("alive", true);
  }
}
