package io.holdfast.config.core.control;

import io.holdfast.config.core.MemberId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a voter's evidence counts, and why not.
 *
 * @param voter who
 * @param reasons what speaks against it; none: it counts
 */
public record ReadinessGate(MemberId voter, List<String> reasons) {

  public ReadinessGate {
    reasons = List.copyOf(reasons);
  }

  /** Whether it counts. */
  public boolean isOpen() {
    return reasons.isEmpty();
  }

  static ReadinessGate of(
      MemberId voter, Optional<Evidence> given, ControlEpoch active, long nowMillis) {
    return new ReadinessGate(
        voter,
        given
            .map(evidence -> against(evidence, active, nowMillis))
            .orElseGet(() -> List.of("it has given no evidence for epoch " + active.number())));
  }

  private static List<String> against(Evidence evidence, ControlEpoch active, long nowMillis) {
    List<String> reasons = new ArrayList<>();
    if (!evidence.loaded().is(active)) {
      reasons.add(
          "its evidence is for epoch %d (%s), active is %s"
              .formatted(
                  evidence.loaded().number(), evidence.loaded().setHash().shortHex(), active));
    } else if (evidence.millis() - nowMillis > Evidence.MAX_AHEAD.toMillis()) {
      reasons.add(
          "its evidence is dated %d s ahead, allowed are %d"
              .formatted(
                  Duration.ofMillis(evidence.millis() - nowMillis).toSeconds(),
                  Evidence.MAX_AHEAD.toSeconds()));
    } else if (!evidence.isFresh(active, nowMillis)) {
      reasons.add(
          "its evidence is %d s old, allowed are %d"
              .formatted(
                  Duration.ofMillis(nowMillis - evidence.millis()).toSeconds(),
                  Evidence.VALIDITY.toSeconds()));
    }
    for (Evidence.Check check : Evidence.Check.values()) {
      Boolean holds = evidence.checks().get(check);
      if (holds == null) {
        reasons.add("it has not looked at " + check.code());
      } else if (!holds) {
        reasons.add(check.code() + " is not as it should be");
      }
    }
    return reasons;
  }
}
