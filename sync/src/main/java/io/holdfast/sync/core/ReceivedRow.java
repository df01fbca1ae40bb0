package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.ReplicaDelta.Touched;
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

  /** The results of a transaction. */
  record Answer(long ordinal, TransactionDone done, ByteString bytes) implements ReceivedRow {}

  /** A row of what is active in the group, or was. */
  record Epochs(long number, ByteString bytes) implements ReceivedRow {}

  /** The leases of a bucket. */
  record Leases(int bucket, List<Lease> leases, ByteString bytes) implements ReceivedRow {
    public Leases {
      leases = List.copyOf(leases);
    }
  }
}
