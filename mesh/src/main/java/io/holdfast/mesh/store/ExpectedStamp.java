package io.holdfast.mesh.store;

import io.holdfast.acceptor.store.BootStamp;
import java.util.Optional;

/**
 * What the stamp of a database must be for its data directory: the same when a node starts on it,
 * and when somebody looks at it while none does.
 *
 * @param incarnation the directory's
 * @param remembered by which boot the directory remembers that it was last opened; 0 for none: then
 *     it may have any, or none
 * @param newest the newest boot of the directory before the one that looks
 */
public record ExpectedStamp(long incarnation, long remembered, long newest) {

  /** What is wrong with a stamp, in words; empty where nothing is. */
  public Optional<String> flawOf(Optional<BootStamp> stamp) {
    if (stamp.isPresent() && stamp.get().incarnation() != incarnation) {
      return Optional.of("belongs to another data directory");
    }
    long found = stamp.map(BootStamp::boot).orElse(0L);
    if (found < remembered) {
      return Optional.of(
          (found == 0 ? "was emptied" : "was last opened at boot " + found) + knownAt());
    }
    return found > newest
        ? Optional.of(
            "was opened at boot "
                + found
                + ", but the identity beside it knows none so late"
                + knownAt())
        : Optional.empty();
  }

  /** For whoever misses the database. */
  public String knownAt() {
    return remembered > 0 ? ", though this node used it at boot " + remembered : "";
  }
}
