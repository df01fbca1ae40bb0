package io.holdfast.config.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.wire.IdentityProto;

/**
 * The content of the file {@code identity}.
 *
 * @param meshId the mesh that the directory was made for
 * @param node the node that it was made for
 * @param incarnation never 0
 * @param bootCount opens so far; 0 while the directory is being made
 * @param bootNonce the nonce of the latest open
 * @param createdAtMillis wall time of its making, for people
 */
record StoredIdentity(
    String meshId,
    NodeId node,
    long incarnation,
    long bootCount,
    long bootNonce,
    long createdAtMillis) {

  StoredIdentity {
    if (incarnation == 0 || bootCount < 0) {
      throw new IllegalArgumentException(
          "incarnation " + incarnation + ", boot count " + bootCount);
    }
  }

  static StoredIdentity read(ByteString body) throws InvalidProtocolBufferException {
    IdentityProto proto = IdentityProto.parseFrom(body);
    return new StoredIdentity(
        proto.getMeshId(),
        new NodeId(proto.getNode()),
        proto.getIncarnation(),
        proto.getBootCount(),
        proto.getBootNonce(),
        proto.getCreatedAtMillis());
  }

  ByteString toBody() {
    return IdentityProto.newBuilder()
        .setMeshId(meshId)
        .setNode(node.value())
        .setIncarnation(incarnation)
        .setBootCount(bootCount)
        .setBootNonce(bootNonce)
        .setCreatedAtMillis(createdAtMillis)
        .build()
        .toByteString();
  }

  StoredIdentity nextBoot(long nonce) {
    return new StoredIdentity(meshId, node, incarnation, bootCount + 1, nonce, createdAtMillis);
  }

  NodeIdentity toIdentity() {
    return new NodeIdentity(meshId, node, incarnation, bootCount, bootNonce);
  }
}
