package io.holdfast.config.core.control;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Pools of which numbers are given or excluded, beside what their manifest excludes.
 *
 * @param scopes by which scope they are, by the names of the pools, some of which may be no more
 */
public record PoolsInUse(Map<String, Pool.Scope> scopes) {

  /** None. */
  public static final PoolsInUse NONE = new PoolsInUse(Map.of());

  public PoolsInUse {
    scopes = Collections.unmodifiableMap(new TreeMap<>(scopes));
  }

  /**
   * Whether a pool may be like this: not where its numbers are each there once on a host, and would
   * be in the whole mesh, or the other way round.
   */
  public boolean allows(Pool pool) {
    return scopes.getOrDefault(pool.name(), pool.scope()) == pool.scope();
  }

  /** What becomes of an activation of which this is to come; pools may go, with what is in use. */
  public ActivationOutcome check(ActivationOutcome outcome) {
    return outcome instanceof ActivationOutcome.Done done
        ? refusal(done.after().set()).<ActivationOutcome>map(refused -> refused).orElse(done)
        : outcome;
  }

  private Optional<ActivationOutcome.Refused> refusal(ControlSet after) {
    return after.pools().stream()
        .flatMap(manifest -> manifest.pools().stream())
        .filter(pool -> !allows(pool))
        .findFirst()
        .map(
            pool ->
                new ActivationOutcome.Refused(
                    ActivationOutcome.Code.POOL_IN_USE,
                    "pool %s has reservations or exclusions, and would have another scope"
                        .formatted(pool.name())));
  }
}
