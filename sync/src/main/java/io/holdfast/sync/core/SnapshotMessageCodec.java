package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.wire.AskSnapshotChunkProto;
import io.holdfast.sync.wire.AskSnapshotProto;
import io.holdfast.sync.wire.ServedSnapshotChunkProto;
import io.holdfast.sync.wire.SnapshotOfferProto;
import io.holdfast.sync.wire.SnapshotRefusalProto;
import io.holdfast.sync.wire.SyncMessageProto;

/** Messages about snapshots as protobuf. Reading refuses what no record of them can be. */
final class SnapshotMessageCodec {

  private SnapshotMessageCodec() {}

  static void put(SnapshotMessage message, SyncMessageProto.Builder proto) {
    if (message instanceof SnapshotMessage.Ask ask) {
      proto.setAskSnapshot(
          AskSnapshotProto.newBuilder()
              .setAfterPlace(ask.afterPlace())
              .setAboveSlot(ask.above().number()));
    } else if (message instanceof SnapshotMessage.Offer offer) {
      SnapshotHead head = offer.head();
      proto.setSnapshotOffer(
          SnapshotOfferProto.newBuilder()
              .setSession(offer.session())
              .setSlot(head.slot().number())
              .setChainHash(head.chainHash().bytes())
              .setLastPlace(head.lastPlace())
              .setBytes(head.bytes()));
    } else if (message instanceof SnapshotMessage.AskChunk ask) {
      proto.setAskSnapshotChunk(
          AskSnapshotChunkProto.newBuilder().setSession(ask.session()).setIndex(ask.index()));
    } else if (message instanceof SnapshotMessage.Chunk chunk) {
      proto.setSnapshotChunk(
          ServedSnapshotChunkProto.newBuilder()
              .setSession(chunk.session())
              .setIndex(chunk.index())
              .setCrc(chunk.crc())
              .setBytes(chunk.bytes())
              .setLast(chunk.last()));
    } else if (message instanceof SnapshotMessage.Refusal refusal) {
      proto.setSnapshotRefusal(
          SnapshotRefusalProto.newBuilder()
              .setSession(refusal.session())
              .setReason(SnapshotRefusalProto.Reason.valueOf(refusal.reason().name())));
    }
  }

  static SnapshotMessage fromProto(AskSnapshotProto proto) {
    return new SnapshotMessage.Ask(proto.getAfterPlace(), new Slot(proto.getAboveSlot()));
  }

  static SnapshotMessage fromProto(SnapshotOfferProto proto) {
    return new SnapshotMessage.Offer(
        proto.getSession(),
        new SnapshotHead(
            new Slot(proto.getSlot()),
            new Digest(proto.getChainHash()),
            proto.getLastPlace(),
            proto.getBytes()));
  }

  static SnapshotMessage fromProto(AskSnapshotChunkProto proto) {
    return new SnapshotMessage.AskChunk(proto.getSession(), proto.getIndex());
  }

  static SnapshotMessage fromProto(ServedSnapshotChunkProto proto) {
    return new SnapshotMessage.Chunk(
        proto.getSession(), proto.getIndex(), proto.getCrc(), proto.getBytes(), proto.getLast());
  }

  static SnapshotMessage fromProto(SnapshotRefusalProto proto) {
    return new SnapshotMessage.Refusal(
        proto.getSession(),
        switch (proto.getReason()) {
          case BUSY -> SnapshotMessage.Reason.BUSY;
          case NOT_AHEAD -> SnapshotMessage.Reason.NOT_AHEAD;
          case UNKNOWN_SESSION -> SnapshotMessage.Reason.UNKNOWN_SESSION;
          case REASON_UNSPECIFIED, UNRECOGNIZED ->
              throw new UnreadableBytes("sync message", "a refusal without a known reason");
        });
  }
}
