package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What stands in a {@link RestoredState}, for tests of stores. */
public final class RestoredView {

  private final RestoredState state;

  public RestoredView(RestoredState state) {
    this.state = state;
  }

  public StateHeader header() {
    return state.header();
  }

  /** The newest place of each key that the index has, deletions among them. */
  public Map<ByteString, Long> places() {
    Map<ByteString, Long> places = new TreeMap<>(KeyRange.ORDER);
    state.index().all().forEach((key, entry) -> places.put(key, entry.place()));
    return places;
  }

  /** Whether the index has the key as this change leaves it. */
  public boolean has(Change change) {
    return KeyEntry.of(change).equals(state.index().find(change.key()));
  }

  /** The values that a generation holds, empty for tombstones. */
  public Map<ByteString, Optional<ByteString>> cached(boolean current) {
    Map<ByteString, Optional<ByteString>> values = new TreeMap<>(KeyRange.ORDER);
    (current ? state.cache().current() : state.cache().previous())
        .forEach((key, cached) -> values.put(key, cached.value()));
    return values;
  }

  public List<Lease> leases() {
    return List.copyOf(new TreeMap<>(state.leases()).values());
  }

  public List<Reservation> reservations() {
    return List.copyOf(state.reservations().all());
  }

  public Map<PoolPlace, List<Exclusion>> exclusions() {
    return state.reservations().exclusions();
  }

  public List<WriteIdRecord> writeIds() {
    return state.writeIds().recordsFrom(state.writeIds().first());
  }
}
