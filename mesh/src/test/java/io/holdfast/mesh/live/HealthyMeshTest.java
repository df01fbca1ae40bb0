package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three processes that all run: what clients are told, whichever node they ask. */
class HealthyMeshTest {

  private static final int WRITES = 25;

  private static LiveMesh mesh;

  @BeforeAll
  static void start(@TempDir Path dir) {
    // Nobody is deposed and no verdict is due because the machine is busy.
    mesh =
        LiveMesh.start(
            dir, "holdfast.coordinator.election-timeout=4s", "holdfast.quorum.ack-timeout=20s");
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void writeThroughAnyNodeIsReadThroughEveryOther(int writer) {
    String key = "through/" + writer;
    Answer written = mesh.node(writer).put(key, "value " + writer);
    assertThat(written.status()).as("%s", written).isEqualTo(200);
    assertThat(written.code()).isEqualTo("committed");
    assertThat(written.json().path("acks").path("got").asInt()).isGreaterThanOrEqualTo(2);
    for (LiveNode reader : mesh.nodes()) {
      assertThat(reader.get(key).body()).as("read through %s", reader).isEqualTo("value " + writer);
    }
  }

  @Test
  void ifNoneMatchIsRefusedWhereTheKeyIsThere() {
    assertThat(mesh.node(0).put("once", "first", "If-None-Match", "*").status()).isEqualTo(200);
    Answer second = mesh.node(1).put("once", "second", "If-None-Match", "*");
    assertThat(second.status()).isEqualTo(412);
    assertThat(second.code()).isEqualTo("compare_failed");
    assertThat(mesh.node(2).get("once").body()).isEqualTo("first");
  }

  @Test
  void ifMatchIsRefusedOnceTheKeyHasChanged() {
    String revision = revision(mesh.node(0).put("guarded", "first"));
    Answer current = mesh.node(1).put("guarded", "second", "If-Match", "\"" + revision + "\"");
    assertThat(current.status()).isEqualTo(200);
    Answer outdated = mesh.node(2).put("guarded", "third", "If-Match", "\"" + revision + "\"");
    assertThat(outdated.status()).isEqualTo(412);
    assertThat(outdated.code()).isEqualTo("compare_failed");
    assertThat(mesh.node(0).get("guarded").body()).isEqualTo("second");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void writeThatDoesNotWaitIsFoundCommittedUnderItsLocation(int writer) {
    String id = mesh.newWriteId();
    Answer started =
        mesh.node(writer).putAsync("async/" + writer, "v", "?wait=0", "Idempotency-Key", id).join();
    assertThat(started.status()).isEqualTo(202);
    assertThat(started.code()).isEqualTo("in_flight");
    String location = started.header().apply("Location").orElse("");
    assertThat(location).isEqualTo("/v1/writes/" + id);
    for (LiveNode asked : mesh.nodes()) {
      Answer found =
          await("the outcome at " + asked)
              .atMost(LiveMesh.PATIENCE)
              .until(() -> asked.follow(location), answer -> answer.status() == 200);
      assertThat(found.code()).isEqualTo("committed");
    }
  }

  @Test
  void sameIdempotencyKeyTakesEffectOnceWhicheverNodeIsAsked() {
    String id = mesh.newWriteId();
    Answer first = mesh.node(0).put("retried", "v", "Idempotency-Key", id);
    assertThat(first.json().path("replayed").asBoolean(true)).as("%s", first).isFalse();
    for (LiveNode node : mesh.nodes()) {
      Answer again = node.put("retried", "v", "Idempotency-Key", id);
      assertThat(again.status()).isEqualTo(200);
      assertThat(again.json().path("replayed").asBoolean()).isTrue();
      assertThat(revision(again)).isEqualTo(revision(first));
    }
    Answer read = mesh.node(1).get("retried");
    assertThat(read.header().apply("holdfast-version")).hasValue("1");
    assertThat(read.header().apply("holdfast-mod-revision")).hasValue(revision(first));
  }

  @Test
  void everyReplicaTellsTheSameHashAtASlot() {
    mesh.node(0).put("chained", "v");
    long slot = chainAt(mesh.node(0), 0).path("applied").asLong();
    Set<String> hashes = new HashSet<>();
    for (LiveNode node : mesh.nodes()) {
      JsonNode point =
          await("slot " + slot + " at " + node)
              .atMost(LiveMesh.PATIENCE)
              .until(() -> chainAt(node, slot), there -> there.path("applied").asLong() >= slot);
      assertThat(point.path("node").asText()).isEqualTo(node.id());
      hashes.add(point.path("chainHash").asText());
    }
    assertThat(hashes).singleElement().asString().hasSize(64);
  }

  private static JsonNode chainAt(LiveNode node, long slot) {
    return node.follow("/v1/groups/main/chain/" + slot).json();
  }

  @Test
  void everyMemberThatCountsHasWrittenSynchronouslyForEachAcknowledgement() {
    Map<String, Double> before = synchronousWrites();
    Map<String, Integer> acknowledgements = new HashMap<>();
    for (int i = 0; i < WRITES; i++) { // one after another: no two share a batch
      Answer written = mesh.node(0).put("durable/" + i, "v");
      assertThat(written.status()).as("%s", written).isEqualTo(200);
      List<String> acked = new ArrayList<>();
      for (LiveNode node : mesh.nodes()) {
        if (written.stateOf(node.id()).equals("acked")) {
          acked.add(node.id());
          acknowledgements.merge(node.id(), 1, Integer::sum);
        }
      }
      assertThat(acked).hasSizeGreaterThanOrEqualTo(2);
    }
    Map<String, Double> after = synchronousWrites();
    assertThat(acknowledgements)
        .allSatisfy(
            (node, acks) ->
                assertThat(after.getOrDefault(node, 0.0) - before.getOrDefault(node, 0.0))
                    .as("synchronous writes of %s for %s acknowledgements", node, acks)
                    .isGreaterThanOrEqualTo(acks));
  }

  @Test
  void statusTellsHowManyEventsShareACommit() {
    for (LiveNode node : mesh.nodes()) {
      JsonNode counters = node.status().orElseThrow().json().path("counters");
      double events = counters.path("journalEvents").asDouble();
      double commits = counters.path("journalCommits").asDouble();
      assertThat(events).isPositive();
      assertThat(commits).isPositive().isLessThanOrEqualTo(events);
      assertThat(counters.path("journalEventsPerCommit").asDouble()).isGreaterThanOrEqualTo(1);
    }
  }

  private Map<String, Double> synchronousWrites() {
    Map<String, Double> counts = new HashMap<>();
    mesh.nodes().forEach(node -> counts.put(node.id(), node.counter("journalSynchronousWrites")));
    return counts;
  }

  private static String revision(Answer written) {
    return written.json().path("modRevision").asText();
  }
}
