package io.holdfast.mesh.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.Happening;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The beans of a node, from its pictures. */
class NodeBeansTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectName NODE = NodeBeans.nameOf("Node", FakeNode.N1, "");

  private final MBeanServer server = MBeanServerFactory.newMBeanServer();
  private final FakeNode node = new FakeNode();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path dir;

  private NodeBeans beans =
      new NodeBeans(node.mesh(), new Idle(), Path.of("unused"), 1, () -> server);

  /** Has no group to steer. */
  private static final class Idle implements Steering {
    @Override
    public CompletionStage<Outcome<HandedOver>> stepDown(GroupId group) {
      return CompletableFuture.completedFuture(
          Outcome.refused("Nobody leads group " + group + "."));
    }

    @Override
    public CompletionStage<Outcome<Trimmed>> trim(GroupId group) {
      return CompletableFuture.completedFuture(Outcome.of(new Trimmed(64, 128, 130)));
    }

    @Override
    public CompletionStage<Outcome<Compared>> compare(GroupId group) {
      return CompletableFuture.completedFuture(
          Outcome.of(
              new Compared(
                  FakeNode.N1,
                  99,
                  "majority_seen",
                  List.of(
                      new Other(FakeNode.N2, 85, "ab", Optional.of(false), ""),
                      new Other(FakeNode.N3, 86, "cd", Optional.of(true), ""),
                      new Other(FakeNode.N4, 0, "", Optional.empty(), "It was not heard.")))));
    }
  }

  @AfterEach
  void close() {
    beans.close();
  }

  private static ObjectName of(String type, String group) {
    return NodeBeans.nameOf(type, FakeNode.N1, group);
  }

  private Set<ObjectName> names() throws Exception {
    return server.queryNames(new ObjectName("io.holdfast:*"), null);
  }

  private void started(String... groups) {
    beans.start();
    node.take(FakeNode.picture(3, List.of(groups)));
    for (String group : groups) {
      await().atMost(PATIENCE).until(() -> server.isRegistered(of("Reservations", group)));
    }
    await().atMost(PATIENCE).until(() -> server.isRegistered(NODE));
  }

  private <T> T attribute(ObjectName bean, String name, Class<T> type) throws Exception {
    return type.cast(server.getAttribute(bean, name));
  }

  @Test
  void everythingIsDescribedAndOfOpenTypes() throws Exception {
    started("main");
    assertThat(names()).hasSize(7);
    for (ObjectName name : names()) {
      MBeanInfo info = server.getMBeanInfo(name);
      assertThat(info.getDescription()).as("%s", name).endsWith(".").doesNotContain("Information");
      for (MBeanAttributeInfo attribute : info.getAttributes()) {
        assertThat(attribute.getDescriptor().getFieldValue("openType"))
            .as("%s of %s", attribute.getName(), name)
            .isInstanceOf(OpenType.class);
        assertThat(attribute.getDescription())
            .as("%s of %s", attribute.getName(), name)
            .endsWith(".")
            .isNotEqualTo(attribute.getName());
        assertThat(attribute.isWritable()).isFalse();
        assertThat(server.getAttribute(name, attribute.getName()))
            .as("%s of %s", attribute.getName(), name)
            .isNotNull();
        if (attribute.getName().contains("Millis") || attribute.getName().contains("Bytes")) {
          assertThat(attribute.getDescription().toLowerCase(java.util.Locale.ROOT))
              .as("the unit of %s", attribute.getName())
              .containsAnyOf("milliseconds", "bytes");
        }
      }
      for (MBeanOperationInfo operation : info.getOperations()) {
        assertThat(operation.getDescriptor().getFieldValue("openType"))
            .isInstanceOf(CompositeType.class);
        assertThat(operation.getDescription()).endsWith(".");
        assertThat(operation.getReturnType()).isEqualTo(CompositeData.class.getName());
        for (MBeanParameterInfo parameter : operation.getSignature()) {
          assertThat(parameter.getDescription()).isNotBlank();
          assertThat(parameter.getName()).isIn("revision", "file", "logger", "level");
        }
      }
    }
  }

  @Test
  void attributesAreThoseOfTheNewestPicture() throws Exception {
    started("main");
    assertThat(attribute(NODE, "Id", String.class)).isEqualTo("n1");
    assertThat(attribute(NODE, "ReachablePeers", String[].class)).containsExactly("n2");
    CompositeData[] unreachable = attribute(NODE, "UnreachablePeers", CompositeData[].class);
    assertThat(unreachable).hasSize(1);
    assertThat(unreachable[0].get("node")).isEqualTo("n3");
    assertThat(unreachable[0].get("reason")).isEqualTo("never heard");
    assertThat(attribute(NODE, "PersistMillisMean", Double.class)).isEqualTo(1.5);
    ObjectName group = of("Group", "main");
    assertThat(attribute(group, "Leader", String.class)).isEqualTo("n1");
    assertThat(attribute(group, "LagSlots", Long.class)).isEqualTo(1);
    assertThat(
            attribute(group, "VerdictCounts", TabularData.class)
                .get(new Object[] {"committed"})
                .get("value"))
        .isEqualTo(3L);
    CompositeData failure = attribute(group, "LastFailures", CompositeData[].class)[0];
    assertThat((String[]) failure.get("missing")).containsExactly("n2", "n3");
    assertThat(attribute(of("Acceptor", "main"), "AcceptedSlot", Long.class)).isEqualTo(101);
    assertThat(attribute(of("Cache", "main"), "Hits", Long.class)).isEqualTo(3);
    assertThat(attribute(of("Control", "main"), "Number", Long.class)).isEqualTo(7);
    CompositeData[] lags = attribute(of("Sync", "main"), "PeerLags", CompositeData[].class);
    assertThat(Arrays.stream(lags).map(lag -> lag.get("node") + " " + lag.get("lagSlots")).toList())
        .containsExactly("n2 15", "n3 -1", "n4 30");
    CompositeData pool = attribute(of("Reservations", "main"), "Pools", CompositeData[].class)[0];
    assertThat(pool.get("used")).isEqualTo(12L);
    assertThat(pool.get("free")).isEqualTo(80L);
    node.take(FakeNode.picture(44, List.of("main")));
    assertThat(attribute(NODE, "PictureNumber", Long.class)).isEqualTo(44);
    assertThat(attribute(NODE, "PictureAtMillis", Long.class)).isEqualTo(FakeNode.LOOKED_AT);
  }

  @Test
  void groupThatIsSilentIsShownAsItsPartsLastAnswered() throws Exception {
    started("main");
    node.take(FakeNode.picture(4, "main", "silent"));
    assertThat(attribute(of("Group", "main"), "Role", String.class)).isEqualTo("silent");
    assertThat(attribute(of("Acceptor", "main"), "AcceptedSlot", Long.class)).isEqualTo(101);
    assertThat(attribute(of("Acceptor", "main"), "Promised", String.class)).isEqualTo("4.n1");
    assertThat(attribute(of("Cache", "main"), "Hits", Long.class)).isEqualTo(3);
    assertThat(attribute(of("Sync", "main"), "LagSlots", Long.class)).isEqualTo(1);
  }

  @Test
  void nodeThatTakesNoPartInAGroupDoesNotServeIt() throws Exception {
    started("main");
    ObjectName group = of("Group", "main");
    assertThat(attribute(group, "Ready", Boolean.class)).isTrue();
    for (String role : List.of("removed", "outside")) {
      node.take(FakeNode.picture(4, "main", role));
      assertThat(attribute(group, "Ready", Boolean.class)).as(role).isFalse();
    }
  }

  @Test
  void verificationSaysWhoDiffersAndOfWhomNothingIsKnown() throws Exception {
    started("main");
    CompositeData said = (CompositeData) server.invoke(of("Group", "main"), "verify", null, null);
    assertThat(said.get("equal")).isEqualTo(false);
    assertThat(said.get("divergence")).isEqualTo("majority_seen");
    assertThat(
            Arrays.stream((CompositeData[]) said.get("replicas"))
                .map(row -> row.get("node") + " " + row.get("result") + row.get("detail")))
        .containsExactly("n2 differs", "n3 equal", "n4 unknownIt was not heard.");
  }

  @Test
  void beansGoWhoeverClosesThemWhileItIsInterrupted() throws Exception {
    started("main");
    Thread.currentThread().interrupt();
    beans.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(names()).isEmpty();
  }

  @Test
  void beansComeAndGoWithGroupsAndTheNode() throws Exception {
    started("main");
    node.take(FakeNode.picture(4, List.of("other")));
    await().atMost(PATIENCE).until(() -> server.isRegistered(of("Reservations", "other")));
    assertThat(server.isRegistered(of("Group", "main"))).isFalse();
    assertThat(names()).hasSize(7);
    beans.close();
    assertThat(names()).isEmpty();
    assertThat(node.followers()).isZero();
  }

  @Test
  void nothingIsRegisteredBeforeTheNodeIsUp() throws Exception {
    beans.start();
    node.take(FakeNode.picture(2, List.of("main")));
    node.take(FakeNode.picture(3, List.of("main")));
    await().atMost(PATIENCE).until(() -> server.isRegistered(NODE));
    beans.close();
    beans = new NodeBeans(node.mesh(), new Idle(), dir, 1, () -> server);
    beans.start();
    node.take(FakeNode.picture(1, List.of("main")));
    beans.close();
    assertThat(names()).isEmpty();
  }

  @Test
  void secondNodeOfTheSameNameGoesOnWithoutBeansAndLeavesTheFirstOnes() throws Exception {
    started("main");
    try (NodeBeans second = new NodeBeans(node.mesh(), new Idle(), dir, 1, () -> server)) {
      second.start();
      node.take(FakeNode.picture(4, List.of("main", "other")));
      await().atMost(PATIENCE).until(() -> server.isRegistered(of("Reservations", "other")));
    }
    assertThat(server.isRegistered(NODE)).isTrue();
    assertThat(server.isRegistered(of("Group", "main"))).isTrue();
  }

  @Test
  void happeningsAreNotificationsInOrderEachOnce() throws Exception {
    started("main");
    BlockingQueue<Notification> ofNode = new LinkedBlockingQueue<>();
    BlockingQueue<Notification> ofGroup = new LinkedBlockingQueue<>();
    server.addNotificationListener(NODE, (said, none) -> ofNode.add(said), null, null);
    server.addNotificationListener(
        of("Group", "main"), (said, none) -> ofGroup.add(said), null, null);
    Happening leader = FakeNode.happening(1, Happening.Kind.LEADER_CHANGED, "n2 leads");
    Happening lost = FakeNode.happening(2, Happening.Kind.QUORUM_LOST, "n2, n3 are silent");
    Happening disk = FakeNode.happening(3, Happening.Kind.STORAGE_ERROR, "this node ends");
    node.take(FakeNode.picture(4, List.of("main"), leader, lost));
    node.take(FakeNode.picture(5, List.of("main"), leader, lost, disk));
    await().atMost(PATIENCE).until(() -> ofNode.size() >= 3);
    assertThat(ofNode.stream().map(said -> said.getType() + " " + said.getSequenceNumber()))
        .containsExactly(
            "io.holdfast.leader-changed 1",
            "io.holdfast.quorum-lost 2",
            "io.holdfast.storage-error 3");
    assertThat(ofGroup.stream().map(Notification::getType))
        .containsExactly("io.holdfast.leader-changed", "io.holdfast.quorum-lost");
    Notification first = ofGroup.element();
    assertThat(first.getTimeStamp()).isEqualTo(1001);
    assertThat(first.getMessage()).isEqualTo("n2 leads");
    assertThat(((CompositeData) first.getUserData()).get("group")).isEqualTo("main");
  }

  @Test
  void whatCannotBeDoneIsSaidInASentenceThatEveryJvmCanRead() throws Exception {
    started("main");
    ObjectName group = of("Group", "main");
    RuntimeMBeanException refused =
        org.junit.jupiter.api.Assertions.assertThrows(
            RuntimeMBeanException.class, () -> server.invoke(group, "stepDown", null, null));
    assertThat(refused.getCause())
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("Nobody leads group main.")
        .hasNoCause();
    CompositeData trimmed = (CompositeData) server.invoke(group, "trim", null, null);
    assertThat(trimmed.get("now")).isEqualTo(128L);
    assertThat(trimmed.get("detail")).isEqualTo("The journal has forgotten slots up to 128.");
    for (String file : List.of("", "../x", "a/b", "/etc/x", ".hidden", "x.part", "y".repeat(129))) {
      RuntimeMBeanException wrong =
          org.junit.jupiter.api.Assertions.assertThrows(
              RuntimeMBeanException.class,
              () ->
                  server.invoke(
                      group,
                      "snapshot",
                      new Object[] {file},
                      new String[] {String.class.getName()}));
      assertThat(wrong.getCause())
          .as(file)
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("allowed is a name without a folder");
    }
  }

  @Test
  void typesOfNotificationsAreDeclared() throws Exception {
    started("main");
    assertThat(
            Arrays.stream(server.getMBeanInfo(NODE).getNotifications()[0].getNotifTypes())
                .collect(Collectors.toSet()))
        .hasSize(Happening.Kind.values().length)
        .contains("io.holdfast.leader-changed", "io.holdfast.storage-error");
  }
}
