package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorEvent.ChosenRecorded;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.AcceptorEvent.PromiseMade;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is on the disks of all nodes, and ever was: read by the invariants. */
final class JournalView implements Observer {

  private record Place(Slot slot, Ballot ballot) {}

  private static final class Disk {
    private final TreeMap<Long, Ballot> promises = new TreeMap<>();
    private final Set<Ballot> everPromised = new HashSet<>();
    private final Map<Place, Batch> pairs = new HashMap<>();
    private long last;
  }

  private final Map<SimNode, Disk> disks = new HashMap<>();

  private Disk of(SimNode node) {
    return disks.computeIfAbsent(node, n -> new Disk());
  }

  @Override
  public void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {
    Disk disk = of(at);
    disk.last = sequenceNumber;
    if (event instanceof PromiseMade made) {
      promised(disk, sequenceNumber, made.ballot());
    } else if (event instanceof PairAccepted pair) {
      promised(disk, sequenceNumber, pair.ballot());
      disk.pairs.put(new Place(pair.slot(), pair.ballot()), pair.batch());
    } else if (event instanceof ChosenRecorded pair) {
      promised(disk, sequenceNumber, Ballot.max(pair.ballot(), promised(at)));
      disk.pairs.put(new Place(pair.slot(), pair.ballot()), pair.batch());
    }
  }

  private static void promised(Disk disk, long at, Ballot ballot) {
    disk.promises.put(at, ballot);
    disk.everPromised.add(ballot);
  }

  /** The last event on disk. */
  long last(SimNode at) {
    return of(at).last;
  }

  Ballot promised(SimNode at) {
    Disk disk = of(at);
    return disk.promises.isEmpty() ? Ballot.BOTTOM : disk.promises.lastEntry().getValue();
  }

  /** The promise once this event was on disk. */
  Ballot promisedAsOf(SimNode at, long sequenceNumber) {
    Map.Entry<Long, Ballot> entry = of(at).promises.floorEntry(sequenceNumber);
    return entry == null ? Ballot.BOTTOM : entry.getValue();
  }

  boolean everPromised(SimNode at, Ballot ballot) {
    return of(at).everPromised.contains(ballot);
  }

  /** What is on disk for a slot under a ballot. */
  @Nullable Batch pair(SimNode at, Slot slot, Ballot ballot) {
    return of(at).pairs.get(new Place(slot, ballot));
  }
}
