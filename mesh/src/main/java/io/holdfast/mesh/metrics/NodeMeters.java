package io.holdfast.mesh.metrics;

import io.holdfast.config.core.GroupId;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All that a node measures as it goes. It is there before any registry is. For any thread. */
public final class NodeMeters {

  private final QuorumMeters quorum = new QuorumMeters();
  private final HttpMeters http = new HttpMeters();
  private final Map<GroupId, GroupMeters> groups = new ConcurrentSkipListMap<>();

  /** What is measured of a group of which this node has a replica, from now on. */
  public GroupMeters take(GroupId group) {
    return groups.computeIfAbsent(group, name -> new GroupMeters(name, quorum));
  }

  /** What is measured of a group; null where this node has no replica of it. */
  public @Nullable GroupMeters find(GroupId group) {
    return groups.get(group);
  }

  /** The group is no more. */
  public void forget(GroupId group) {
    groups.remove(group);
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
