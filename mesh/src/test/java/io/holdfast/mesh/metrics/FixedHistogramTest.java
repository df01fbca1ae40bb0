package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FixedHistogramTest {

  private final FixedHistogram latency = FixedHistogram.ofLatency();

  @Test
  void countsAnAmountInTheFirstBucketThatHoldsIt() {
    latency.record(TimeUnit.MICROSECONDS.toNanos(100));
    latency.record(TimeUnit.MICROSECONDS.toNanos(100) + 1);
    latency.record(TimeUnit.SECONDS.toNanos(10));
    latency.record(TimeUnit.SECONDS.toNanos(10) + 1);

    long[] counts = latency.counts();
    assertThat(counts).hasSize(17);
    assertThat(counts[0]).isEqualTo(1);
    assertThat(counts[1]).isEqualTo(1);
    assertThat(counts[15]).isEqualTo(1);
    assertThat(counts[16]).isEqualTo(1);
    assertThat(latency.count()).isEqualTo(4);
  }

  @Test
  void showsBaseUnits() {
    latency.record(TimeUnit.MILLISECONDS.toNanos(1500));
    FixedHistogram skew = FixedHistogram.ofSkew();
    skew.record(250);

    assertThat(latency.sum()).isEqualTo(1.5);
    assertThat(latency.upperBounds()[0]).isEqualTo(0.0001);
    assertThat(latency.upperBounds()[16]).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(skew.sum()).isEqualTo(0.25);
    assertThat(FixedHistogram.ofBytes().upperBounds()[0]).isEqualTo(256);
  }

  @Test
  void takesANegativeAmountForNone() {
    latency.record(-5);

    assertThat(latency.counts()[0]).isEqualTo(1);
    assertThat(latency.sum()).isZero();
  }
}
