package io.holdfast.chaos.sim;

import java.util.List;
import java.util.stream.Stream;

/** The list of all seeded faults. */
final class SeededFaults {

  static final List<SeededFault> ALL =
      Stream.of(
              AcceptorFaults.all(),
              ElectionFaults.all(),
              AcknowledgementFaults.all(),
              ReadFaults.all(),
              ReplicaFaults.all(),
              SnapshotFaults.all(),
              CacheFaults.all(),
              DataFaults.all(),
              MembershipFaults.all(),
              DivergenceFaults.all(),
              ReservationFaults.all(),
              ControlFaults.all())
          .flatMap(List::stream)
          .toList();

  private SeededFaults() {}
}
