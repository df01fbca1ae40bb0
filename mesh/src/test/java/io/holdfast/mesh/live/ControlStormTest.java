package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.config.core.control.TokenHash;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * OneEpochPerWrite, with real processes: two writers of which only one may write at a time, while
 * who may changes again and again, and the leader is killed in between and in the midst of it.
 */
class ControlStormTest {

  private static final int ACTIVATIONS = 12;
  private static final int KILLED_BEFORE = 4;
  private static final int KILLED_DURING = 8;
  private static final int WRITERS_OF_EACH = 2;
  private static final int WRITES_A_PHASE = 12;
  private static final String ADMIN = "secret-of-root";
  private static final List<String> WRITERS = List.of("one", "two");

  /** A write that took effect. */
  private record Committed(String writer, long slot) {}

  /** A write of which nobody knows what became. */
  private record Unknown(String writer, String writeId) {}

  /** More writers than the machine has processors wait for answers at a time. */
  private final ExecutorService callers = Executors.newFixedThreadPool(WRITERS_OF_EACH * 2);

  private final Executor pause =
      CompletableFuture.delayedExecutor(25, TimeUnit.MILLISECONDS, callers);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Queue<Committed> committed = new ConcurrentLinkedQueue<>();
  private final Queue<Unknown> unknown = new ConcurrentLinkedQueue<>();
  private final Queue<String> refused = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /** Who may write from which slot on. */
  private final TreeMap<Long, String> allowed = new TreeMap<>();

  private static String tokenOf(String writer) {
    return "secret-of-" + writer;
  }

  private static String principal(String name, String prefix, String verb) {
    return ("{\"name\":\"%s\",\"tokens\":[\"%s\"],"
            + "\"grants\":[{\"prefix\":\"%s\",\"verbs\":[\"%s\"]}]}")
        .formatted(name, TokenHash.ofToken(tokenOf(name)).text(), prefix, verb);
  }

  /** Only this one of the two may write. */
  private static String accessOf(String writer) {
    List<String> principals = new ArrayList<>(List.of(principal("root", "", "admin")));
    WRITERS.forEach(
        each -> principals.add(principal(each, "k/", each.equals(writer) ? "write" : "read")));
    return "{\"kind\":\"access\",\"version\":1,\"principals\":["
        + String.join(",", principals)
        + "]}";
  }

  private static HttpRequest.Builder request(LiveNode node, String path, String token) {
    return HttpRequest.newBuilder(URI.create("http://" + node.endpoint() + path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + token);
  }

  private Answer send(HttpRequest request) {
    try {
      return Answer.of(http.send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      return Answer.none(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void end() {
    stopped = true;
    callers.shutdownNow();
  }

  // ---- Writers

  private CompletableFuture<Void> startWriter(LiveMesh mesh, String writer, int seed) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    next(mesh, writer, new Random(seed), ended);
    return ended;
  }

  private void next(LiveMesh mesh, String writer, Random random, CompletableFuture<Void> ended) {
    if (stopped) {
      ended.complete(null);
      return;
    }
    CompletableFuture<Void> unused =
        CompletableFuture.runAsync(() -> write(mesh, writer, random), pause)
            .whenComplete(
                (done, bug) -> {
                  if (bug == null) {
                    next(mesh, writer, random, ended);
                  } else {
                    ended.completeExceptionally(bug);
                  }
                });
  }

  private void write(LiveMesh mesh, String writer, Random random) {
    LiveNode node = mesh.nodes().get(random.nextInt(3));
    String id = mesh.newWriteId();
    Answer answer =
        send(
            request(node, "/v1/groups/main/keys/k%2F" + random.nextInt(10), tokenOf(writer))
                .header("Idempotency-Key", id)
                .PUT(BodyPublishers.ofString(id))
                .build());
    if (answer.status() == 200) {
      committed.add(new Committed(writer, answer.json().path("slot").asLong()));
    } else if (answer.status() == 403 || answer.status() == 401) {
      refused.add(writer);
    } else {
      unknown.add(new Unknown(writer, id));
    }
  }

  private void awaitMore(int more) {
    int wanted = committed.size() + more;
    await(more + " more writes").atMost(LiveMesh.PATIENCE).until(() -> committed.size() >= wanted);
  }

  // ---- Activations

  private HttpRequest activation(LiveNode node, int expected, String writer, String writeId) {
    String body =
        "{\"expectedNumber\":%d,\"manifests\":[%s]}".formatted(expected, accessOf(writer));
    return request(node, "/v1/groups/main/control", ADMIN)
        .header("Idempotency-Key", writeId)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /** Asks one node after the other, under one id, until it is told what came of it. */
  private void activate(LiveMesh mesh, int expected, String writer, String writeId) {
    Answer answer =
        await("activation " + (expected + 1))
            .atMost(LiveMesh.PATIENCE)
            .until(
                () -> {
                  List<LiveNode> alive = mesh.nodes().stream().filter(LiveNode::isAlive).toList();
                  LiveNode node = alive.get(expected % alive.size());
                  return send(activation(node, expected, writer, writeId));
                },
                given -> given.status() == 200);
    assertThat(answer.json().path("number").asInt()).isEqualTo(expected + 1);
    allowed.put(answer.json().path("slot").asLong(), writer);
  }

  /** The leader dies while it has this before it. */
  private void askAndKill(LiveNode leader, HttpRequest request) {
    CompletableFuture<Answer> answer =
        http.sendAsync(request, BodyHandlers.ofString())
            .handle((response, e) -> e == null ? Answer.of(response) : Answer.none(e));
    leader.kill();
    Answer unused = answer.join();
  }

  private boolean mayWriteAt(String writer, long slot) {
    Map.Entry<Long, String> active = allowed.floorEntry(slot);
    if (active == null || active.getValue().equals(writer)) {
      return true;
    }
    // In the very slot of an activation it may stand before it.
    Map.Entry<Long, String> before = allowed.lowerEntry(slot);
    return active.getKey() == slot && (before == null || before.getValue().equals(writer));
  }

  @Test
  void everyCommittedWriteWasAllowedByWhatWasActiveAtItsSlot(@TempDir Path dir) {
    try (LiveMesh mesh = LiveMesh.start(dir)) {
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS_OF_EACH * 2; i++) {
        writers.add(startWriter(mesh, WRITERS.get(i % 2), i));
      }
      awaitMore(WRITES_A_PHASE);
      for (int number = 0; number < ACTIVATIONS; number++) {
        String writer = WRITERS.get(number % 2);
        String writeId = mesh.newWriteId();
        if (number == KILLED_BEFORE) {
          mesh.awaitLeader().kill();
        } else if (number == KILLED_DURING) {
          LiveNode leader = mesh.restore();
          askAndKill(leader, activation(leader, number, writer, writeId));
        }
        activate(mesh, number, writer, writeId);
        awaitMore(WRITES_A_PHASE);
      }
      mesh.restore();
      stopped = true;
      writers.forEach(CompletableFuture::join);
      settle(mesh);

      assertThat(committed)
          .as("who may write: %s", allowed)
          .allMatch(write -> mayWriteAt(write.writer(), write.slot()));
      for (String writer : WRITERS) {
        assertThat(committed).extracting(Committed::writer).contains(writer);
        assertThat(refused).contains(writer);
      }
      mesh.awaitEqualChains();
      for (LiveNode node : mesh.nodes()) {
        Answer active = send(request(node, "/v1/groups/main/control", ADMIN).build());
        assertThat(active.json().path("number").asInt()).isEqualTo(ACTIVATIONS);
      }
    }
  }

  /** Finds out what became of every write, or has it never take effect. */
  private void settle(LiveMesh mesh) {
    for (Unknown write : unknown) {
      Answer answer =
          await("what became of " + write)
              .pollDelay(Duration.ZERO)
              .atMost(LiveMesh.PATIENCE)
              .until(
                  () ->
                      send(
                          request(
                                  mesh.node(0),
                                  "/v1/groups/main/writes/" + write.writeId() + "/resolve",
                                  ADMIN)
                              .POST(BodyPublishers.noBody())
                              .build()),
                  given -> given.status() != 503 && given.status() != 0);
      if (answer.status() == 200) {
        committed.add(new Committed(write.writer(), answer.json().path("slot").asLong()));
      } else {
        assertThat(answer.code()).isEqualTo("fenced");
      }
    }
  }
}
