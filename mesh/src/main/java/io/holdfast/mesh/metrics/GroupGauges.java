package io.holdfast.mesh.metrics;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.CacheStatus;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.SnapshotStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

/** Registers the counters and gauges of a group. */
final class GroupGauges {

  private static final List<String> ROLES =
      List.of(
          "following",
          "preparing",
          "leading",
          "learner",
          "joining",
          "removed",
          "outside",
          "renewing",
          "silent");

  private static final List<String> DIVERGENCES =
      List.of("none", "comparing", "majority_seen", "minority", "no_majority");

  private final GroupMeters meters;
  private final MetricsSampler sampler;
  private final MeterSet set;
  private final String group;

  private GroupGauges(GroupMeters meters, MetricsSampler sampler, MeterSet set) {
    this.meters = meters;
    this.sampler = sampler;
    this.set = set;
    this.group = meters.group().value();
  }

  static void register(GroupMeters meters, MetricsSampler sampler, MeterSet set) {
    GroupGauges gauges = new GroupGauges(meters, sampler, set);
    gauges.registerCounters();
    gauges.registerCache();
    gauges.registerLoad();
    gauges.registerState();
    gauges.registerProgress();
  }

  // ---- Forms

  private void counter(String name, String help, LongAdder adder, String... labels) {
    set.counter(name, help, adder, LongAdder::sum, labels);
  }

  /** Of what a group counts itself; what it said last holds while it says nothing. */
  private void cacheCounter(String name, String help, ToDoubleFunction<CacheStatus> count) {
    GroupId id = meters.group();
    set.counter(
        name,
        help,
        sampler,
        samples ->
            samples.lastAnswer(id).map(status -> count.applyAsDouble(status.cache())).orElse(0.0),
        "group",
        group);
  }

  /** Of what is known of a group that answers; not a number while it does not. */
  private void gauge(
      String name, String help, ToDoubleFunction<GroupStatus> value, String... labels) {
    gauge(MetricsSampler::shown, name, help, value, labels);
  }

  /** Of what is known of a group also while it does not answer. */
  private void steadyGauge(
      String name, String help, ToDoubleFunction<GroupStatus> value, String... labels) {
    gauge(MetricsSampler::group, name, help, value, labels);
  }

  private void gauge(
      BiFunction<MetricsSampler, GroupId, Optional<GroupStatus>> where,
      String name,
      String help,
      ToDoubleFunction<GroupStatus> value,
      String... labels) {
    GroupId id = meters.group();
    String[] all = new String[labels.length + 2];
    all[0] = "group";
    all[1] = group;
    System.arraycopy(labels, 0, all, 2, labels.length);
    set.gauge(
        name,
        help,
        sampler,
        samples -> where.apply(samples, id).map(value::applyAsDouble).orElse(Double.NaN),
        all);
  }

  private static double flag(boolean is) {
    return is ? 1 : 0;
  }

  // ---- Which there are

  private void registerCounters() {
    for (OutcomeCode code : OutcomeCode.values()) {
      set.counter(
          "holdfast_writes_total",
          "Writes of clients of this node, by what became of them.",
          meters,
          each -> each.endedSo(code),
          "group",
          group,
          "code",
          code.code());
    }
    for (AcceptorAnswer answer : AcceptorAnswer.values()) {
      counter(
          "holdfast_acceptor_answers_total",
          "Answers of this node's acceptor; each promise and acceptance is on disk before.",
          meters.answers(answer),
          "group",
          group,
          "answer",
          answer.code());
    }
    for (GroupMeters.Part part : GroupMeters.Part.values()) {
      counter(
          "holdfast_messages_dropped_total",
          "Messages that were dropped without an answer: strangers', late and double ones.",
          meters.droppedBy(part),
          "group",
          group,
          "part",
          part.code());
    }
    counter(
        "holdfast_leader_changes_total",
        "How often another leader than before was heard.",
        meters.leaderChanges(),
        "group",
        group);
    counter(
        "holdfast_invariant_violations_total",
        "Contradictions that the acceptor found: a bug, or a broken disk.",
        meters.violations(),
        "group",
        group);
    counter(
        "holdfast_catch_up_received_bytes_total",
        "Bytes of batches that peers sent because they were missing here.",
        meters.catchUpReceived(),
        "group",
        group);
    counter(
        "holdfast_catch_up_sent_bytes_total",
        "Bytes of batches that were sent to peers which lacked them.",
        meters.catchUpSent(),
        "group",
        group);
  }

  private void registerCache() {
    cacheCounter(
        "holdfast_cache_rotations_total", "Rotations of the cache.", CacheStatus::rotations);
    cacheCounter(
        "holdfast_cache_hits_total",
        "Values that commands read and did not have to bring, since all replicas cache them.",
        CacheStatus::hits);
    cacheCounter(
        "holdfast_cache_shipped_values_total",
        "Values that commands brought with them.",
        CacheStatus::shippedValues);
    cacheCounter(
        "holdfast_cache_admission_reads_total",
        "Values that were read from the store to be shipped with a command.",
        CacheStatus::admissionStoreReads);
    cacheCounter(
        "holdfast_cache_horizon_refusals_total",
        "Commands without effect since too much was executed after their admission.",
        CacheStatus::horizonRefusals);
    cacheCounter(
        "holdfast_cache_coverage_violations_total",
        "Commands that would have gone beyond their plan: a bug.",
        CacheStatus::coverageViolations);
    cacheCounter("holdfast_store_reads_total", "Reads of the store.", CacheStatus::storeReads);
    cacheCounter(
        "holdfast_store_reads_in_apply_total",
        "Reads of the store by the thread that executes: a bug.",
        CacheStatus::storeReadsInApply);
    gauge("holdfast_cache_keys", "Keys in the cache.", status -> status.cache().keys());
    gauge(
        "holdfast_cache_generation",
        "How often the cache has rotated since the group began.",
        status -> status.cache().generation());
  }

  private void registerLoad() {
    set.gauge(
        "holdfast_queued_commands",
        "Commands that wait here for a slot.",
        meters,
        GroupMeters::queuedCommands,
        "group",
        group);
    set.gauge(
        "holdfast_queued_bytes",
        "Bytes of commands that wait here for a slot.",
        meters,
        GroupMeters::queuedBytes,
        "group",
        group);
    set.gauge(
        "holdfast_in_flight_commands",
        "Commands proposed here whose outcome is not known yet.",
        meters,
        GroupMeters::inFlight,
        "group",
        group);
  }

  private void registerState() {
    for (String role : ROLES) {
      steadyGauge(
          "holdfast_role",
          "1 for what this node is in the group, else 0.",
          status -> flag(status.role().equals(role)),
          "role",
          role);
    }
    for (String state : DIVERGENCES) {
      gauge(
          "holdfast_divergence",
          "1 for what is known of replicas that differ, else 0.",
          status -> flag(status.divergence().state().equals(state)),
          "state",
          state);
    }
    steadyGauge(
        "holdfast_is_leader",
        "Whether this node leads the group.",
        status -> flag(status.role().equals("leading")));
    steadyGauge(
        "holdfast_has_leader",
        "Whether this node hears a leader, itself included.",
        status -> flag(status.leader().isPresent()));
    GroupId id = meters.group();
    steadyGauge(
        "holdfast_group_ready",
        "Whether this node can serve the group, as /readyz says.",
        status -> flag(sampler.health().level(id) != Health.Level.FAILING));
    for (GateKind kind : GateKind.values()) {
      if (kind.ofGroup()) {
        steadyGauge(
            "holdfast_group_gate",
            "What has to hold for the group: 0 open, 1 warning, 2 closed.",
            status -> sampler.gate(kind, Optional.of(id)),
            "gate",
            kind.code());
      }
    }
    gauge("holdfast_group_voters", "Members that vote.", GroupStatus::n);
    gauge("holdfast_group_accept_quorum", "Acknowledgements that commit.", GroupStatus::w);
    gauge(
        "holdfast_control_epoch",
        "Number of the active control epoch.",
        status -> sampler.control(id).map(known -> (double) known.number()).orElse(Double.NaN));
  }

  private void registerProgress() {
    gauge("holdfast_chosen_slot", "Last slot known to be chosen.", GroupStatus::chosen);
    gauge("holdfast_applied_slot", "Last slot executed here.", GroupStatus::applied);
    gauge("holdfast_durable_slot", "Last slot in this node's store.", GroupStatus::durable);
    gauge("holdfast_trimmed_slot", "Last slot that left the journal.", GroupStatus::trimmed);
    gauge("holdfast_lag_slots", "Slots known chosen and not executed here.", GroupStatus::lag);
    gauge(
        "holdfast_lag_seconds",
        "For how long this node has been behind what it knows to be chosen.",
        status -> status.lagMillis() / 1e3);
    gauge(
        "holdfast_snapshot_received_bytes",
        "What has come of a snapshot that is being received; 0 while none is.",
        status -> status.snapshot().map(SnapshotStatus::receivedBytes).orElse(0L));
    gauge(
        "holdfast_snapshot_expected_bytes",
        "About what it takes in all; 0 while none is received.",
        status -> status.snapshot().map(SnapshotStatus::aboutBytes).orElse(0L));
    gauge("holdfast_keys", "Keys.", GroupStatus::keys);
    gauge("holdfast_revision", "The group's revision here.", GroupStatus::revision);
    gauge(
        "holdfast_compacted_revision",
        "The oldest revision that can be read here; 0 while all can.",
        GroupStatus::compacted);
    gauge("holdfast_leases", "Leases.", GroupStatus::leases);
  }
}
