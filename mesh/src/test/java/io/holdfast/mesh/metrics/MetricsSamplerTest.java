package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.core.health.HealthTerms;
import io.holdfast.mesh.core.health.Watching;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsSamplerTest {

  private static final long SECOND = 1_000_000_000;

  private final Watching watching = new Watching(new HealthTerms(Duration.ofSeconds(30), 50, 10));
  private long now = SECOND;
  private final MetricsSampler sampler = new MetricsSampler(() -> now);

  private Picture look() {
    return watching.look(
        new NodeStatus(
            new NodeId("n1"),
            "mesh",
            "ff",
            1,
            "1.0",
            "running",
            Optional.empty(),
            "",
            "",
            Duration.ZERO,
            List.of(),
            List.of(),
            Map.of(),
            new DiskStatus(20, 100),
            ClockStatus.at(0),
            Map.of()),
        Map.of(),
        now);
  }

  /** Pictures go on then as often as ever, of the status that was seen last. */
  @Test
  void sampleOfANodeThatCannotLookAtItselfGrowsOld() {
    assertThat(sampler.ageSeconds()).isNaN();
    Picture seen = look();
    sampler.sampled(seen);
    now += 40 * SECOND;

    sampler.sampled(watching.blind(seen, "nothing answers", now, 1));

    assertThat(sampler.ageSeconds()).isEqualTo(40);
    assertThat(sampler.health().ready()).isFalse();

    sampler.sampled(look());

    assertThat(sampler.ageSeconds()).isZero();
  }
}
