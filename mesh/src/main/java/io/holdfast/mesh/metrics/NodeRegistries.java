package io.holdfast.mesh.metrics;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jmx.JmxReporter;
import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.JournalCounters;
import io.holdfast.acceptor.store.JournalDatabase;
import io.holdfast.acceptor.store.SyncWriteCounter;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.PoolStatus;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.jmx.JmxConfig;
import io.micrometer.jmx.JmxMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The registries of a node: what it measures, as Prometheus and JMX see it. Making one loads some
 * hundred classes. One thread.
 */
final class NodeRegistries implements AutoCloseable {

  /** Where MBeans are found. */
  static final String DOMAIN = "io.holdfast.metrics";

  /** The label of every series that says whose it is: one Prometheus may watch several meshes. */
  private static final String MESH = "mesh";

  private final NodeMeters meters;
  private final MetricsSampler sampler;
  private final PrometheusMeterRegistry prometheus =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MetricRegistry beans = new MetricRegistry();
  private final JmxMeterRegistry jmx;
  private final CompositeMeterRegistry all = new CompositeMeterRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final JvmMeters jvm;

  /** By what they are about. */
  private final Map<Object, MeterSet> sets = new HashMap<>();

  /** What JMX calls them. */
  private final Map<HistogramFamily.Series, String> histograms = new HashMap<>();

  private record OfPeer(NodeId peer) {}

  /** By what is measured of it: a group may be deleted and made again. */
  private record OfMember(PeerMeters seen) {}

  private record OfPool(GroupMeters group, String pool) {}

  NodeRegistries(NodeMeters meters, MetricsSampler sampler, NodeSources sources) {
    this.meters = meters;
    this.sampler = sampler;
    JmxNames names = new JmxNames(sources.mesh(), sources.node());
    this.jmx =
        new JmxMeterRegistry(
            JmxConfig.DEFAULT,
            Clock.SYSTEM,
            names,
            beans,
            JmxReporter.forRegistry(beans)
                .inDomain(DOMAIN)
                .createsObjectNamesWith(names)
                .convertDurationsTo(TimeUnit.SECONDS) // as the names of meters say
                .build());
    prometheus.config().commonTags(MESH, sources.mesh()); // JMX has it in all names
    all.add(prometheus);
    all.add(jmx);
    prometheus
        .getPrometheusRegistry()
        .register(new HistogramCollector(meters, Labels.of(MESH, sources.mesh())));
    Info.builder()
        .name("holdfast_build_info")
        .help("The version of the software and of Java; always 1.")
        .labelNames(MESH, "version", "java")
        .register(prometheus.getPrometheusRegistry())
        .setLabelValues(sources.mesh(), sources.version(), Runtime.version().toString());
    registerNode(new MeterSet(all), sources);
    this.jvm = new JvmMeters(all);
    follow();
  }

  // ---- What a node has once

  private void registerNode(MeterSet set, NodeSources sources) {
    registerQuorum(set);
    sources.journal().ifPresent(journal -> registerJournal(set, journal));
    registerFiles(set);
    HttpMeters http = meters.http();
    set.gauge("holdfast_http_connections", "Open connections.", http, h -> h.connections().get());
    set.gauge("holdfast_watchers", "Clients that watch.", http, h -> h.watchers().get());
    set.counter(
        "holdfast_http_connections_refused_total",
        "Connections beyond the limit.",
        http.refusals(),
        LongAdder::sum);
    set.counter(
        "holdfast_strangers_total",
        "Messages of nodes, or boots of nodes, that were never greeted.",
        sampler,
        samples -> counter(samples, "strangers"));
    set.gauge(
        "holdfast_node_boots",
        "How often the node was started on this data directory.",
        sampler,
        samples -> samples.node().map(node -> (double) node.bootCount()).orElse(Double.NaN));
    set.gauge(
        "holdfast_sample_age_seconds",
        "Since the node was last able to look at itself.",
        sampler,
        MetricsSampler::ageSeconds);
    set.gauge(
        "holdfast_disk_free_bytes",
        "What is free, for this process, on the disk of the data directory.",
        sampler,
        samples -> disk(samples, DiskStatus::usableBytes));
    set.gauge(
        "holdfast_disk_size_bytes",
        "The size of that disk.",
        sampler,
        samples -> disk(samples, DiskStatus::totalBytes));
    set.gauge(
        "holdfast_ready",
        "Whether this node serves all groups that it runs, as /readyz says.",
        sampler,
        samples -> samples.health().ready() ? 1 : 0);
    for (GateKind kind : GateKind.values()) {
      if (!kind.ofGroup()) {
        set.gauge(
            "holdfast_node_gate",
            "What has to hold for the node: 0 open, 1 warning, 2 closed.",
            sampler,
            samples -> samples.gate(kind, Optional.empty()),
            "gate",
            kind.code());
      }
    }
  }

  private static double disk(MetricsSampler samples, ToLongFunction<DiskStatus> what) {
    return samples
        .node()
        .map(node -> what.applyAsLong(node.disk()))
        .filter(bytes -> bytes >= 0)
        .map(Long::doubleValue)
        .orElse(Double.NaN);
  }

  private void registerQuorum(MeterSet set) {
    QuorumMeters quorum = meters.quorum();
    String acks = "Batches by what their acknowledgements came to.";
    set.counter(
        "replication_quorum_ack_total", acks, quorum.met(), LongAdder::sum, "result", "met");
    set.counter(
        "replication_quorum_ack_total", acks, quorum, QuorumMeters::notMet, "result", "not_met");
    for (QuorumMeters.Failure failure : QuorumMeters.Failure.values()) {
      set.counter(
          "replication_quorum_failures_total",
          "Batches whose quorum was not met, by reason; one in flight is none.",
          quorum.failures(failure),
          LongAdder::sum,
          "reason",
          failure.code());
    }
    set.counter(
        "replication_id_drift_total",
        "How often what a member stores, or its state, was found to differ.",
        quorum.drifts(),
        LongAdder::sum);
  }

  private void registerJournal(MeterSet set, JournalDatabase database) {
    JournalCounters journal = database.writer().counters();
    set.counter("holdfast_journal_commits_total", "Commits.", journal, JournalCounters::commits);
    set.counter(
        "holdfast_journal_events_total", "Events in them.", journal, JournalCounters::events);
    set.counter(
        "holdfast_journal_event_bytes_total",
        "Bytes of those events.",
        journal,
        JournalCounters::bytes);
    set.counter(
        "holdfast_journal_synchronous_writes_total",
        "Writes of the journal's file that were on the medium when they returned.",
        database,
        written -> written.database().synchronousWrites().orElse(journal.commits()));
    if (database.database() instanceof DurableDatabase file) {
      set.counter(
          "holdfast_journal_synchronous_bytes_total",
          "Bytes in those writes.",
          file.syncWrites(),
          SyncWriteCounter::bytes);
    }
    FunctionTimer.builder(
            "holdfast_journal_commit_seconds",
            journal,
            JournalCounters::commits,
            counted -> counted.commitTime().toNanos(),
            TimeUnit.NANOSECONDS)
        .description("Time of inserting and committing.")
        .register(all);
    FunctionTimer.builder(
            "holdfast_journal_acknowledgement_seconds",
            journal,
            JournalCounters::writes,
            counted -> counted.ackTime().toNanos(),
            TimeUnit.NANOSECONDS)
        .description("From asking for a write to its being on the medium, waiting included.")
        .register(all);
  }

  private void registerFiles(MeterSet set) {
    set.gauge(
        "holdfast_journal_size_bytes",
        "Size of the journal's file.",
        sampler,
        samples -> counter(samples, "journalBytes"));
    set.gauge(
        "holdfast_store_size_bytes",
        "Size of the files of all stores.",
        sampler,
        samples -> counter(samples, "storeBytes"));
  }

  private static double counter(MetricsSampler samples, String name) {
    return samples.node().map(node -> node.counters().getOrDefault(name, 0.0)).orElse(0.0);
  }

  // ---- What comes and goes

  /** Has meters for the groups, members, peers and pools that there are now, and no others. */
  void follow() {
    Map<Object, Consumer<MeterSet>> there = new LinkedHashMap<>();
    for (GroupMeters group : meters.groups().values()) {
      there.put(group, set -> GroupGauges.register(group, sampler, set));
      sampler
          .lastAnswer(group.group())
          .ifPresent(status -> followMembers(group, status.members(), there));
      for (PoolStatus pool : sampler.pools(group.group())) {
        there.put(
            new OfPool(group, pool.pool()), set -> registerPool(set, group.group(), pool.pool()));
      }
    }
    if (sampler.node().isPresent()) {
      meters.ends().retain(sampler.peers().keySet());
    }
    for (NodeId peer : sampler.peers().keySet()) {
      there.put(new OfPeer(peer), set -> registerPeer(set, peer));
    }
    follow(there);
    followHistograms();
  }

  /** What has come may have the names of what is gone, so that goes first. */
  private void follow(Map<Object, Consumer<MeterSet>> there) {
    sets.entrySet()
        .removeIf(
            known -> {
              boolean gone = !there.containsKey(known.getKey());
              if (gone) {
                known.getValue().remove();
              }
              return gone;
            });
    there.forEach(
        (what, registering) ->
            sets.computeIfAbsent(
                what,
                fresh -> {
                  MeterSet set = new MeterSet(all);
                  registering.accept(set);
                  return set;
                }));
  }

  private void followMembers(
      GroupMeters group, List<NodeId> members, Map<Object, Consumer<MeterSet>> there) {
    Optional<NodeId> self = sampler.node().map(NodeStatus::node);
    Set<NodeId> kept = new HashSet<>(members);
    self.ifPresent(kept::add);
    group.retain(kept);
    for (NodeId peer : members) {
      if (self.isPresent() && !self.get().equals(peer)) {
        PeerMeters seen = group.peer(peer);
        there.put(new OfMember(seen), set -> registerMember(set, group.group(), peer, seen));
      }
    }
  }

  private void registerMember(MeterSet set, GroupId group, NodeId peer, PeerMeters seen) {
    set.gauge(
        "holdfast_peer_lag_slots",
        "Slots known chosen here and not executed there, as it last said.",
        seen,
        each ->
            sampler.shown(group).map(status -> each.lagBehind(status.chosen())).orElse(Double.NaN),
        "group",
        group.value(),
        "peer",
        peer.value());
  }

  private void registerPool(MeterSet set, GroupId group, String pool) {
    String[] labels = {"group", group.value(), "pool", pool};
    set.gauge(
        "holdfast_reservations_used",
        "Numbers of the pool that are given, on all hosts together.",
        sampler,
        samples -> pool(samples, group, pool, PoolStatus::used),
        labels);
    set.gauge(
        "holdfast_reservations_free",
        "Numbers of the pool that can be given; of a pool by host, where the fewest can.",
        sampler,
        samples -> pool(samples, group, pool, PoolStatus::free),
        labels);
  }

  private static double pool(
      MetricsSampler samples, GroupId group, String name, ToLongFunction<PoolStatus> what) {
    return samples.pools(group).stream()
        .filter(pool -> pool.pool().equals(name))
        .mapToDouble(what::applyAsLong)
        .findFirst()
        .orElse(Double.NaN);
  }

  private void registerPeer(MeterSet set, NodeId peer) {
    String[] labels = {"peer", peer.value()};
    set.gauge(
        "holdfast_peer_reachable",
        "Whether the peer was heard lately.",
        sampler,
        samples -> peer(samples, peer, seen -> seen.reachable() ? 1 : 0),
        labels);
    set.gauge(
        "holdfast_peer_silence_seconds",
        "Since the peer was last heard; not a number for never.",
        sampler,
        samples ->
            peer(
                samples,
                peer,
                seen -> seen.lastHeardMillis() < 0 ? Double.NaN : seen.lastHeardMillis() / 1e3),
        labels);
    set.gauge(
        "holdfast_peer_clock_skew_seconds",
        "The peer's wall clock less ours.",
        sampler,
        samples -> peer(samples, peer, seen -> seen.clockSkewMillis() / 1e3),
        labels);
    for (PeerEnds.State state : PeerEnds.State.values()) {
      set.counter(
          "holdfast_peer_ends_total",
          "How often the peer said that it ends by itself, as its last words.",
          meters.ends(),
          ends -> ends.count(peer, state).sum(),
          "peer",
          peer.value(),
          "state",
          state.code());
    }
  }

  private static double peer(
      MetricsSampler samples, NodeId name, ToDoubleFunction<PeerStatus> what) {
    PeerStatus seen = samples.peers().get(name);
    return seen == null ? Double.NaN : what.applyAsDouble(seen);
  }

  /** JMX has count and mean of histograms; their buckets are for Prometheus alone. */
  private void followHistograms() {
    Map<HistogramFamily.Series, HistogramFamily> there = new HashMap<>();
    for (HistogramFamily family : HistogramFamily.of(meters)) {
      family.series().forEach(series -> there.put(series, family));
    }
    // First, since one that is new may have the name of one that is gone.
    Map<HistogramFamily.Series, String> gone = new HashMap<>(histograms);
    gone.keySet().removeAll(there.keySet());
    gone.values().forEach(beans::remove);
    histograms.keySet().retainAll(there.keySet());
    there.forEach(
        (series, family) ->
            histograms.computeIfAbsent(
                series,
                fresh -> {
                  String name = JmxNames.hierarchicalName(family.name(), fresh.labels());
                  beans.register(name, new CountAndMean(fresh.histogram()));
                  return name;
                }));
  }

  // ---- What they show

  Scrape scrape(String accept) {
    follow();
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteString.Output text = ByteString.newOutput(1 << 16);
    try {
      writer.write(text, prometheus.getPrometheusRegistry().scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Scrape(writer.getContentType(), text.toByteString());
  }

  @Override
  public void close() {
    jvm.close();
    all.close();
    prometheus.close();
    jmx.close();
  }
}
