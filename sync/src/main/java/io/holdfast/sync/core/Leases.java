package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The leases of a group and the keys attached to each; a function of the log. */
final class Leases {

  private final TreeMap<Long, Lease> leases = new TreeMap<>();
  private final Map<Long, TreeSet<ByteString>> keys = new HashMap<>();
  private final TreeMap<Long, Optional<Lease>> unflushed = new TreeMap<>();
  private final List<Lease> renewed = new ArrayList<>();

  /** Leases as a store holds them. */
  Leases(Collection<Lease> stored) {
    stored.forEach(lease -> leases.put(lease.number(), lease));
  }

  Optional<Lease> find(long number) {
    return Optional.ofNullable(leases.get(number));
  }

  /** A lease is new, or renewed. */
  void put(Lease lease) {
    leases.put(lease.number(), lease);
    unflushed.put(lease.number(), Optional.of(lease));
    renewed.add(lease);
  }

  /** Leases that are new or were renewed since this was last asked. */
  List<Lease> takeRenewed() {
    if (renewed.isEmpty()) {
      return List.of();
    }
    List<Lease> taken = new ArrayList<>(renewed);
    renewed.clear();
    return taken;
  }

  /** A lease is gone. Its keys are to be deleted first. */
  void end(long number) {
    leases.remove(number);
    keys.remove(number);
    unflushed.put(number, Optional.empty());
  }

  /** The keys attached to a lease, in order. */
  SortedSet<ByteString> keysOf(long number) {
    return keys.getOrDefault(number, new TreeSet<>(KeyRange.ORDER));
  }

  /** A key goes from one lease to another; 0 is none. */
  void attach(ByteString key, long from, long to) {
    if (from == to) {
      return;
    }
    TreeSet<ByteString> before = keys.get(from);
    if (before != null) {
      before.remove(key);
    }
    if (to != 0) {
      keys.computeIfAbsent(to, number -> new TreeSet<>(KeyRange.ORDER)).add(key);
    }
  }

  int size() {
    return leases.size();
  }

  /** All leases, by number. */
  Collection<Lease> all() {
    return leases.values();
  }

  /** Leases that are new or renewed since this was last asked. */
  List<Lease> changedLeases() {
    List<Lease> changed = new ArrayList<>();
    unflushed.values().forEach(lease -> lease.ifPresent(changed::add));
    return changed;
  }

  /** Leases that ended since this was last asked; then it begins anew. */
  List<Long> takeEnded() {
    List<Long> ended = new ArrayList<>();
    unflushed.forEach(
        (number, lease) -> {
          if (lease.isEmpty()) {
            ended.add(number);
          }
        });
    unflushed.clear();
    return ended;
  }
}
