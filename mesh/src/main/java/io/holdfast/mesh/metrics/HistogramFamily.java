package io.holdfast.mesh.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Histograms of one name.
 *
 * @param name its name, as Prometheus shows it
 * @param help one sentence
 * @param series each histogram with its labels
 */
record HistogramFamily(String name, String help, List<Series> series) {

  /**
   * A histogram.
   *
   * @param labels by name
   * @param histogram what was counted
   */
  record Series(Map<String, String> labels, FixedHistogram histogram) {}

  private static Series series(FixedHistogram histogram, String... labels) {
    Map<String, String> named = new TreeMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      named.put(labels[i], labels[i + 1]);
    }
    return new Series(named, histogram);
  }

  /** All histograms of a node, as they are now. */
  static List<HistogramFamily> of(NodeMeters meters) {
    List<Series> writes = new ArrayList<>();
    List<Series> reads = new ArrayList<>();
    List<Series> accepts = new ArrayList<>();
    List<Series> commands = new ArrayList<>();
    List<Series> bytes = new ArrayList<>();
    for (GroupMeters each : meters.groups().values()) {
      String group = each.group().value();
      for (WriteStep step : WriteStep.values()) {
        writes.add(series(each.of(step), "group", group, "step", step.code()));
      }
      for (ReadStep step : ReadStep.values()) {
        reads.add(series(each.of(step), "group", group, "step", step.code()));
      }
      each.peers()
          .forEach(
              (peer, seen) ->
                  accepts.add(series(seen.accepts(), "group", group, "peer", peer.value())));
      commands.add(series(each.batchCommands(), "group", group));
      bytes.add(series(each.batchBytes(), "group", group));
    }
    List<Series> requests = new ArrayList<>();
    for (RouteMeters route : meters.http().routes()) {
      route.forEach(
          (labels, histogram) ->
              requests.add(
                  series(
                      histogram,
                      "route",
                      route.template(),
                      "method",
                      labels.method(),
                      "status",
                      labels.status())));
    }
    return List.of(
        new HistogramFamily("holdfast_write_step_seconds", "Time of each step of writes.", writes),
        new HistogramFamily("holdfast_read_step_seconds", "Time of each step of reads.", reads),
        new HistogramFamily(
            "holdfast_peer_accept_seconds",
            "From proposing a batch to a member's acknowledgement, at the leader.",
            accepts),
        new HistogramFamily("holdfast_batch_commands", "Commands in an executed batch.", commands),
        new HistogramFamily("holdfast_batch_size_bytes", "Bytes of a proposed batch.", bytes),
        new HistogramFamily(
            "holdfast_http_requests_seconds",
            "From the head of a request to the end of its answer.",
            requests),
        new HistogramFamily(
            "replication_clock_skew_seconds",
            "How far the wall clocks of peers are from ours, at each sign of life.",
            List.of(series(meters.quorum().skew()))));
  }
}
