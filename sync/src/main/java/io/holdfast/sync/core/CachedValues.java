package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.sync.core.Generations.Cached;
import java.util.Optional;

/**
 * Finds the value of a key for a command that is applied: in the cache, else in the command's plan,
 * and nowhere else (NoStoreReadInApply).
 *
 * <p>The index knows which version of the key is the newest, so that a value out of date is found
 * out wherever it comes from. That none is ever met follows from the rules, not from the check:
 * what changed since admission is cached, since there was at most one rotation (AtMostOneRotation),
 * and what is cached wins (FreshBeatsShipped).
 */
final class CachedValues {

  private final KeyIndex index;
  private final Generations cache;
  private final CacheRules rules;

  CachedValues(KeyIndex index, Generations cache, CacheRules rules) {
    this.index = index;
    this.cache = cache;
    this.rules = rules;
  }

  /** The value of the newest version of a key that is there. */
  ByteString value(ByteString key, KeyEntry entry, Coverage coverage) {
    Optional<Cached> cached = cache.find(key);
    if (cached.isPresent() && isTaken(key, coverage)) {
      requireNewest(key, cached.get());
      return cached.get().value().orElseThrow();
    }
    Optional<Plan.Shipped> shipped = coverage.shipped(key);
    InvariantViolation.check(
        shipped.isPresent(),
        "NoStoreReadInApply",
        "the value of a covered key of place %d is neither cached nor shipped",
        entry.place());
    requireUnchanged(shipped.orElseThrow(), entry.place(), cached.isPresent());
    return shipped.orElseThrow().value();
  }

  /** A command that names a key is applied: what is known of it is in the current generation. */
  void touch(ByteString key, Coverage coverage) {
    if (cache.isInCurrent(key)) {
      return;
    }
    Optional<Cached> cached = cache.find(key);
    if (cached.isPresent() && isTaken(key, coverage)) {
      requireNewest(key, cached.get());
      cache.enter(key, cached.get());
      return;
    }
    Optional<Plan.Shipped> shipped = coverage.shipped(key);
    if (shipped.isPresent()) {
      long newest = index.alive(key).map(KeyEntry::place).orElse(0L);
      requireUnchanged(shipped.get(), newest, cached.isPresent());
      cache.enter(key, new Cached(shipped.get().place(), Optional.of(shipped.get().value())));
    }
  }

  /** Whether what is cached of a key is taken, or what the plan brings for it. */
  private boolean isTaken(ByteString key, Coverage coverage) {
    return rules.cachedBeatsShipped() || coverage.shipped(key).isEmpty();
  }

  private void requireNewest(ByteString key, Cached cached) {
    long newest = index.alive(key).map(KeyEntry::place).orElse(0L);
    long held = cached.value().isPresent() ? cached.place() : 0;
    InvariantViolation.check(
        held == newest,
        "CacheEqualsDisk",
        "cached is the version of place %d where the newest is %d (0: none)",
        held,
        newest);
  }

  private static void requireUnchanged(Plan.Shipped shipped, long newest, boolean cached) {
    InvariantViolation.check(
        shipped.place() == newest,
        cached ? "FreshBeatsShipped" : "AtMostOneRotation",
        "shipped is the value of place %d where %d is newer (0: deleted) and %s cached",
        shipped.place(),
        newest,
        cached ? "is" : "no longer");
  }
}
