package io.holdfast.mesh.core;

import java.time.Duration;

/**
 * When a node that runs for as long as it is used has been unused for long enough. That it ends and
 * that somebody comes in exclude each other: who was let in finds the node for another {@code
 * patience} after having left, and after the end nobody is let in.
 *
 * <p>Times are of one monotonic clock, in nanoseconds. Not for several threads.
 */
public final class IdleClock {

  private final Duration patience;
  private long idleSinceNanos;
  private int inside;
  private boolean ended;

  /**
   * @param patience how long nobody must have been in, longer than zero
   * @param nowNanos from when that counts
   */
  public IdleClock(Duration patience, long nowNanos) {
    if (patience.isZero() || patience.isNegative()) {
      throw new IllegalArgumentException("idle patience " + patience + ": allowed is more than 0");
    }
    this.patience = patience;
    this.idleSinceNanos = nowNanos;
  }

  /** Somebody comes; false where it is too late for that. */
  public boolean enter() {
    if (ended) {
      return false;
    }
    inside++;
    return true;
  }

  /** One that came in goes. */
  public void leave(long nowNanos) {
    if (inside == 0) {
      throw new IllegalStateException("nobody is in who could leave");
    }
    inside--;
    idleSinceNanos = nowNanos;
  }

  /** How long nobody has been in; zero while somebody is. */
  public Duration idle(long nowNanos) {
    return inside > 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, nowNanos - idleSinceNanos));
  }

  /** Whether it ends: if so, from now on nobody comes in. */
  public boolean ends(long nowNanos) {
    ended |= inside == 0 && idle(nowNanos).compareTo(patience) >= 0;
    return ended;
  }
}
