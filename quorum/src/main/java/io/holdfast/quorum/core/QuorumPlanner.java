package io.holdfast.quorum.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What each choice of w survives, for a group of n members (Flexible Paxos: any accept quorum of w
 * and any prepare quorum of n - w + 1 intersect).
 *
 * <p>The three things that can be lost are not the same:
 *
 * <ul>
 *   <li><b>writes and linearizable reads</b> under the leader of the moment need w members with the
 *       leader among them: a write to be accepted, a read to have the leadership confirmed. So n -
 *       w others may be down.
 *   <li><b>an election</b> needs a prepare quorum of n - w + 1 members. So w - 1 may be down, the
 *       old leader counted.
 *   <li><b>the leader fails</b>: there is an election first, then writes; both must have their
 *       quorum. So min(w - 1, n - w) may be down, the old leader counted.
 * </ul>
 *
 * <p>A majority balances the two; a smaller w writes faster and elects with more; w = 1 cannot
 * elect with anyone missing, w = n cannot write with anyone missing.
 */
public final class QuorumPlanner {

  /** The largest group that is planned for. */
  public static final int MAX_MEMBERS = 99;

  private QuorumPlanner() {}

  /**
   * One choice of w.
   *
   * @param n members of the group
   * @param w members that must hold a write before it is acknowledged, the leader included
   * @param prepareQuorum members that must promise before a leader leads, itself included
   * @param writesSurvive how many members other than the leader may be down with writes alive;
   *     reads are alive exactly as long
   * @param electionSurvives how many members may be down with an election still possible
   * @param leaderFailureSurvives how many members, the old leader among them, may be down with
   *     writes resuming under a new leader; 0: the loss of the leader alone stops writes until it
   *     is back
   */
  public record Plan(
      int n,
      int w,
      int prepareQuorum,
      int writesSurvive,
      int electionSurvives,
      int leaderFailureSurvives) {

    /** Whether this is the w that a group has unless told otherwise: a true majority. */
    public boolean isDefault() {
      return w == n / 2 + 1;
    }
  }

  /**
   * The plan of every w from 1 to n, in that order.
   *
   * @param n members, 1 to {@value #MAX_MEMBERS}
   * @throws IllegalArgumentException for any other n
   */
  public static List<Plan> plans(int n) {
    if (n < 1 || n > MAX_MEMBERS) {
      throw new IllegalArgumentException("a group has 1 to " + MAX_MEMBERS + " members, not " + n);
    }
    List<Plan> plans = new ArrayList<>();
    for (int w = 1; w <= n; w++) {
      int prepareQuorum = n - w + 1;
      int writesSurvive = n - w;
      int electionSurvives = n - prepareQuorum;
      plans.add(
          new Plan(
              n,
              w,
              prepareQuorum,
              writesSurvive,
              electionSurvives,
              Math.min(writesSurvive, electionSurvives)));
    }
    return List.copyOf(plans);
  }
}
