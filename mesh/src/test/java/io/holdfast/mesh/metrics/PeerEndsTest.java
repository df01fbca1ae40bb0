package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.metrics.PeerEnds.State;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerEndsTest {

  private static final NodeId N2 = new NodeId("n2");

  private final PeerEnds ends = new PeerEnds();

  private void says(String state) {
    ends.heard(
        new Glimpse(N2, 0, "1.0", state, Health.Level.OK, "", 0, List.of(), List.of(), List.of()));
  }

  @Test
  void countsLastWordsOnceHoweverOftenTheyCome() {
    says("running");
    assertThat(ends.count(N2, State.FAILED).sum()).isZero();

    says(Glimpse.FAILED);
    says(Glimpse.FAILED);
    assertThat(ends.count(N2, State.FAILED).sum()).isEqualTo(1);

    says("starting");
    says(Glimpse.FAILED);
    says(Glimpse.STOPPING);
    says(Glimpse.ENDED);

    assertThat(ends.count(N2, State.FAILED).sum()).isEqualTo(2);
    assertThat(ends.count(N2, State.ENDED).sum()).isEqualTo(1);
  }

  @Test
  void forgetsWhoIsNoPeerAnyMore() {
    says(Glimpse.ENDED);

    ends.retain(Set.of());

    assertThat(ends.count(N2, State.ENDED).sum()).isZero();
  }
}
