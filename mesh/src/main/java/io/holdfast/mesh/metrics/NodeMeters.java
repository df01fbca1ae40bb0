package io.holdfast.mesh.metrics;

import io.holdfast.config.core.GroupId;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All that a node measures as it goes. It is there before any registry is. For any thread. */
public final class NodeMeters {

  private final QuorumMeters quorum = new QuorumMeters();
  private final HttpMeters http = new HttpMeters();
  private final PeerEnds ends = new PeerEnds();
  private final Map<GroupId, GroupMeters> groups = new ConcurrentSkipListMap<>();

  /**
   * What is measured of a group of which this node has a replica, from now on: from zero, also
   * where one of that name was deleted and its replica has not ended yet.
   */
  public GroupMeters take(GroupId group) {
    GroupMeters taken = new GroupMeters(group, quorum);
    groups.put(group, taken);
    return taken;
  }

  /** What is measured of a group; null where this node has no replica of it. */
  public @Nullable GroupMeters find(GroupId group) {
    return groups.get(group);
  }

  /** The replica of which this was measured is no more; there may be another one of that name. */
  public void forget(GroupMeters taken) {
    groups.remove(taken.group(), taken);
  }

  /** What peers said before they ended. */
  public PeerEnds ends() {
    return ends;
  }

  /** What is measured at the front door. */
  public HttpMeters http() {
    return http;
  }

  QuorumMeters quorum() {
    return quorum;
  }

  Map<GroupId, GroupMeters> groups() {
    return groups;
  }
}
