package io.holdfast.chaos.sim;

import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeSettings;
import io.holdfast.config.core.PeerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.stream.IntStream;

/** The settings with which simulated nodes greet each other. */
final class SimSettings {

  static final GroupId GROUP = new GroupId("main");

  private static final HoldfastSettings TEMPLATE = template();

  private SimSettings() {}

  static NodeId name(int node) {
    return new NodeId("n" + node);
  }

  static HoldfastSettings of(int node, Scenario scenario) {
    List<PeerAddress> peers =
        IntStream.range(0, scenario.nodes())
            .mapToObj(peer -> new PeerAddress(name(peer), address(peer)))
            .toList();
    GroupSettings group =
        new GroupSettings(
            GROUP,
            peers.stream().limit(scenario.founders()).map(PeerAddress::node).toList(),
            OptionalInt.of(scenario.w()),
            OptionalInt.of(scenario.prepareQuorum()));
    return new HoldfastSettings(
        new NodeSettings(name(node), Path.of("simulated")),
        new MeshSettings(TEMPLATE.mesh().id(), address(node), address(node), peers),
        TEMPLATE.http(),
        TEMPLATE.limits(),
        List.of(group),
        TEMPLATE.quorum(),
        TEMPLATE.coordinator(),
        TEMPLATE.acceptor(),
        TEMPLATE.replica(),
        TEMPLATE.watch(),
        TEMPLATE.jmx(),
        TEMPLATE.chaos());
  }

  private static HostPort address(int node) {
    return new HostPort("127.0.0.1", 7000 + node);
  }

  private static HoldfastSettings template() {
    SettingsResult read =
        SettingsReader.read(
            Optional.empty(),
            new Properties(),
            Map.of(),
            Map.of(
                "holdfast.node.id", "n0",
                "holdfast.node.data-dir", "simulated",
                "holdfast.mesh.addr", "127.0.0.1:7000",
                "holdfast.mesh.peers", "n0@127.0.0.1:7000"));
    if (read instanceof SettingsResult.Valid valid) {
      return valid.settings();
    }
    throw new IllegalStateException("the defaults are no settings: " + read);
  }
}
