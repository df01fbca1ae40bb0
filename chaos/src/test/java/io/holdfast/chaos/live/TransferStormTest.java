package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Verdict.Valid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers between accounts while nodes are killed, with real processes. */
class TransferStormTest {

  private static final int KILLS = 2;

  private static final TransferStorm.Plan PLAN =
      new TransferStorm.Plan(
          64,
          100,
          Duration.ofSeconds(14),
          KILLS,
          Duration.ofSeconds(1),
          20_261_121,
          Duration.ofSeconds(60));

  @Test
  void noAmountIsLostOrMovedTwiceWhileNodesAreKilled(@TempDir Path dir) {
    LiveMesh.Plan three = new LiveMesh.Plan(dir, 3, 2, false, PLAN.seed(), Map.of());
    try (LiveMesh mesh = LiveMesh.start(three)) {
      TransferStorm.Report report = TransferStorm.run(mesh, PLAN);
      assertThat(report.failures()).isEmpty();
      assertThat(report.verdict()).isEqualTo(new Valid());
      assertThat(report.kills()).isEqualTo(KILLS);
      assertThat(report.open()).isZero();
      // Otherwise nothing was tried: clients were in the midst of it when the leader died.
      assertThat(report.done()).isGreaterThan(100);
      assertThat(report.ambiguous()).isPositive();
    }
  }
}
