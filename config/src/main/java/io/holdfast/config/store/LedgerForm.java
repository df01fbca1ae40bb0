package io.holdfast.config.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.core.DirectoryCodec;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.wire.KnownPeerProto;
import io.holdfast.config.wire.MemberIdProto;
import io.holdfast.config.wire.PeerLedgerProto;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The content of the file {@code peers}: a {@link PeerLedger} as protobuf. */
final class LedgerForm {

  private LedgerForm() {}

  static PeerLedger read(ByteString body) throws InvalidProtocolBufferException {
    PeerLedgerProto proto = PeerLedgerProto.parseFrom(body);
    SortedMap<NodeId, KnownPeer> peers = new TreeMap<>();
    for (KnownPeerProto peer : proto.getPeersList()) {
      peers.put(
          new NodeId(peer.getNode()),
          new KnownPeer(peer.getIncarnation(), peer.getBootCount(), peer.getBootNonce()));
    }
    SortedSet<NodeId> acknowledged = new TreeSet<>();
    for (String node : proto.getAcknowledgedList()) {
      acknowledged.add(new NodeId(node));
    }
    return new PeerLedger(
        peers,
        acknowledged,
        proto.getAdmitted(),
        proto.getFoundersList().stream()
            .map(member -> new MemberId(new NodeId(member.getNode()), member.getIncarnation()))
            .toList(),
        DirectoryCodec.fromProto(proto.getDirectory()));
  }

  static ByteString toBody(PeerLedger ledger) {
    PeerLedgerProto.Builder proto = PeerLedgerProto.newBuilder().setAdmitted(ledger.admitted());
    ledger
        .peers()
        .forEach(
            (node, peer) ->
                proto.addPeers(
                    KnownPeerProto.newBuilder()
                        .setNode(node.value())
                        .setIncarnation(peer.incarnation())
                        .setBootCount(peer.bootCount())
                        .setBootNonce(peer.bootNonce())));
    if (ledger.directory().version() > 0) {
      proto.setDirectory(DirectoryCodec.toProto(ledger.directory()));
    }
    ledger.acknowledged().forEach(node -> proto.addAcknowledged(node.value()));
    for (MemberId founder : ledger.founders()) {
      proto.addFounders(
          MemberIdProto.newBuilder()
              .setNode(founder.node().value())
              .setIncarnation(founder.incarnation()));
    }
    return proto.build().toByteString();
  }
}
