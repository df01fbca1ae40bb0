package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.ChainPoint;
import io.holdfast.mesh.jmx.Steering.Other;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A replica beside what another member said of its own. */
class GroupSteeringTest {

  private static final MemberId PEER = new MemberId(new NodeId("n2"), 1);

  private static Other compared(long applied, Optional<String> own) {
    return GroupSteering.compare(
        PEER, new Slot(85), "ab", new ChainPoint(new NodeId("n1"), applied, 85, own));
  }

  @Test
  void hashesAtTheSameSlotAreEqualOrDiffer() {
    assertThat(compared(90, Optional.of("ab")))
        .isEqualTo(new Other(PEER.node(), 85, "ab", Optional.of(true), ""));
    assertThat(compared(90, Optional.of("cd")).equal()).contains(false);
  }

  @Test
  void nothingIsKnownOfSlotsThatAreNotExecutedOrNotRemembered() {
    assertThat(compared(80, Optional.empty()))
        .isEqualTo(
            new Other(
                PEER.node(),
                85,
                "ab",
                Optional.empty(),
                "This replica has executed slots up to 80 only."));
    assertThat(compared(9000, Optional.empty()).detail())
        .isEqualTo("This replica does not remember its hash so far back.");
  }
}
