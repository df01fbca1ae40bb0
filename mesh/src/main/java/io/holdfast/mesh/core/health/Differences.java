package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Health;
import java.util.Optional;

/** What happened between two looks at the health of a node, told in order. */
final class Differences {

  /** Takes what happened. */
  interface Told {
    void happened(long atMillis, Happening.Kind kind, Optional<GroupId> group, String text);
  }

  private final Told told;
  private final Health before;
  private final Health after;
  private final long nowMillis;

  Differences(Told told, Health before, Health after, long nowMillis) {
    this.told = told;
    this.before = before;
    this.after = after;
    this.nowMillis = nowMillis;
  }

  void tell() {
    for (Gate gate : after.gates()) {
      Optional<Gate> earlier = before.gates().stream().filter(gate::isSameAs).findFirst();
      if (gate.kind() == GateKind.LEADER) {
        continue; // who leads is told by name
      }
      // What is shut from the start is told too; what is open from the start is no news.
      Gate.State was = earlier.map(Gate::state).orElse(Gate.State.OPEN);
      if (was != gate.state()) {
        tell(gate, earlier.map(Gate::reason).orElse(""));
      }
    }
    if (before.ready() != after.ready()) {
      told.happened(
          nowMillis,
          after.ready() ? Happening.Kind.READY : Happening.Kind.NOT_READY,
          Optional.empty(),
          after.ready()
              ? "this node is ready"
              : "this node is not ready: " + after.troubles().get(0).reason());
    }
  }

  private void tell(Gate gate, String reasonBefore) {
    boolean over = gate.state() == Gate.State.OPEN;
    Happening.Kind kind =
        switch (gate.kind()) {
          case QUORUM ->
              over || gate.state() == Gate.State.WARNING
                  ? Happening.Kind.QUORUM_REGAINED
                  : Happening.Kind.QUORUM_LOST;
          case PEERS -> over ? Happening.Kind.PEER_HEARD : Happening.Kind.PEER_LOST;
          default -> over ? Happening.Kind.TROUBLE_OVER : Happening.Kind.TROUBLE;
        };
    told.happened(
        nowMillis,
        kind,
        gate.group(),
        gate.kind() + ": " + (over ? "over (" + reasonBefore + ")" : gate.reason()));
  }
}
