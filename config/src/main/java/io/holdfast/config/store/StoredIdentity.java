package io.holdfast.config.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.wire.IdentityProto;
import java.util.List;
import java.util.stream.Stream;

/**
 * The content of the file {@code identity}.
 *
 * @param meshId the mesh that the directory was made for
 * @param node the node that it was made for
 * @param incarnation never 0
 * @param bootCount opens so far; 0 while the directory is being made
 * @param bootNonce the nonce of the latest open
 * @param earlierNonces the nonces of the opens before it, the latest first
 * @param createdAtMillis wall time of its making, for people
 */
record StoredIdentity(
    String meshId,
    NodeId node,
    long incarnation,
    long bootCount,
    long bootNonce,
    List<Long> earlierNonces,
    long createdAtMillis) {

  StoredIdentity {
    if (incarnation == 0 || bootCount < 0) {
      throw new IllegalArgumentException(
          "incarnation " + incarnation + ", boot count " + bootCount);
    }
    earlierNonces = List.copyOf(earlierNonces);
  }

  static StoredIdentity read(ByteString body) throws InvalidProtocolBufferException {
    IdentityProto proto = IdentityProto.parseFrom(body);
    return new StoredIdentity(
        proto.getMeshId(),
        new NodeId(proto.getNode()),
        proto.getIncarnation(),
        proto.getBootCount(),
        proto.getBootNonce(),
        proto.getEarlierNoncesList(),
        proto.getCreatedAtMillis());
  }

  ByteString toBody() {
    return IdentityProto.newBuilder()
        .setMeshId(meshId)
        .setNode(node.value())
        .setIncarnation(incarnation)
        .setBootCount(bootCount)
        .setBootNonce(bootNonce)
        .addAllEarlierNonces(earlierNonces)
        .setCreatedAtMillis(createdAtMillis)
        .build()
        .toByteString();
  }

  StoredIdentity nextBoot(long nonce) {
    // Boot 0 is the making of the directory: it never spoke.
    List<Long> earlier =
        bootCount == 0
            ? List.of()
            : Stream.concat(Stream.of(bootNonce), earlierNonces.stream())
                .limit(NodeIdentity.MAX_EARLIER_NONCES)
                .toList();
    return new StoredIdentity(
        meshId, node, incarnation, bootCount + 1, nonce, earlier, createdAtMillis);
  }

  NodeIdentity toIdentity() {
    return new NodeIdentity(meshId, node, incarnation, bootCount, bootNonce, earlierNonces);
  }
}
