package io.holdfast.config;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code holdfast.mesh}: who the peers are, and under which address they reach this node. */
final class MeshReading {

  private final SettingValues values;

  MeshReading(SettingValues values) {
    this.values = values;
  }

  /** The mesh as {@code self} sees it; empty if anything about it is wrong. */
  Optional<MeshSettings> read(Optional<NodeId> self) {
    int before = values.problemCount();
    Optional<String> id =
        values.text(values.raw(MeshSettings.ID), GroupId::isValid, GroupId.ALLOWED);
    Optional<HostPort> bind = values.address(values.raw(MeshSettings.ADDR), 1);
    Optional<HostPort> configured = advertised();
    List<Listed> listed = listed();
    Optional<Boolean> join = values.flag(values.raw(MeshSettings.JOIN));
    Optional<Boolean> alone = values.flag(values.raw(MeshSettings.ALONE));
    if (id.isEmpty()
        || bind.isEmpty()
        || self.isEmpty()
        || join.isEmpty()
        || alone.isEmpty()
        || values.problemCount() > before) {
      return Optional.empty();
    }
    NodeId me = self.get();
    Optional<Listed> own =
        listed.stream().filter(entry -> entry.peer().node().equals(me)).findFirst();
    HostPort advertised =
        configured.or(() -> own.map(entry -> entry.peer().address())).orElse(bind.get());
    if (!PeerAddress.isReachable(advertised)) {
      values.refuse(
          values.raw(MeshSettings.ADDR),
          "an address that peers can reach, or a wildcard together with "
              + MeshSettings.ADVERTISED_ADDR);
      return Optional.empty();
    }
    if (own.isPresent() && !own.get().peer().address().equals(advertised)) {
      values.refuse(
          own.get().raw(),
          me
              + "@"
              + advertised
              + ", as "
              + MeshSettings.ADVERTISED_ADDR
              + " says ("
              + values.raw(MeshSettings.ADVERTISED_ADDR).source()
              + ")");
      return Optional.empty();
    }
    if (join.get() && listed.size() == (own.isPresent() ? 1 : 0)) {
      values.refuse(
          values.raw(MeshSettings.PEERS),
          "at least one running node of the mesh that this one is to join, as "
              + MeshSettings.JOIN
              + " is on");
      return Optional.empty();
    }
    if (alone.get() && (join.get() || listed.size() > (own.isPresent() ? 1 : 0))) {
      values.refuse(
          values.raw(MeshSettings.ALONE),
          "off where "
              + MeshSettings.PEERS
              + " has other nodes or "
              + MeshSettings.JOIN
              + " is on");
      return Optional.empty();
    }
    return withSelf(listed, new PeerAddress(me, advertised), own.isPresent())
        .map(
            peers ->
                new MeshSettings(id.get(), bind.get(), advertised, peers, join.get(), alone.get()));
  }

  private Optional<List<PeerAddress>> withSelf(
      List<Listed> listed, PeerAddress me, boolean included) {
    List<PeerAddress> peers = new ArrayList<>(listed.stream().map(Listed::peer).toList());
    if (included) {
      return Optional.of(peers);
    }
    for (Listed entry : listed) {
      if (entry.peer().address().equals(me.address())) {
        values.refuse(entry.raw(), "an address of its own: this node, " + me + ", has it");
        return Optional.empty();
      }
    }
    if (peers.size() == MeshSettings.MAX_PEERS) {
      values.refuse(values.raw(MeshSettings.PEERS), tooMany());
      return Optional.empty();
    }
    peers.add(me);
    return Optional.of(peers);
  }

  private Optional<HostPort> advertised() {
    RawSetting raw = values.raw(MeshSettings.ADVERTISED_ADDR);
    if (raw.text().isEmpty()) {
      return Optional.empty();
    }
    Optional<HostPort> address = values.address(raw, 1);
    if (address.isPresent() && !PeerAddress.isReachable(address.get())) {
      values.refuse(raw, "an address that peers can reach, no wildcard");
    }
    return address;
  }

  private List<Listed> listed() {
    RawSetting raw = values.raw(MeshSettings.PEERS);
    List<Listed> listed = new ArrayList<>();
    List<RawSetting> elements =
        values.list(raw, "a list of " + PeerAddress.ALLOWED).orElse(List.of());
    if (elements.size() > MeshSettings.MAX_PEERS) {
      values.refuse(raw, tooMany());
      return listed;
    }
    Map<Object, String> seen = new HashMap<>();
    for (RawSetting element : elements) {
      values
          .text(element, text -> PeerAddress.parse(text).isPresent(), PeerAddress.ALLOWED)
          .flatMap(PeerAddress::parse)
          .ifPresent(
              peer -> {
                String node = seen.putIfAbsent(peer.node(), element.key());
                String address = seen.putIfAbsent(peer.address(), element.key());
                if (node != null) {
                  values.refuse(element, "each node id once: " + node + " has " + peer.node());
                } else if (address != null) {
                  values.refuse(element, "each address once: " + address + " has it");
                }
                listed.add(new Listed(element, peer));
              });
    }
    return listed;
  }

  private static String tooMany() {
    return "at most " + MeshSettings.MAX_PEERS + " nodes, this one included";
  }

  private record Listed(RawSetting raw, PeerAddress peer) {}
}
