package io.holdfast.mesh.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits between attempts: the bound doubles from {@code first} up to {@code ceiling} and each wait
 * is drawn between half of the bound and the bound, so callers that failed together do not come
 * back together.
 *
 * @param first the bound before the second attempt, at least 1 ms
 * @param ceiling the largest bound, not less than {@code first}
 */
public record Backoff(Duration first, Duration ceiling) {

  public Backoff {
    if (first.toMillis() < 1 || ceiling.compareTo(first) < 0) {
      throw new IllegalArgumentException("backoff from " + first + " to " + ceiling);
    }
  }

  /**
   * How long to wait.
   *
   * @param failures attempts that have failed so far, from 1
   */
  public Duration before(int failures, RandomGenerator random) {
    long bound = first.toMillis() << Math.min(Math.max(failures - 1, 0), 20);
    bound = Math.min(bound, ceiling.toMillis());
    return Duration.ofMillis(bound - random.nextLong(bound / 2 + 1));
  }
}
