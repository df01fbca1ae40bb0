package io.holdfast.mesh.jmx;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Pictures;
import java.util.Optional;

/**
 * A group as the newest picture shows it; as it was last, once it is there no more. Kept as long as
 * the group is.
 */
final class GroupLook {

  private final Pictures pictures;
  private final GroupId group;
  private volatile GroupStatus last;
  private volatile GroupStatus lastAnswer;

  GroupLook(Pictures pictures, GroupStatus first) {
    this.pictures = pictures;
    this.group = new GroupId(first.group());
    this.last = first;
    this.lastAnswer = first;
  }

  GroupId group() {
    return group;
  }

  Picture picture() {
    return pictures.latest();
  }

  GroupStatus status() {
    Optional<GroupStatus> now = picture().status().group(group);
    now.ifPresent(this::saw);
    return now.orElse(last);
  }

  /** As it was when its parts last answered, for what a silent group would show as none or 0. */
  GroupStatus answered() {
    GroupStatus now = status();
    return now.answers() ? now : lastAnswer;
  }

  /** It is like this now. */
  void saw(GroupStatus status) {
    last = status;
    if (status.answers()) {
      lastAnswer = status;
    }
  }

  Optional<Picture.Control> control() {
    return Optional.ofNullable(picture().control().get(group.value()));
  }

  /** A node that takes no part in it serves nothing of it. */
  boolean ready() {
    return status().takesPart()
        && picture().health().gatesOf(Optional.of(group)).stream()
            .noneMatch(gate -> gate.state() == Gate.State.CLOSED);
  }

  /** A count or gauge of the node. */
  double counter(String name) {
    return picture().status().counters().getOrDefault(name, 0.0);
  }
}
