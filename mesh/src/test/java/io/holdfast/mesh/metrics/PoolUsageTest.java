package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolUsageTest {

  private static PoolUsage usage(long used, List<Pool.Span> ofPool, Pool.Span... excluded) {
    Pool pool = new Pool("p", Pool.Scope.MESH, 10, 19, ofPool, Optional.empty());
    return PoolUsage.of(
        new PoolUse(
            pool,
            used,
            List.of(excluded).stream().map(span -> new Exclusion(span, "")).toList(),
            false));
  }

  @Test
  void freeIsWhatIsNeitherGivenNorExcluded() {
    assertThat(usage(0, List.of())).isEqualTo(new PoolUsage("p", 0, 10));
    assertThat(usage(3, List.of(new Pool.Span(10, 11)), new Pool.Span(15, 15)))
        .isEqualTo(new PoolUsage("p", 3, 4));
  }

  @Test
  void spansThatOverlapCountOnce() {
    assertThat(
            usage(0, List.of(new Pool.Span(12, 14)), new Pool.Span(10, 13), new Pool.Span(13, 25)))
        .isEqualTo(new PoolUsage("p", 0, 0));
    assertThat(usage(0, List.of(new Pool.Span(10, 14)), new Pool.Span(11, 12)).free()).isEqualTo(5);
  }

  @Test
  void neverLessThanNone() {
    assertThat(usage(10, List.of(new Pool.Span(10, 10))).free()).isZero();
  }
}
