package io.holdfast.mesh.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/** Shows a node's histograms to Prometheus, whose buckets they have. */
final class HistogramCollector implements MultiCollector {

  private final NodeMeters meters;
  private final Labels common;

  /**
   * @param common what every series has
   */
  HistogramCollector(NodeMeters meters, Labels common) {
    this.meters = meters;
    this.common = common;
  }

  @Override
  public MetricSnapshots collect() {
    return new MetricSnapshots(
        HistogramFamily.of(meters).stream()
            .filter(family -> !family.series().isEmpty())
            .<MetricSnapshot>map(this::snapshot)
            .toList());
  }

  private HistogramSnapshot snapshot(HistogramFamily family) {
    HistogramSnapshot.Builder builder =
        HistogramSnapshot.builder().name(family.name()).help(family.help());
    for (HistogramFamily.Series series : family.series()) {
      builder.dataPoint(
          HistogramDataPointSnapshot.builder()
              .classicHistogramBuckets(
                  ClassicHistogramBuckets.of(
                      series.histogram().upperBounds(), series.histogram().counts()))
              .sum(series.histogram().sum())
              .labels(common.merge(labels(series)))
              .build());
    }
    return builder.build();
  }

  private static Labels labels(HistogramFamily.Series series) {
    return Labels.of(List.copyOf(series.labels().keySet()), List.copyOf(series.labels().values()));
  }
}
