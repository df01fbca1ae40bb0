package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Picture.Control;
import java.util.List;

/** What a node tells its peers of itself. */
public final class Glimpses {

  private Glimpses() {}

  /** Of a picture that a node has taken. */
  public static Glimpse of(Picture picture) {
    NodeStatus status = picture.status();
    return new Glimpse(
        status.node(),
        picture.atMillis(),
        status.version(),
        status.state(),
        picture.health().level(),
        status.httpAddr(),
        status.uptime().toMillis(),
        picture.health().troubles().stream()
            .limit(Glimpse.MAX_REASONS)
            .map(Glimpses::reason)
            .toList(),
        status.peers().stream()
            .filter(peer -> !peer.detail().equals(PeerStatus.NOTHING_IN_COMMON))
            .limit(MeshSettings.MAX_PEERS)
            .map(
                peer ->
                    new Glimpse.Link(
                        peer.node(),
                        peer.reachable(),
                        peer.lastHeardMillis(),
                        peer.clockSkewMillis()))
            .toList(),
        status.groups().stream()
            .limit(MeshDirectory.MAX_GROUPS)
            .map(group -> group(picture, group))
            .toList());
  }

  /**
   * The last words of a node that ends.
   *
   * @param state {@link Glimpse#FAILED}, {@link Glimpse#ENDED} or {@link Glimpse#STOPPING}
   * @param why one sentence; empty for one that was asked to
   */
  public static Glimpse last(Picture picture, String state, String why) {
    Glimpse words = of(picture);
    return new Glimpse(
        words.node(),
        words.atMillis(),
        words.version(),
        state,
        Health.Level.FAILING,
        words.httpAddr(),
        words.uptimeMillis(),
        why.isEmpty() ? List.of() : List.of(shortened(why)),
        words.links(),
        words.groups());
  }

  private static String reason(Gate gate) {
    return shortened(gate.group().map(group -> group + ": ").orElse("") + gate.reason());
  }

  private static String shortened(String text) {
    return text.length() <= Glimpse.MAX_TEXT
        ? text
        : text.substring(0, Glimpse.MAX_TEXT - 1) + "\u2026";
  }

  private static Glimpse.OfGroup group(Picture picture, GroupStatus group) {
    GroupId name = new GroupId(group.group());
    Control active = picture.control().get(group.group());
    return new Glimpse.OfGroup(
        name,
        group.role(),
        group.leader(),
        group.ballot(),
        group.highest(),
        group.chosen(),
        group.applied(),
        group.inFlight(),
        group.queued(),
        active == null ? -1 : active.number(),
        picture.health().level(name),
        group.verdicts());
  }
}
