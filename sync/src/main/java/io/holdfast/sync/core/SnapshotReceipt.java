package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.wire.SnapshotReceiptProto;

/**
 * How far the receiving of a store has come; kept in the store that is received.
 *
 * @param lastPlace changes up to here are there
 * @param changeCount how many they are
 * @param compacted the compaction point of the newest attempt
 * @param slot what the newest attempt was a snapshot of
 * @param chainHash the chain hash there
 */
public record SnapshotReceipt(
    long lastPlace, long changeCount, long compacted, Slot slot, Digest chainHash) {

  /** Before the first attempt. */
  public static final SnapshotReceipt NONE =
      new SnapshotReceipt(0, 0, 0, Slot.ZERO, Digest.ZERO);

  public SnapshotReceipt {
    if (lastPlace < 0 || changeCount < 0 || compacted < 0) {
      throw new IllegalArgumentException(
          "%d changes up to place %d, compacted to %d".formatted(changeCount, lastPlace, compacted));
    }
  }

  /**
   * An attempt begins.
   *
   * @throws UnreadableBytes when what is here cannot be gone on from with what it brings
   */
  public SnapshotReceipt begin(SnapshotContent.Head head) {
    StateHeader header = head.state().header();
    if (head.afterPlace() == 0) {
      return new SnapshotReceipt(0, 0, header.compacted(), header.applied(), header.chainHash());
    }
    if (head.afterPlace() != lastPlace) {
      throw refused("changes after place " + head.afterPlace() + " onto those up to " + lastPlace);
    }
    // What was collected there by then may be readable in a state that is not compacted so far.
    if (header.compacted() < compacted) {
      throw refused(
          "compacted to %d, older than what is here, compacted to %d"
              .formatted(header.compacted(), compacted));
    }
    if (header.applied().equals(slot) && !header.chainHash().equals(chainHash)) {
      throw refused("of another history: its chain hash differs at slot " + slot);
    }
    return new SnapshotReceipt(
        lastPlace, changeCount, header.compacted(), header.applied(), header.chainHash());
  }

  /** Changes came, and these were the last. */
  public SnapshotReceipt with(int changes, long last) {
    return new SnapshotReceipt(last, changeCount + changes, compacted, slot, chainHash);
  }

  /** Changes were taken away that are collected at the sender. */
  public SnapshotReceipt without(long changes) {
    return new SnapshotReceipt(lastPlace, changeCount - changes, compacted, slot, chainHash);
  }

  private static UnreadableBytes refused(String reason) {
    return new UnreadableBytes("snapshot", reason);
  }

  /** The row of a receipt. */
  public ByteString encode() {
    return SnapshotReceiptProto.newBuilder()
        .setVersion(SyncCodec.ROW_VERSION)
        .setLastPlace(lastPlace)
        .setChangeCount(changeCount)
        .setCompacted(compacted)
        .setSlot(slot.number())
        .setChainHash(chainHash.bytes())
        .build()
        .toByteString();
  }

  /** Reads the row of a receipt. */
  public static SnapshotReceipt decode(ByteString bytes) {
    String what = "snapshot receipt";
    try {
      SnapshotReceiptProto row = SnapshotReceiptProto.parseFrom(bytes);
      UnreadableBytes.checkVersion(what, row.getVersion(), SyncCodec.ROW_VERSION);
      return new SnapshotReceipt(
          row.getLastPlace(),
          row.getChangeCount(),
          row.getCompacted(),
          new Slot(row.getSlot()),
          new Digest(row.getChainHash()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes(what, String.valueOf(e.getMessage()));
    }
  }
}
