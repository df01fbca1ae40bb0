package io.holdfast.mesh.metrics;

/** What is measured of another member of a group. For any thread. */
public final class PeerMeters {

  private static final long UNHEARD = -1;

  private final FixedHistogram accepts = FixedHistogram.ofLatency();
  private volatile long applied = UNHEARD;

  PeerMeters() {}

  /** It answered an accept after so many milliseconds. */
  void answeredAfter(double millis) {
    accepts.record((long) (millis * 1e6));
  }

  /** It says that it has executed up to this slot. */
  public void applied(long slot) {
    applied = slot;
  }

  FixedHistogram accepts() {
    return accepts;
  }

  /** How far it is behind a slot; not a number before it was heard. */
  double lagBehind(long slot) {
    long known = applied;
    return known == UNHEARD ? Double.NaN : Math.max(0, slot - known);
  }
}
