package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.sync.wire.HeldPlacesProto;
import io.holdfast.sync.wire.SnapshotChunkProto;
import io.holdfast.sync.wire.SnapshotContentProto;
import io.holdfast.sync.wire.SnapshotEndProto;
import io.holdfast.sync.wire.SnapshotHeadProto;
import io.holdfast.sync.wire.SnapshotRowProto;
import io.holdfast.sync.wire.SnapshotRowsProto;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of a snapshot's chunks. What reads them throws {@link UnreadableBytes} where they are
 * something else, or were damaged.
 */
public final class SnapshotCodec {

  /** The version of the form that is written here, and the only one that is read. */
  public static final int VERSION = 1;

  /** What a chunk takes beside its content, at most. */
  static final int ENVELOPE_BYTES = 32;

  /** What a row takes beside its bytes, at most. */
  static final int ROW_ENVELOPE_BYTES = 32;

  private SnapshotCodec() {}

  /**
   * A chunk.
   *
   * @param ordinal which, from 0
   * @param content what stands in it
   */
  public static ByteString encode(long ordinal, SnapshotContent content) {
    ByteString bytes = toProto(content).toByteString();
    return SnapshotChunkProto.newBuilder()
        .setVersion(VERSION)
        .setOrdinal(ordinal)
        .setContent(bytes)
        .setChecksum(checksum(ordinal, bytes))
        .build()
        .toByteString();
  }

  /**
   * Reads a chunk.
   *
   * @param ordinal which it has to be
   * @param bytes the chunk
   */
  public static SnapshotContent decode(long ordinal, ByteString bytes) {
    SnapshotChunkProto chunk = envelope(bytes);
    if (chunk.getOrdinal() != ordinal) {
      throw new UnreadableBytes(
          "snapshot chunk", "number " + chunk.getOrdinal() + " where " + ordinal + " is next");
    }
    try {
      return fromProto(SnapshotContentProto.parseFrom(chunk.getContent()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("snapshot chunk", String.valueOf(e.getMessage()));
    }
  }

  /** Whether a chunk is whole, and the first of its snapshot. */
  public static boolean isFirst(ByteString bytes) {
    return envelope(bytes).getOrdinal() == 0;
  }

  private static SnapshotChunkProto envelope(ByteString bytes) {
    SnapshotChunkProto chunk;
    try {
      chunk = SnapshotChunkProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableBytes("snapshot chunk", String.valueOf(e.getMessage()));
    }
    UnreadableBytes.checkVersion("snapshot chunk", chunk.getVersion(), VERSION);
    if (chunk.getChecksum() != checksum(chunk.getOrdinal(), chunk.getContent())) {
      throw new UnreadableBytes("snapshot chunk", "its checksum does not fit: it was damaged");
    }
    return chunk;
  }

  private static int checksum(long ordinal, ByteString content) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(ordinal).flip());
    content.asReadOnlyByteBufferList().forEach(crc::update);
    return (int) crc.getValue();
  }

  private static SnapshotContentProto toProto(SnapshotContent content) {
    SnapshotContentProto.Builder proto = SnapshotContentProto.newBuilder();
    if (content instanceof SnapshotContent.Head head) {
      proto.setHead(
          SnapshotHeadProto.newBuilder()
              .setState(StoreCodec.encodeState(head.state()))
              .setAfterPlace(head.afterPlace())
              .setBytes(head.bytes()));
    } else if (content instanceof SnapshotContent.Rows rows) {
      SnapshotRowsProto.Builder list = proto.getRowsBuilder();
      for (SnapshotRow row : rows.rows()) {
        list.addRows(
            SnapshotRowProto.newBuilder()
                .setKind(row.kind().number())
                .setKey(row.key())
                .setRow(row.bytes()));
      }
    } else if (content instanceof SnapshotContent.End end) {
      SnapshotCounts counts = end.counts();
      proto.setEnd(
          SnapshotEndProto.newBuilder()
              .setRows(counts.rows())
              .setHeldPlaces(counts.heldPlaces())
              .setChanges(counts.changes())
              .setTouchedKeys(counts.touchedKeys())
              .setWriteIds(counts.writeIds())
              .setAnswers(counts.answers())
              .setLeases(counts.leases())
              .setEpochs(counts.epochs())
              .setReservations(counts.reservations())
              .setExclusions(counts.exclusions())
              .setSha256(end.hash().bytes()));
    }
    return proto.build();
  }

  private static SnapshotContent fromProto(SnapshotContentProto proto) {
    return switch (proto.getContentCase()) {
      case HEAD ->
          new SnapshotContent.Head(
              StoreCodec.decodeState(proto.getHead().getState()),
              proto.getHead().getAfterPlace(),
              proto.getHead().getBytes());
      case ROWS ->
          new SnapshotContent.Rows(
              proto.getRows().getRowsList().stream()
                  .map(
                      row ->
                          new SnapshotRow(
                              SnapshotRow.Kind.of(row.getKind()), row.getKey(), row.getRow()))
                  .toList());
      case END -> fromProto(proto.getEnd());
      case CONTENT_NOT_SET -> throw new UnreadableBytes("snapshot chunk", "of no known content");
    };
  }

  private static SnapshotContent.End fromProto(SnapshotEndProto end) {
    return new SnapshotContent.End(
        new SnapshotCounts(
            end.getRows(),
            end.getHeldPlaces(),
            end.getChanges(),
            end.getTouchedKeys(),
            end.getWriteIds(),
            end.getAnswers(),
            end.getLeases(),
            end.getEpochs(),
            end.getReservations(),
            end.getExclusions()),
        new Digest(end.getSha256()));
  }

  /** A row of held places. */
  public static ByteString encodeHeld(HeldPlaces held) {
    HeldPlacesProto.Builder row =
        HeldPlacesProto.newBuilder()
            .setVersion(VERSION)
            .setAfter(held.after())
            .setUpTo(held.upTo());
    long last = held.after();
    for (HeldPlaces.Held change : held.changes()) {
      row.addGaps(change.place() - last).addChecksums(change.checksum());
      last = change.place();
    }
    return row.build().toByteString();
  }

  /** Reads a row of held places. */
  public static HeldPlaces decodeHeld(ByteString bytes) {
    try {
      HeldPlacesProto row = HeldPlacesProto.parseFrom(bytes);
      UnreadableBytes.checkVersion("row of held places", row.getVersion(), VERSION);
      if (row.getChecksumsCount() != row.getGapsCount()) {
        throw new IllegalArgumentException(
            "%d checksums of %d changes".formatted(row.getChecksumsCount(), row.getGapsCount()));
      }
      List<HeldPlaces.Held> held = new ArrayList<>(row.getGapsCount());
      long last = row.getAfter();
      for (int i = 0; i < row.getGapsCount(); i++) {
        last += row.getGaps(i);
        held.add(new HeldPlaces.Held(last, row.getChecksums(i)));
      }
      return new HeldPlaces(row.getAfter(), row.getUpTo(), held);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("row of held places", String.valueOf(e.getMessage()));
    }
  }
}
