package io.holdfast.mesh.core.health;

import io.holdfast.config.core.NodeId;
import java.util.List;

/**
 * Who votes in a group under one configuration, and how many it takes.
 *
 * @param number the configuration's number; the founders' is 0, -1 where that is not known
 * @param voters who votes, in order of name; learners do not
 * @param w acknowledgements that commit, the leader's included
 * @param prepareQuorum promises that elect, the candidate's included
 */
public record Quorums(long number, List<NodeId> voters, int w, int prepareQuorum) {

  public Quorums {
    voters = voters.stream().sorted().distinct().toList();
  }

  /**
   * How many have to be connected for an election: a candidate asks for so many before it prepares,
   * since with fewer it could lead and commit nothing (decision 5).
   */
  public int toElect() {
    return Math.max(w, prepareQuorum);
  }
}
