package io.holdfast.chaos.sim;

import java.util.ArrayList;
import java.util.List;

/** What must happen somewhere in a range of seeds, or the range has shown nothing about it. */
final class Required {

  /** Shorter ranges may miss a rare kind by chance. */
  static final int FROM_SEEDS = 100;

  private Required() {}

  static List<String> missing(SeedRange range, Coverage coverage) {
    List<String> missing = new ArrayList<>();
    for (String kind : events(range.profile())) {
      if (coverage.of(kind) == 0) {
        missing.add(kind);
      }
    }
    for (String code : verdicts(range)) {
      if (!coverage.verdicts().containsKey(code)) {
        missing.add(code);
      }
    }
    return missing;
  }

  private static List<String> events(Profile profile) {
    List<String> kinds = new ArrayList<>(List.of(Coverage.ELECTIONS, "operations"));
    // Which clients there are does not depend on the profile.
    kinds.addAll(
        List.of(
            Coverage.ROTATIONS,
            "store_reads",
            "transfers_done",
            "leases",
            "compactions",
            "watches",
            "range_reads",
            "past_reads"));
    if (profile.includes(Profile.CRASHES)) {
      kinds.addAll(
          List.of(
              "resolves", "expiries", "compacted_reads", "watches_resumed", "horizon_refusals"));
    }
    if (profile.includes(Profile.LOSSY)) {
      kinds.add("storms");
    }
    if (profile.includes(Profile.PARTITIONS)) {
      kinds.add(Coverage.PARTITIONS);
      for (String shape :
          List.of("isolated", "deaf", "mute", "halves", "bridge", "ring", "links")) {
        kinds.add("partition_" + shape);
      }
    }
    if (profile.includes(Profile.CRASHES)) {
      kinds.addAll(
          List.of(
              Coverage.CRASHES,
              "pauses",
              "disk_stalls",
              "disk_failures",
              "resignations",
              "snapshots",
              "journal_reads"));
    }
    if (profile.includes(Profile.CRASHES)) {
      kinds.add("trims");
    }
    if (profile.includes(Profile.CLOCKS)) {
      kinds.addAll(List.of("clock_jumps", "clock_rates"));
    }
    if (profile == Profile.CONTROL) {
      kinds.addAll(
          List.of(
              Coverage.INSTALLS,
              "clock_jumps",
              "reconfigurations",
              "activations",
              "activations_told",
              "activations_wrong_hash",
              "races_lost",
              "rollbacks",
              "stale_pins",
              "pins_held",
              "stale_at_apply",
              "readmissions",
              "limits_exceeded",
              "w_by_policy",
              "not_ready_by_policy",
              "ready_writes",
              "evidence",
              "evidence_renewed"));
    } else if (profile == Profile.RESERVATIONS) {
      kinds.addAll(List.of(Coverage.INSTALLS, "activations", "pools_in_use"));
      for (String kind :
          List.of(
              "given",
              "kept",
              "moved",
              "migrated",
              "released",
              "expired",
              "unknown_pool",
              "pool_exhausted",
              "conflict",
              "outside_range",
              "excluded",
              "sticky",
              "not_owner",
              "nothing_there")) {
        kinds.add("reservations_" + kind);
      }
    } else if (profile.trimsSoon()) {
      kinds.addAll(List.of(Coverage.INSTALLS, "snapshots_resumed", "reconfigurations"));
      CrashStep.TRIMMING.forEach(step -> kinds.add(step.crash()));
    }
    if (profile == Profile.DIVERGENCE) {
      kinds.addAll(
          List.of(
              Coverage.INSTALLS,
              "flips",
              "flips_at_rest",
              "repairs",
              "divergence_minority",
              "divergence_majority_seen",
              "divergence_no_majority"));
    }
    if (profile == Profile.MEMBERSHIP) {
      CrashStep.CHANGING.forEach(step -> kinds.add(step.crash()));
      kinds.addAll(
          List.of(
              "change_addlearner",
              "change_promote",
              "change_remove",
              "change_replace",
              "change_setquorums"));
    }
    if (profile == Profile.ALL) {
      kinds.addAll(
          List.of("emptied_directories", "refused", "drifts", "reconfigurations", "activations"));
    }
    return kinds;
  }

  private static List<String> verdicts(SeedRange range) {
    List<String> codes = new ArrayList<>(List.of("met", "committed", "compare_failed"));
    // With w = 1 the local write is enough, and nobody is waited for.
    boolean waits = range.w().isEmpty() || range.w().getAsInt() > 1;
    if (waits && range.profile().includes(Profile.PARTITIONS)) {
      codes.addAll(List.of("in_flight", "unreachable", "timeout", "quorum_not_met"));
    }
    if (range.profile().includes(Profile.CRASHES)) {
      codes.addAll(List.of("local_write_failed", "no_leader", "not_ready", "outcome_unknown"));
    }
    if (range.profile() == Profile.MEMBERSHIP) {
      codes.addAll(
          List.of(
              "change_in_progress",
              "configuration_changed",
              "not_caught_up",
              "would_lose_quorum",
              "last_member"));
    }
    if (range.profile() == Profile.CONTROL) {
      codes.addAll(List.of("denied", "unauthenticated", "stale_control_epoch", "too_large"));
    }
    if (range.profile() == Profile.ALL) {
      codes.addAll(List.of("overloaded", "write_id_expired"));
    }
    if (range.profile() == Profile.DIVERGENCE || (waits && range.profile() == Profile.ALL)) {
      codes.add("id_drift");
    }
    return codes;
  }
}
