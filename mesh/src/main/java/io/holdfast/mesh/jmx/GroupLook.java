package io.holdfast.mesh.jmx;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Pictures;
import java.util.Optional;

/** A group as the newest picture shows it; as it was last, once it is there no more. */
final class GroupLook {

  private final Pictures pictures;
  private final GroupId group;
  private volatile GroupStatus last;

  GroupLook(Pictures pictures, GroupStatus first) {
    this.pictures = pictures;
    this.group = new GroupId(first.group());
    this.last = first;
  }

  GroupId group() {
    return group;
  }

  Picture picture() {
    return pictures.latest();
  }

  GroupStatus status() {
    Optional<GroupStatus> now = picture().status().group(group);
    now.ifPresent(status -> last = status);
    return now.orElse(last);
  }

  Optional<Picture.Control> control() {
    return Optional.ofNullable(picture().control().get(group.value()));
  }

  boolean ready() {
    return picture().health().gatesOf(Optional.of(group)).stream()
        .noneMatch(gate -> gate.state() == Gate.State.CLOSED);
  }

  /** A count or gauge of the node. */
  double counter(String name) {
    return picture().status().counters().getOrDefault(name, 0.0);
  }
}
