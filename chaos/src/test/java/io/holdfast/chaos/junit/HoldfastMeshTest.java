package io.holdfast.chaos.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.holdfast.chaos.live.LiveMesh;
import io.holdfast.chaos.live.LiveNode;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** What the annotations do, and how tests fail for which that cannot be had. */
class HoldfastMeshTest {

  /** What {@link Sample} has seen, one line a test. */
  private static final List<String> SEEN = new ArrayList<>();

  private static final List<ProcessHandle> PROCESSES = new ArrayList<>();
  private static final List<Path> DIRECTORIES = new ArrayList<>();

  @BeforeEach
  void forget() {
    SEEN.clear();
    PROCESSES.clear();
    DIRECTORIES.clear();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(PROCESSES).noneMatch(ProcessHandle::isAlive);
    assertThat(DIRECTORIES).noneMatch(Files::exists);
  }

  @Test
  void breaksWhatIsAskedForBeforeEachTestAndMakesItWellAfterwards() {
    Events events = run(Sample.class);
    assertThat(events.failed().stream().map(failed -> failed.getPayload().orElseThrow())).isEmpty();
    events.assertStatistics(stats -> stats.started(6).succeeded(6));
    assertThat(SEEN)
        .containsExactly(
            "well: all answer",
            "killed: n2 is gone",
            "paused: n2 stands still",
            "cut off: the leader does not commit",
            "in the midst: all are gone",
            "nested: all answer");
    assertThat(PROCESSES).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void testAfterWhichNodesDoNotHoldTheSameFailsAndSaysWhichDoes() {
    run(Damaging.class)
        .assertThatEvents()
        .haveExactly(
            1,
            event(
                finishedWithFailure(
                    instanceOf(AssertionError.class),
                    message(
                        text ->
                            text.contains("after Damaging.losesTheJournalOfANode")
                                && text.contains("n3 has ended with 5")))));
  }

  @Test
  void meshThatDoesNotStartSaysWhatItsNodesSay() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(Unstartable.class))
        .execute()
        .containerEvents()
        .assertThatEvents()
        .haveExactly(
            1,
            event(
                finishedWithFailure(
                    instanceOf(MeshNotStarted.class),
                    message(
                        text ->
                            text.contains("@HoldfastMesh(nodes = 3, w = 2) of Unstartable")
                                && text.contains("holdfast.coordinator.window")))));
  }

  @Test
  void meshOfItsOwnAndWrongOnesAreWhatTheirMethodsSay() {
    run(OfMethods.class)
        .assertStatistics(stats -> stats.started(4).succeeded(1).failed(3))
        .assertThatEvents()
        .haveExactly(
            1, failing("tooManyNodes has", "OfMethods.tooManyNodes: allowed are 1 to 7 nodes"))
        .haveExactly(1, failing("noMesh", "OfMethods.noMesh has no mesh"))
        .haveExactly(1, failing("nobody", "node 'nobody': allowed is leader, follower or one of"));
    assertThat(SEEN).containsExactly("one node");
  }

  private static org.assertj.core.api.Condition<org.junit.platform.testkit.engine.Event> failing(
      String what, String text) {
    return new org.assertj.core.api.Condition<>(
        event -> event(finishedWithFailure(message(said -> said.contains(text)))).matches(event),
        what);
  }

  private static Events run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .execute()
        .testEvents();
  }

  private static void note(Faults faults) {
    LiveMesh mesh = faults.mesh();
    DIRECTORIES.add(mesh.plan().dir());
    mesh.nodes().forEach(node -> ProcessHandle.of(node.pid()).ifPresent(PROCESSES::add));
  }

  private static List<LiveNode> doNotFollow(String leader, Faults faults) {
    return faults.mesh().nodes().stream()
        .filter(node -> !node.group().flatMap(GroupView::leader).equals(Optional.of(leader)))
        .toList();
  }

  private static LiveNode node(Faults faults, String name) {
    return faults.mesh().nodes().stream()
        .filter(node -> node.id().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void allAnswer(String when, Faults faults) {
    for (LiveNode node : faults.mesh().nodes()) {
      assertThat(node.isAlive() && !node.isPaused()).as("%s %s", when, node).isTrue();
      node.commit("key", when);
    }
    SEEN.add(when + ": all answer");
  }

  /** No leader is deposed because the machine is busy. */
  @HoldfastMesh(nodes = 3, settings = "holdfast.coordinator.election-timeout=1500ms")
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class Sample {

    @BeforeEach
    void preparesAWellMesh(Faults faults) {
      for (LiveNode node : faults.mesh().nodes()) {
        assertThat(node.read("anything").status()).as("%s", node).isEqualTo(404);
      }
    }

    @AfterEach
    void cleansUpAWellMesh(Faults faults) {
      faults.mesh().awaitEqualChains();
      assertThat(faults.mesh().nodes()).allMatch(node -> node.isAlive() && !node.isPaused());
    }

    @Test
    @Order(1)
    void isWell(Faults faults, MeshEndpoints endpoints, List<URI> uris, MeshClient client) {
      note(faults);
      assertThat(endpoints.all()).hasSize(3).isEqualTo(uris);
      assertThat(endpoints.joined()).matches("127.0.0.1:\\d+(,127.0.0.1:\\d+){2}");
      assertThat(client.settings().endpoints()).hasSize(3);
      allAnswer("well", faults);
    }

    @Test
    @Order(2)
    @Kill("n2")
    void kills(Faults faults) {
      assertThat(node(faults, "n2").isAlive()).isFalse();
      assertThat(faults.awaitLeader()).isNotEqualTo("n2");
      SEEN.add("killed: n2 is gone");
    }

    @Test
    @Order(3)
    @Pause("n2")
    void pauses(Faults faults) {
      assertThat(node(faults, "n2").isPaused()).isTrue();
      assertThat(faults.awaitLeader()).isNotEqualTo("n2");
      SEEN.add("paused: n2 stands still");
    }

    @Test
    @Order(4)
    @Partition(isolate = Faults.LEADER)
    void partitions(Faults faults) {
      String next = faults.awaitLeader();
      node(faults, next).commit("key", "by the others");
      List<LiveNode> cutOff =
          await("all but one to follow " + next)
              .atMost(Duration.ofSeconds(60))
              .until(() -> doNotFollow(next, faults), nodes -> nodes.size() == 1);
      assertThat(cutOff.get(0).put("key", "by the one").status()).isEqualTo(503);
      SEEN.add("cut off: the leader does not commit");
    }

    @Test
    @Order(5)
    void breaksInTheMidst(Faults faults) {
      faults.jumpClock("n1", Duration.ofSeconds(20));
      faults.slowDisk(Faults.LEADER, Duration.ofMillis(1));
      faults.killAll();
      assertThat(faults.mesh().nodes()).noneMatch(LiveNode::isAlive);
      SEEN.add("in the midst: all are gone");
    }

    @Nested
    class Inside {

      @Test
      void hasTheMeshOfTheClassAroundIt(Faults faults) {
        note(faults);
        allAnswer("nested", faults);
      }
    }
  }

  @HoldfastMesh
  static class Damaging {

    @Test
    void losesTheJournalOfANode(Faults faults) throws IOException {
      note(faults);
      faults.kill("n3");
      Files.delete(faults.mesh().plan().dir().resolve("n3/data/journal.mv.db"));
    }
  }

  @HoldfastMesh(settings = "holdfast.coordinator.window=none")
  static class Unstartable {

    @Test
    void isNeverRun() {
      throw new UncheckedIOException(new IOException("there is no mesh"));
    }
  }

  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class OfMethods {

    @Test
    @HoldfastMesh(nodes = 1)
    void hasAMeshOfItsOwn(Faults faults) {
      note(faults);
      assertThat(faults.nodes()).containsExactly("n1");
      assertThat(faults.awaitLeader()).isEqualTo("n1");
      SEEN.add("one node");
    }

    @Test
    @HoldfastMesh(nodes = 8)
    void tooManyNodes() {
      throw new ExtensionConfigurationException("this is not reached");
    }

    @Test
    @Kill("n1")
    void noMesh() {
      throw new ExtensionConfigurationException("this is not reached");
    }

    @Test
    @HoldfastMesh(nodes = 1)
    @Kill("nobody")
    void killsNobody() {
      throw new ExtensionConfigurationException("this is not reached");
    }
  }
}
