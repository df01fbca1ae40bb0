package io.holdfast.mesh.actor;

import io.holdfast.sync.core.reservation.ReservationQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the machine of a node is called, where its kernel says so without asking anybody. */
final class MachineName {

  private static final Logger LOG = LoggerFactory.getLogger(MachineName.class);
  private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

  private MachineName() {}

  /** Absent where it has none that can be a host of reservations. */
  static Optional<String> read() {
    try {
      String name = Files.readString(KERNEL_NAME).strip().toLowerCase(Locale.ROOT);
      return Optional.of(new ReservationQuery.Pools(name).host());
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("no name of this machine", e);
      return Optional.empty();
    }
  }
}
