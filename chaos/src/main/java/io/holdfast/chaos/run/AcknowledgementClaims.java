package io.holdfast.chaos.run;

import io.holdfast.chaos.report.RunReport.Check;
import io.holdfast.chaos.run.QuorumVerdicts.QuorumVerdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether callers were told of missing acknowledgements only as what was injected explains it.
 * <em>Timeout</em> needs no fault: on a busy machine an acknowledgement may come too late at any
 * time.
 */
final class AcknowledgementClaims {

  /** A node that was killed may be away for so long after it was started again. */
  private static final Duration AFTERMATH = Duration.ofSeconds(15);

  private static final Set<FaultKind> OF_LINKS =
      EnumSet.of(
          FaultKind.KILL, FaultKind.PAUSE, FaultKind.PARTITION, FaultKind.PROXY, FaultKind.DISK);

  private static final Set<FaultKind> OF_DISKS = EnumSet.of(FaultKind.DISK);

  private AcknowledgementClaims() {}

  static Check check(
      List<QuorumVerdict> verdicts, Map<String, Long> counts, List<InjectedFault> faults) {
    Optional<String> wrong =
        verdicts.stream()
            .filter(verdict -> !isExplained(verdict, faults))
            .findFirst()
            .map(
                verdict ->
                    "%s at %.1f s, members %s: nothing that was injected explains it"
                        .formatted(verdict.reason(), verdict.toNanos() / 1e9, verdict.states()));
    return new Check(
        "callers are told of missing acknowledgements as injected",
        wrong.isEmpty(),
        wrong.orElse(counts.isEmpty() ? "none was missing" : "quorum not met: " + counts));
  }

  private static boolean isExplained(QuorumVerdict verdict, List<InjectedFault> faults) {
    return switch (verdict.reason()) {
      case "unreachable" -> isWithin(verdict, faults, OF_LINKS);
      case "local_write_failed" -> isWithin(verdict, faults, OF_DISKS);
      case "timeout" -> true;
      default -> false; // no member's log drifts here
    };
  }

  private static boolean isWithin(
      QuorumVerdict verdict, List<InjectedFault> faults, Set<FaultKind> kinds) {
    Duration from = Duration.ofNanos(verdict.fromNanos()).minus(AFTERMATH);
    Duration to = Duration.ofNanos(verdict.toNanos());
    return faults.stream()
        .anyMatch(fault -> kinds.contains(fault.kind()) && fault.overlaps(from, to));
  }
}
