package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import java.util.List;
import picocli.CommandLine.Option;

/** How numbers are reserved. */
final class ProbeOptions {

  @Option(
      names = "--no-probe",
      description = "Do not try ports on this host: take what is free in the pool.")
  private boolean noProbe;

  @Option(
      names = "--disable-autoclean",
      description = "Do not end reservations whose time is over when none is free.")
  private boolean disableAutoclean;

  /** Has a wish fulfilled: what became of each want, in their order. */
  List<Entry> reserve(ReservationWork work, Wish wish, boolean dryRun) {
    return new Reserving(
            work,
            wish,
            HostProbe.create(),
            new Reserving.Manner(!noProbe, !disableAutoclean, dryRun))
        .run();
  }
}
