package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a command may read and write, and what its plan brings for it (CoveredOnly). A command of
 * one key covers that key without saying so.
 */
final class Coverage {

  /** The command would read or write what its plan does not cover. */
  static final class Uncovered extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Uncovered(String what) {
      super(what, null, false, false);
    }
  }

  private final CacheRules rules;
  private final @Nullable ByteString ownKey;
  private Set<ByteString> keys = Set.of();
  private List<KeyRange> ranges = List.of();
  private List<Long> leases = List.of();
  private Map<ByteString, Plan.Shipped> shipped = Map.of();

  Coverage(WriteCommand write, CacheRules rules) {
    this.rules = rules;
    ownKey = write.command() instanceof Command.OnKey onKey ? onKey.key() : null;
    write.plan().ifPresent(this::add);
  }

  private void add(Plan plan) {
    leases = plan.leases();
    if (!plan.covers().isEmpty()) {
      keys = new HashSet<>();
      ranges = new ArrayList<>();
      for (KeyRange range : plan.covers()) {
        if (range.isSingle()) {
          keys.add(range.from());
        } else {
          ranges.add(range);
        }
      }
    }
    if (!plan.shipped().isEmpty()) {
      shipped = new HashMap<>();
      plan.shipped().forEach(one -> shipped.put(one.key(), one));
    }
  }

  /** Refuses a key that is not covered. */
  void requireKey(ByteString key) {
    boolean covered =
        key.equals(ownKey)
            || keys.contains(key)
            || ranges.stream().anyMatch(range -> range.contains(key));
    if (!rules.permits(covered)) {
      throw new Uncovered("a key is not covered");
    }
  }

  /** Refuses a range that is not covered. */
  void require(KeyRange wanted) {
    if (wanted.isSingle()) {
      requireKey(wanted.from());
    } else if (!rules.permits(ranges.stream().anyMatch(range -> range.contains(wanted)))) {
      throw new Uncovered("a range is not covered");
    }
  }

  /** Refuses a lease that is not covered. */
  void requireLease(long lease) {
    if (!rules.permits(leases.contains(lease))) {
      throw new Uncovered("lease " + lease + " is not covered");
    }
  }

  /** The version of a key that the plan brings. */
  Optional<Plan.Shipped> shipped(ByteString key) {
    return Optional.ofNullable(shipped.get(key));
  }

  /** Goes through every key that is named, as one key or by what is brought for it. */
  void forEachNamed(Consumer<ByteString> what) {
    if (ownKey != null) {
      what.accept(ownKey);
    }
    keys.forEach(what);
    for (ByteString key : shipped.keySet()) {
      if (!keys.contains(key)) {
        what.accept(key);
      }
    }
  }
}
