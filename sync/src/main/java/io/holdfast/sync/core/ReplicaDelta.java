package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.sync.core.reservation.ReservationTable;
import java.util.List;
import java.util.Optional;

/**
 * What came to a replica's state since the delta before: laid over that one's state it gives the
 * state at {@code after.applied()}.
 *
 * @param before the applied slot of the delta before
 * @param after the new header; its write ordinals say which ids are dropped, its {@code compacted}
 *     which history
 * @param changes every change since, in the order of their places
 * @param touched keys that entered a generation of the cache since, by generation, oldest first; a
 *     key is named once for each generation that it entered. Generations below {@code
 *     after.generation() - 1} are of no use any more
 * @param firstAddedOrdinal the ordinal of the first added write id
 * @param addedWriteIds new write ids in log order, with the details of their results
 * @param leasesPut leases that are new or were renewed
 * @param leasesEnded numbers of leases that are gone; some may never have been stored
 * @param control what is active, where that or what was given for it is not what it was before
 * @param reservations those that are new, changed or ended, and changed exclusions
 */
public record ReplicaDelta(
    Slot before,
    StateHeader after,
    List<Change> changes,
    List<Touched> touched,
    long firstAddedOrdinal,
    List<WriteIdRecord> addedWriteIds,
    List<Lease> leasesPut,
    List<Long> leasesEnded,
    Optional<ControlState> control,
    ReservationTable.Delta reservations) {

  public ReplicaDelta {
    changes = List.copyOf(changes);
    touched = List.copyOf(touched);
    addedWriteIds = List.copyOf(addedWriteIds);
    leasesPut = List.copyOf(leasesPut);
    leasesEnded = List.copyOf(leasesEnded);
  }

  /** One in which neither what is active has changed nor reservations. */
  public ReplicaDelta(
      Slot before,
      StateHeader after,
      List<Change> changes,
      List<Touched> touched,
      long firstAddedOrdinal,
      List<WriteIdRecord> addedWriteIds,
      List<Lease> leasesPut,
      List<Long> leasesEnded) {
    this(
        before,
        after,
        changes,
        touched,
        firstAddedOrdinal,
        addedWriteIds,
        leasesPut,
        leasesEnded,
        Optional.empty(),
        ReservationTable.Delta.NONE);
  }

  /**
   * Keys that entered a generation.
   *
   * @param generation which
   * @param keys the keys
   */
  public record Touched(long generation, List<ByteString> keys) {
    public Touched {
      keys = List.copyOf(keys);
    }
  }
}
