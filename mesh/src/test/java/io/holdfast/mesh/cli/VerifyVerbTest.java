package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb at nodes that say what they are told to. */
class VerifyVerbTest {

  /** A node; what it has executed grows by one slot with each question for its chain. */
  private static final class Node {

    private final String name;
    private final String hash;
    private final HttpServer server;
    private long applied;
    private String role = "following";

    Node(String name, long applied, String hash) throws IOException {
      this.name = name;
      this.applied = applied;
      this.hash = hash;
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    String address() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    void answer(HttpExchange exchange, List<Node> all) throws IOException {
      String path = exchange.getRequestURI().getPath();
      String body;
      int status = 200;
      if (path.equals("/v1/status")) {
        body =
            """
            {"node":"%s","httpAddr":"%s","peers":[%s],"groups":[
              {"group":"main","role":"%s","applied":%d,"members":["n1","n2","n3"]}]}"""
                .formatted(
                    name,
                    address(),
                    all.stream()
                        .filter(node -> node != this)
                        .map(
                            node ->
                                "{\"node\":\"%s\",\"httpAddr\":\"%s\"}"
                                    .formatted(node.name, node.address()))
                        .collect(Collectors.joining(",")),
                    role,
                    applied);
      } else if (!path.contains("/main/")) {
        status = 404;
        body = "{\"code\":\"unknown_group\",\"detail\":\"there is none\"}";
      } else {
        long slot = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        applied++;
        body =
            "{\"node\":\"%s\",\"applied\":%d,\"slot\":%d,\"chainHash\":%s}"
                .formatted(name, applied, slot, slot <= applied ? '"' + hash + '"' : "null");
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    }
  }

  private final List<Node> nodes = new ArrayList<>();

  private void start(Node... some) {
    nodes.addAll(List.of(some));
    for (Node node : nodes) {
      node.server.createContext("/", exchange -> node.answer(exchange, nodes));
      node.server.start();
    }
  }

  @AfterEach
  void stop() {
    nodes.forEach(node -> node.server.stop(0));
  }

  private CommandRun verify(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("verify", "--endpoints", nodes.get(0).address()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void waitsForReplicasThatLagAndFindsThemEqual() throws IOException {
    start(new Node("n1", 20, "aa"), new Node("n2", 17, "aa"), new Node("n3", 12, "aa"));

    CommandRun run = verify();

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out()).contains("all 3 replicas hold the same at slot 20");
    JsonNode json = verify("--json").json();
    assertThat(json.path("ok").asBoolean()).isTrue();
    assertThat(json.path("replicas")).hasSize(3);
    assertThat(json.path("replicas").path(2).path("node").asText()).isEqualTo("n3");
    assertThat(json.path("replicas").path(2).path("chainHash").asText()).isEqualTo("aa");
    assertThat(json.path("replicas").path(0).path("slot").asLong())
        .isEqualTo(json.path("replicas").path(2).path("slot").asLong());
    assertThat(json.path("problems")).isEmpty();
  }

  @Test
  void exitsWithOneWhereAReplicaDiffers() throws IOException {
    start(new Node("n1", 20, "aa"), new Node("n2", 20, "bb"), new Node("n3", 20, "aa"));

    CommandRun run = verify();

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).contains("problem: n2: chain hash bb at slot 20, most have aa");
    assertThat(run.err()).contains("replicas of group main differ at slot 20; next:");
    JsonNode json = verify("--json").json();
    assertThat(json.path("ok").asBoolean(true)).isFalse();
    assertThat(json.path("problems")).hasSize(1);
  }

  @Test
  void exitsWithTwoWhereAMemberDoesNotTell() throws IOException {
    start(new Node("n1", 20, "aa"), new Node("n2", 20, "aa"));

    CommandRun run = verify("--timeout", "3s");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).contains("problem: n3 does not answer");
    assertThat(run.err()).contains("not every replica of group main", "next:");
  }

  @Test
  void asksNothingOfANodeThatWasRemoved() throws IOException {
    Node removed = new Node("n0", 1, "cc");
    removed.role = "removed";
    start(removed, new Node("n1", 20, "aa"), new Node("n2", 20, "aa"), new Node("n3", 20, "aa"));

    CommandRun run = verify("--timeout", "60s");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out()).contains("all 3 replicas hold the same").doesNotContain("n0");
  }

  @Test
  void exitsWithFourWhereNobodyHasTheGroupAndWithTwoWhereNobodyServesIt() throws IOException {
    Node removed = new Node("n1", 1, "cc");
    removed.role = "removed";
    start(removed);

    CommandRun misspelt = verify("--group", "mian");
    CommandRun unserved = verify();

    assertThat(misspelt.exit()).isEqualTo(4);
    assertThat(misspelt.err()).contains("unknown_group: no node that answers has a group mian");
    assertThat(unserved.exit()).isEqualTo(2);
    assertThat(unserved.err()).contains("takes part in the group main now");
  }

  @Test
  void exitsWithTwoWhereAReplicaDoesNotGetThereInTime() throws IOException {
    start(
        new Node("n1", 1_000_000, "aa"), new Node("n2", 1, "aa"), new Node("n3", 1_000_000, "aa"));

    CommandRun run = verify("--timeout", "3s");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).containsPattern("problem: n2 has executed slot \\d+, not 1000000 yet");
  }

  @Test
  void exitsWithFiveWhereThereIsNoDataDirectory(@TempDir Path dir) {
    CommandRun run = CommandRun.of("verify", "--dir", dir.toString(), "--json");

    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err()).contains(dir + " is no data directory", "holdfast.node.data-dir");
    assertThat(run.json().path("ok").asBoolean(true)).isFalse();
  }

  @Test
  void exitsWithTwoWhereNobodyAnswers() {
    CommandRun run =
        CommandRun.of("verify", "--endpoints", "127.0.0.1:1", "--timeout", "300ms", "--json");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("no node answers at 127.0.0.1:1", "holdfast status");
  }
}
