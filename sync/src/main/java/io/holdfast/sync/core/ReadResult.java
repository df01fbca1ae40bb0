package io.holdfast.sync.core;

import io.holdfast.sync.core.reservation.ReservationAnswer;
import java.util.List;

/** What a {@link ReplicaQuery} gives, all of it as of one revision. */
public sealed interface ReadResult {

  /**
   * What is there.
   *
   * @param records in key order, up to the limit, and up to about 1 MiB of values: {@code more}
   *     then says so
   * @param count how many keys there are in the range; where {@code countIsLeast}, at least
   * @param countIsLeast whether counting stopped at its bound
   * @param more whether there are more records than given
   * @param revision the revision that was read at
   */
  record Records(
      List<KeyRecord> records, long count, boolean countIsLeast, boolean more, long revision)
      implements ReadResult {
    public Records {
      records = List.copyOf(records);
    }
  }

  /**
   * The answer to a question about reservations.
   *
   * @param answer what is so, or would be
   * @param revision the revision as of which it is
   * @param nowMillis what the clock of the replica that answers says, milliseconds since 1970
   */
  record OfReservations(ReservationAnswer answer, long revision, long nowMillis)
      implements ReadResult {}

  /**
   * The revision asked for is forgotten.
   *
   * @param oldest the oldest that can be read
   */
  record Compacted(long oldest) implements ReadResult {}

  /**
   * The revision asked for is not reached yet.
   *
   * @param newest the newest one here
   */
  record Future(long newest) implements ReadResult {}
}
