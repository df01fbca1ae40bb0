package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.CommandResult.Detailed;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import java.util.List;

/** A row of a snapshot that was looked at: it is sound by itself, and stands where it belongs. */
public sealed interface ReceivedRow {

  /** Of the changes that are here, these stay. */
  record Held(HeldPlaces held) implements ReceivedRow {}

  /** Changes after all others. */
  record Changes(List<Change> changes) implements ReceivedRow {
    public Changes {
      changes = List.copyOf(changes);
    }
  }

  /** Keys that entered a generation. */
  record TouchedKeys(long number, Touched touched, ByteString bytes) implements ReceivedRow {}

  /** Write ids, as the store has them. */
  record WriteIds(long firstOrdinal, List<WriteIdRecord> records, ByteString bytes)
      implements ReceivedRow {
    public WriteIds {
      records = List.copyOf(records);
    }
  }

  /** The result of a write, with its details. */
  record Answer(long ordinal, Detailed done, ByteString bytes) implements ReceivedRow {}

  /** A row of what is active in the group, or was. */
  record Epochs(long number, ByteString bytes) implements ReceivedRow {}

  /** A number that is given. */
  record Reserved(Reservation reservation, ByteString bytes) implements ReceivedRow {}

  /** What is excluded from a pool in one place. */
  record Excluded(PoolPlace place, List<Exclusion> exclusions, ByteString bytes)
      implements ReceivedRow {
    public Excluded {
      exclusions = List.copyOf(exclusions);
    }
  }

  /** The leases of a bucket. */
  record Leases(int bucket, List<Lease> leases, ByteString bytes) implements ReceivedRow {
    public Leases {
      leases = List.copyOf(leases);
    }
  }
}
