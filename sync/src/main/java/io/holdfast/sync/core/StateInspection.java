package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.sync.core.Generations.Cached;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What can be compared between replicas, with their stores and with a model: keys without values,
 * what is cached, leases. For verification; a view that changes as the state does.
 */
public final class StateInspection {

  private final ReplicatedState state;

  StateInspection(ReplicatedState state) {
    this.state = state;
  }

  /**
   * What is known of a key without its value.
   *
   * @param place its newest version
   * @param createRevision the revision that created it
   * @param version how often it was put since
   * @param lease its lease, 0 for none
   */
  public record Entry(long place, long createRevision, long version, long lease) {}

  /** The keys that are there. */
  public SortedMap<ByteString, Entry> keys() {
    TreeMap<ByteString, Entry> keys = new TreeMap<>(KeyRange.ORDER);
    state
        .index()
        .all()
        .forEach(
            (key, entry) -> {
              if (entry.isAlive()) {
                keys.put(
                    key,
                    new Entry(
                        entry.place(), entry.createRevision(), entry.version(), entry.lease()));
              }
            });
    return keys;
  }

  /** The value of a key, if it is in memory. */
  public Optional<VersionedValue> inMemory(ByteString key) {
    return state.cached(key);
  }

  /** What the current generation holds: the value, or nothing for a key that was deleted. */
  public SortedMap<ByteString, Optional<ByteString>> currentGeneration() {
    return values(state.cache().current());
  }

  /** What the previous generation holds and the current one does not. */
  public SortedMap<ByteString, Optional<ByteString>> previousGeneration() {
    SortedMap<ByteString, Optional<ByteString>> values = values(state.cache().previous());
    values.keySet().removeAll(state.cache().current().keySet());
    return values;
  }

  private static SortedMap<ByteString, Optional<ByteString>> values(
      Map<ByteString, Cached> generation) {
    TreeMap<ByteString, Optional<ByteString>> values = new TreeMap<>(KeyRange.ORDER);
    generation.forEach((key, cached) -> values.put(key, cached.value()));
    return values;
  }

  /** What is active, and was, and what was given for it. */
  public ControlState control() {
    return state.control();
  }

  /** The reservations, by pool, host and number. */
  public Collection<Reservation> reservations() {
    return List.copyOf(state.reservations().all());
  }

  /** What is excluded from pools beside what their manifest excludes. */
  public Map<PoolPlace, List<Exclusion>> exclusions() {
    return Map.copyOf(state.reservations().exclusions());
  }

  /** The writes that are remembered, oldest first, as they are in memory. */
  public List<WriteIdRecord> writeIds() {
    return state.writeIds().recordsFrom(state.writeIds().first());
  }

  /** The leases, by number. */
  public Collection<Lease> leases() {
    return List.copyOf(state.leases().all());
  }
}
