package io.holdfast.mesh.jmx;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.SnapshotStatus;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How far the replicas of a group are, from pictures; while it is silent, as it last answered. */
final class SyncBean implements SyncMXBean {

  private final GroupLook look;

  SyncBean(GroupLook look) {
    this.look = look;
  }

  @Override
  public long getLagSlots() {
    return look.answered().lag();
  }

  @Override
  public long getLagMillis() {
    return look.answered().lagMillis();
  }

  @Override
  public List<PeerLag> getPeerLags() {
    GroupStatus status = look.answered();
    Set<NodeId> members = new LinkedHashSet<>(status.members());
    look.picture().others().stream()
        .map(Picture.Other::glimpse)
        .filter(said -> said.group(look.group()).filter(SyncBean::learns).isPresent())
        .forEach(said -> members.add(said.node()));
    members.remove(look.picture().status().node());
    return members.stream().map(member -> lag(member, status.chosen())).toList();
  }

  @Override
  public boolean isReceivingSnapshot() {
    return look.answered().snapshot().isPresent();
  }

  @Override
  public String getSnapshotFrom() {
    return look.answered().snapshot().map(snapshot -> snapshot.from().value()).orElse("");
  }

  @Override
  public long getSnapshotSlot() {
    return look.answered().snapshot().map(SnapshotStatus::slot).orElse(0L);
  }

  @Override
  public long getSnapshotReceivedBytes() {
    return look.answered().snapshot().map(SnapshotStatus::receivedBytes).orElse(0L);
  }

  @Override
  public long getSnapshotAboutBytes() {
    return look.answered().snapshot().map(SnapshotStatus::aboutBytes).orElse(0L);
  }

  @Override
  public String getDrift() {
    return look.answered().divergence().state();
  }

  @Override
  public long getDriftSlot() {
    return look.answered().divergence().slot();
  }

  @Override
  public List<String> getDriftMembers() {
    return look.answered().divergence().members().stream().map(NodeId::value).toList();
  }

  @Override
  public long getDriftCount() {
    return look.answered().divergence().count();
  }

  /** Only it knows: who has no vote is in no configuration. */
  private static boolean learns(Glimpse.OfGroup said) {
    return said.role().equals("learner") || said.role().equals("joining");
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
