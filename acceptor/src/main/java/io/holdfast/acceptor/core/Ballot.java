package io.holdfast.acceptor.core;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import java.util.Comparator;

/**
 * Who is proposing: totally ordered by round, then node, then incarnation (Paxos Made Simple,
 * section 2.2: proposal numbers of different proposers never coincide).
 *
 * @param round 1 or more; 0 only in {@link #BOTTOM}
 * @param proposer the member that owns this ballot
 */
public record Ballot(long round, MemberId proposer) implements Comparable<Ballot> {

  /**
   * Below every ballot that anyone proposes under: the promise of an acceptor that has promised
   * nothing.
   */
  public static final Ballot BOTTOM = new Ballot(0, new MemberId(new NodeId("nobody"), 0));

  private static final Comparator<Ballot> ORDER =
      Comparator.comparingLong(Ballot::round).thenComparing(Ballot::proposer);

  public Ballot {
    if (round < 0) {
      throw new IllegalArgumentException("ballot round " + round + ": must be 0 or more");
    }
  }

  public boolean isBelow(Ballot other) {
    return compareTo(other) < 0;
  }

  public boolean isAbove(Ballot other) {
    return compareTo(other) > 0;
  }

  public static Ballot max(Ballot a, Ballot b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  @Override
  public int compareTo(Ballot other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return this.equals(BOTTOM) ? "-" : round + "." + proposer;
  }
}
