package io.holdfast.mesh.jmx;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.SnapshotStatus;
import java.util.List;
import java.util.Optional;

/** How far the replicas of a group are, from pictures. */
final class SyncBean implements SyncMXBean {

  private final GroupLook look;

  SyncBean(GroupLook look) {
    this.look = look;
  }

  @Override
  public long getLagSlots() {
    return look.status().lag();
  }

  @Override
  public long getLagMillis() {
    return look.status().lagMillis();
  }

  @Override
  public List<PeerLag> getPeerLags() {
    GroupStatus status = look.status();
    return status.members().stream()
        .filter(member -> !member.equals(look.picture().status().node()))
        .map(member -> lag(member, status.chosen()))
        .toList();
  }

  @Override
  public boolean isReceivingSnapshot() {
    return look.status().snapshot().isPresent();
  }

  @Override
  public String getSnapshotFrom() {
    return look.status().snapshot().map(snapshot -> snapshot.from().value()).orElse("");
  }

  @Override
  public long getSnapshotSlot() {
    return look.status().snapshot().map(SnapshotStatus::slot).orElse(0L);
  }

  @Override
  public long getSnapshotReceivedBytes() {
    return look.status().snapshot().map(SnapshotStatus::receivedBytes).orElse(0L);
  }

  @Override
  public long getSnapshotAboutBytes() {
    return look.status().snapshot().map(SnapshotStatus::aboutBytes).orElse(0L);
  }

  @Override
  public String getDrift() {
    return look.status().divergence().state();
  }

  @Override
  public long getDriftSlot() {
    return look.status().divergence().slot();
  }

  @Override
  public List<String> getDriftMembers() {
    return look.status().divergence().members().stream().map(NodeId::value).toList();
  }

  @Override
  public long getDriftCount() {
    return look.status().divergence().count();
  }

  private PeerLag lag(NodeId member, long chosen) {
    Optional<Picture.Other> other = look.picture().other(member);
    return other
        .flatMap(said -> said.glimpse().group(look.group()))
        .map(
            said ->
                new PeerLag(
                    member.value(),
                    said.applied(),
                    Math.max(0, Math.max(chosen, said.chosen()) - said.applied()),
                    other.orElseThrow().ageMillis()))
        .orElseGet(() -> new PeerLag(member.value(), -1, -1, -1));
  }
}
