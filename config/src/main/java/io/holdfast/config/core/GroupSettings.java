package io.holdfast.config.core;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * A group as its first configuration seeds it.
 *
 * @param name the group's name
 * @param members the nodes that replicate it, sorted, 1 to 7. An empty list in a settings file
 *     means all peers; here they are always listed.
 * @param w the accept quorum, 1 to n; absent for a majority
 * @param prepareQuorum the prepare quorum, n - w + 1 to n; absent for n - w + 1
 */
public record GroupSettings(
    GroupId name, List<NodeId> members, OptionalInt w, OptionalInt prepareQuorum) {

  /** Key of the list of groups. */
  public static final String GROUPS = "holdfast.groups";

  /** The group that replicates the directory of the mesh; every mesh has it. */
  public static final GroupId META = new GroupId("meta");

  /** The most groups that a mesh may have besides {@link #META}. */
  public static final int MAX_GROUPS = 16;

  /** The most members that a group may have. */
  public static final int MAX_MEMBERS = 7;

  public GroupSettings {
    members = members.stream().sorted().toList();
    int n = members.size();
    if (n < 1 || n > MAX_MEMBERS || new HashSet<>(members).size() != n) {
      throw new IllegalArgumentException(
          "group " + name + " has members " + members + ": allowed are 1 to 7 different nodes");
    }
    if (w.isPresent() && (w.getAsInt() < 1 || w.getAsInt() > n)) {
      throw new IllegalArgumentException(
          "group " + name + ": w = " + w.getAsInt() + ": allowed is " + allowedW(n));
    }
    int effectiveW = w.orElse(majority(n));
    if (prepareQuorum.isPresent()
        && (prepareQuorum.getAsInt() < n - effectiveW + 1 || prepareQuorum.getAsInt() > n)) {
      throw new IllegalArgumentException(
          "group "
              + name
              + ": prepare quorum = "
              + prepareQuorum.getAsInt()
              + ": allowed is "
              + allowedPrepareQuorum(n, effectiveW));
    }
  }

  /** How many members the group has. */
  public int n() {
    return members.size();
  }

  /** The accept quorum that holds: {@link #w}, else a majority. */
  public int acceptQuorum() {
    return w.orElse(majority(n()));
  }

  /** The prepare quorum that holds: {@link #prepareQuorum}, else the smallest that intersects. */
  public int effectivePrepareQuorum() {
    return prepareQuorum.orElse(n() - acceptQuorum() + 1);
  }

  /** A true majority of n, for even n too. */
  public static int majority(int n) {
    return n / 2 + 1;
  }

  /** The range of w in words. */
  public static String allowedW(int n) {
    return "1 to " + n + ", as n = " + n;
  }

  /** The range of the prepare quorum in words: QuorumsIntersect. */
  public static String allowedPrepareQuorum(int n, int w) {
    return (n - w + 1)
        + " to "
        + n
        + ", as n = "
        + n
        + " and w = "
        + w
        + ", and any two quorums must intersect (n - w + 1)";
  }
}
