package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.wire.BallotProto;
import io.holdfast.acceptor.wire.PairProto;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.wire.MemberIdProto;
import io.holdfast.sync.wire.FetchProto;
import io.holdfast.sync.wire.FetchedChunkProto;
import io.holdfast.sync.wire.SyncMessageProto;
import io.holdfast.sync.wire.WriteIdRecordProto;
import io.holdfast.sync.wire.WriteIdSegmentProto;
import java.util.ArrayList;
import java.util.List;

/** The bytes of messages between cache-owners, and of the store's rows. */
public final class SyncCodec {

  /** The version of store rows written here, and the newest one read. */
  public static final int ROW_VERSION = 1;

  private SyncCodec() {}

  /** The bytes of a message. */
  public static ByteString encode(SyncMessage message) {
    SyncMessageProto.Builder proto = SyncMessageProto.newBuilder();
    if (message instanceof SyncMessage.Fetch fetch) {
      proto.setFetch(
          FetchProto.newBuilder()
              .setFromSlot(fetch.fromSlot().number())
              .setMaxBytes(fetch.maxBytes()));
    } else if (message instanceof SyncMessage.Fetched fetched) {
      FetchedChunkProto.Builder chunk = proto.getFetchedBuilder();
      chunk
          .setFromSlot(fetched.fromSlot().number())
          .setLearnedUpTo(fetched.learnedUpTo().number())
          .setTrimmed(fetched.trimmed());
      fetched.pairs().forEach(pair -> chunk.addPairs(toProto(pair)));
    } else if (message instanceof SyncMessage.EvidenceGiven given) {
      proto.setEvidence(ControlCodec.toProto(given));
    } else if (message instanceof SnapshotMessage about) {
      SnapshotMessageCodec.put(about, proto);
    }
    return proto.build().toByteString();
  }

  /**
   * Reads a message.
   *
   * @throws UnreadableBytes when this is none
   */
  public static SyncMessage decode(ByteString bytes) {
    try {
      SyncMessageProto proto = SyncMessageProto.parseFrom(bytes);
      return switch (proto.getMessageCase()) {
        case FETCH ->
            new SyncMessage.Fetch(
                new Slot(proto.getFetch().getFromSlot()), proto.getFetch().getMaxBytes());
        case FETCHED -> fromProto(proto.getFetched());
        case EVIDENCE -> ControlCodec.fromProto(proto.getEvidence());
        case ASK_SNAPSHOT -> SnapshotMessageCodec.fromProto(proto.getAskSnapshot());
        case SNAPSHOT_OFFER -> SnapshotMessageCodec.fromProto(proto.getSnapshotOffer());
        case ASK_SNAPSHOT_CHUNK -> SnapshotMessageCodec.fromProto(proto.getAskSnapshotChunk());
        case SNAPSHOT_CHUNK -> SnapshotMessageCodec.fromProto(proto.getSnapshotChunk());
        case SNAPSHOT_REFUSAL -> SnapshotMessageCodec.fromProto(proto.getSnapshotRefusal());
        case MESSAGE_NOT_SET -> throw new UnreadableBytes("sync message", "of no known kind");
      };
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("sync message", String.valueOf(e.getMessage()));
    }
  }

  private static SyncMessage.Fetched fromProto(FetchedChunkProto chunk) {
    return new SyncMessage.Fetched(
        new Slot(chunk.getFromSlot()),
        chunk.getPairsList().stream().map(SyncCodec::fromProto).toList(),
        new Slot(chunk.getLearnedUpTo()),
        chunk.getTrimmed());
  }

  private static PairProto toProto(AcceptedPair pair) {
    MemberId proposer = pair.ballot().proposer();
    return PairProto.newBuilder()
        .setSlot(pair.slot().number())
        .setBallot(
            BallotProto.newBuilder()
                .setRound(pair.ballot().round())
                .setProposer(
                    MemberIdProto.newBuilder()
                        .setNode(proposer.node().value())
                        .setIncarnation(proposer.incarnation())))
        .setBatch(pair.batch().bytes())
        .build();
  }

  private static AcceptedPair fromProto(PairProto pair) {
    MemberIdProto proposer = pair.getBallot().getProposer();
    return new AcceptedPair(
        new Slot(pair.getSlot()),
        new Ballot(
            pair.getBallot().getRound(),
            new MemberId(new NodeId(proposer.getNode()), proposer.getIncarnation())),
        Batch.of(pair.getBatch()));
  }

  /** The bytes of a row of write ids. */
  public static ByteString encodeWriteIds(List<WriteIdRecord> records) {
    WriteIdSegmentProto.Builder segment = WriteIdSegmentProto.newBuilder().setVersion(ROW_VERSION);
    for (WriteIdRecord record : records) {
      segment.addRecords(
          WriteIdRecordProto.newBuilder()
              .setWriteId(record.id().bytes())
              .setRequestDigest(record.requestDigest().bytes())
              .setSlot(record.slot().number())
              .setResult(ResultCodec.toProto(record.result())));
    }
    return segment.build().toByteString();
  }

  /**
   * Reads a row of write ids.
   *
   * @throws UnreadableBytes when this is none
   */
  public static List<WriteIdRecord> decodeWriteIds(ByteString bytes) {
    try {
      WriteIdSegmentProto segment = WriteIdSegmentProto.parseFrom(bytes);
      UnreadableBytes.checkVersion("write id row", segment.getVersion(), ROW_VERSION);
      List<WriteIdRecord> records = new ArrayList<>(segment.getRecordsCount());
      for (WriteIdRecordProto record : segment.getRecordsList()) {
        if (!(ResultCodec.fromProto(record.getResult()) instanceof CommandResult.Executed done)) {
          throw new UnreadableBytes("write id row", "holds a result that is not an execution");
        }
        records.add(
            new WriteIdRecord(
                WriteId.ofBytes(record.getWriteId()),
                new Digest(record.getRequestDigest()),
                new Slot(record.getSlot()),
                done));
      }
      return records;
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("write id row", String.valueOf(e.getMessage()));
    }
  }
}
