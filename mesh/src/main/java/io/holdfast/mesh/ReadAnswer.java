package io.holdfast.mesh;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import java.time.Duration;
import java.util.Optional;

/** What the caller of a read is told. */
public sealed interface ReadAnswer {

  /**
   * The key is there.
   *
   * @param value its value
   * @param createRevision the revision that created it
   * @param modRevision the revision that last changed it
   * @param version how often it was written since it was created, from 1
   * @param lease the lease that it is attached to, 0 for none
   * @param at where in the log this was read
   */
  record Found(
      ByteString value,
      long createRevision,
      long modRevision,
      long version,
      long lease,
      ReadPoint at)
      implements ReadAnswer {

    /** Of a key without a lease. */
    public Found(
        ByteString value, long createRevision, long modRevision, long version, ReadPoint at) {
      this(value, createRevision, modRevision, version, 0, at);
    }
  }

  /**
   * The key is not there, or was not at the revision asked for.
   *
   * @param at where in the log this was read
   */
  record Absent(ReadPoint at) implements ReadAnswer {}

  /**
   * What is in a range: the answer to every read but that of one key's record.
   *
   * @param keys the records and how many there are
   * @param at where in the log this was read; the revision read at is that of {@code keys}
   */
  record Listed(ReadResult.Records keys, ReadPoint at) implements ReadAnswer {}

  /**
   * The answer to a question about reservations.
   *
   * @param answer what is so, or would be
   * @param at where in the log this was read
   * @param nowMillis what the clock of the node that answered said, milliseconds since 1970: what
   *     the times in the answer are compared with
   */
  record Reservations(ReservationAnswer answer, ReadPoint at, long nowMillis)
      implements ReadAnswer {}

  /**
   * The revision asked for is forgotten.
   *
   * @param oldest the oldest revision that can be read
   */
  record Compacted(long oldest) implements ReadAnswer {}

  /**
   * No answer can be given.
   *
   * @param code why
   * @param detail one sentence for a person
   * @param retryAfter how long to wait before trying again, where that makes sense
   */
  record Refused(OutcomeCode code, String detail, Optional<Duration> retryAfter)
      implements ReadAnswer {}

  /**
   * Where in the log an answer was read.
   *
   * @param slot the last applied slot
   * @param revision the group's revision, or that which was asked for
   * @param staleness for a local read: time since this node last knew itself caught up with a
   *     leader; absent for a linearizable one, and for a local one where that is not known
   */
  record ReadPoint(long slot, long revision, Optional<Duration> staleness) {}
}
