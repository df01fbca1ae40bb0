package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.ChangeForm;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ChangesRequest;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.GroupForm;
import io.holdfast.mesh.HoldfastNode;
import io.holdfast.mesh.HostAnswer;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.FreePorts;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.KeyRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every question to a node is answered, also where nobody is there to do what it asks for. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NodeAnswersTest {

  private static final GroupId MAIN = new GroupId("main");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ByteString KEY = ByteString.copyFromUtf8("key");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path temporary;

  /** Of group main, which n1 alone has founded. */
  private HoldfastSettings settings(int number, List<Integer> ports) throws Exception {
    return settings(number, ports, "");
  }

  private HoldfastSettings settings(int number, List<Integer> ports, String more) throws Exception {
    Path file = temporary.resolve("groups.conf");
    Files.writeString(file, "holdfast.groups = [ { name = main, members = [ n1 ] } ]\n" + more);
    StringBuilder peers = new StringBuilder();
    for (int i = 0; i < ports.size(); i++) {
      peers.append(i == 0 ? "" : ",").append("n" + (i + 1) + "@127.0.0.1:" + ports.get(i));
    }
    SettingsResult read =
        SettingsReader.read(
            Optional.of(file),
            new Properties(),
            Map.of(),
            Map.of(
                "holdfast.node.id",
                "n" + number,
                "holdfast.node.data-dir",
                temporary.resolve("n" + number).toString(),
                "holdfast.http.addr",
                "127.0.0.1:0",
                "holdfast.mesh.addr",
                "127.0.0.1:" + ports.get(number - 1),
                "holdfast.mesh.peers",
                peers.toString()));
    return ((SettingsResult.Valid) read).settings();
  }

  private static <T> T soon(CompletionStage<T> answer) throws Exception {
    return answer.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static WriteAnswer put(Mesh mesh) throws Exception {
    return soon(
        mesh.write(
            new WriteRequest(MAIN, Optional.empty(), new Command.Put(KEY, KEY), Optional.empty())));
  }

  private static ChangeForm remove(String node) {
    return new ChangeForm(
        ChangeForm.Kind.REMOVE,
        Optional.of(new NodeId(node)),
        OptionalLong.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalLong.empty());
  }

  @Test
  void nodeThatHasEndedAnswersWhateverItIsAsked() throws Exception {
    Mesh mesh;
    try (HoldfastNode node = HoldfastNode.start(settings(1, FreePorts.find(1)))) {
      mesh = node.mesh();
      await().atMost(PATIENCE).until(() -> put(node.mesh()).code() == OutcomeCode.COMMITTED);
    }

    assertThat(put(mesh).code()).isEqualTo(OutcomeCode.NOT_READY);
    assertThat(
            soon(
                mesh.changes(
                    new ChangesRequest(MAIN, 1_000, KeyRange.key(KEY), Duration.ofMinutes(5)))))
        .isInstanceOfSatisfying(
            ChangesAnswer.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.NOT_READY));
    assertThat(soon(mesh.snapshot(MAIN))).isInstanceOf(SnapshotAnswer.Refused.class);
    assertThat(soon(mesh.group(MAIN))).isEmpty();
    assertThat(soon(mesh.chain(MAIN, 1))).isEmpty();
    assertThat(soon(mesh.members().members(MAIN))).isEmpty();
    assertThat(soon(mesh.members().change(MAIN, remove("n1"))))
        .isInstanceOfSatisfying(
            ChangeAnswer.Undecided.class,
            undecided -> assertThat(undecided.code()).isEqualTo(OutcomeCode.NOT_READY));
    assertThat(soon(mesh.status()).groups())
        .hasSize(2)
        .allSatisfy(
            group -> {
              assertThat(group.role()).isEqualTo("silent");
              assertThat(group.members()).containsExactly(new NodeId("n1"));
            });
  }

  @Test
  void nodeThatCannotHoldAReplicaSaysSoAndGoesOn() throws Exception {
    List<Integer> ports = FreePorts.find(2);
    try (HoldfastNode n1 = HoldfastNode.start(settings(1, ports));
        HoldfastNode n2 = HoldfastNode.start(settings(2, ports))) {
      await().atMost(PATIENCE).until(() -> put(n1.mesh()).code() == OutcomeCode.COMMITTED);
      Path store = temporary.resolve("n2").resolve("store-main");
      try (DurableDatabase leftover = DurableDatabase.open(store)) {
        assertThat(BootStamp.in(leftover)).isEmpty();
        new BootStamp(4711, 1).putInto(leftover);
      }

      HostAnswer refused = host(n2, "store_unusable");

      assertThat(refused.detail()).contains("store-main.mv.db", "belongs to another");
      assertThat(n2.ended().toCompletableFuture()).isNotDone();
      assertThat(soon(n2.mesh().members().change(MAIN, remove("n1"))))
          .isInstanceOfSatisfying(
              ChangeAnswer.Undecided.class,
              undecided -> {
                assertThat(undecided.code()).isEqualTo(OutcomeCode.NOT_A_MEMBER);
                assertThat(undecided.detail()).contains("ask n1 at 127.0.0.1:");
              });
      Files.delete(store.resolveSibling("store-main.mv.db"));
      assertThat(host(n2, "hosted").hosted()).isTrue();
    }
  }

  @Test
  void nodeThatCannotTakePartInAGroupTellsWhy() throws Exception {
    List<Integer> ports = FreePorts.find(1);
    GroupId orders = new GroupId("orders");
    try (HoldfastNode node = HoldfastNode.start(settings(1, ports))) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  soon(node.mesh()
                          .directory()
                          .create(
                              new GroupForm(
                                  orders, List.of(), OptionalInt.empty(), OptionalInt.empty())))
                      .done());
      await().atMost(PATIENCE).until(() -> soon(node.mesh().group(orders)).isPresent());
    }
    try (HoldfastNode node =
        HoldfastNode.start(settings(1, ports, "holdfast.coordinator.alpha = 17\n"))) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(node.mesh().pictures().latest().health().gates())
                      .filteredOn(gate -> gate.kind() == GateKind.TAKES_PART)
                      .singleElement()
                      .satisfies(
                          gate -> {
                            assertThat(gate.state()).isEqualTo(Gate.State.CLOSED);
                            assertThat(gate.reasons())
                                .anySatisfy(
                                    reason ->
                                        assertThat(reason)
                                            .startsWith("it takes no part in group orders: ")
                                            .contains("alpha=17", "alpha=64", "make the settings"));
                          }));
      assertThat(node.ended().toCompletableFuture()).isNotDone();
    }
  }

  /** Asked until it says this: a node that has just started takes part in nothing yet. */
  private static HostAnswer host(HoldfastNode node, String code) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> soon(node.mesh().members().host(MAIN, Optional.empty())),
            answer -> answer.code().equals(code));
  }
}
