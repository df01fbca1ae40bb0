package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.zip.CRC32C;

/**
 * What cache-owners say to each other about snapshots. The member that lags asks, for the snapshot
 * and then for one chunk after the other; the other one only answers.
 */
public sealed interface SnapshotMessage extends SyncMessage {

  @Override
  default ReplicaInput from(MemberId sender) {
    return new ReplicaInput.AboutSnapshot(sender, this);
  }

  /**
   * Asks for a snapshot; answered by {@link Offer} or {@link Refusal}.
   *
   * @param afterPlace changes up to here are there already
   * @param above a snapshot of this slot or an earlier one is of no use
   */
  record Ask(long afterPlace, Slot above) implements SnapshotMessage {
    public Ask {
      if (afterPlace < 0) {
        throw new IllegalArgumentException("place " + afterPlace + ": must be 0 or more");
      }
    }
  }

  /**
   * A snapshot can be had.
   *
   * @param session names it in what follows
   * @param head what it is of
   */
  record Offer(long session, SnapshotHead head) implements SnapshotMessage {}

  /**
   * Asks for a chunk: the first, the one after the last that came, or that one again.
   *
   * @param session the session
   * @param index from 0
   */
  record AskChunk(long session, long index) implements SnapshotMessage {
    public AskChunk {
      if (index < 0) {
        throw new IllegalArgumentException("chunk " + index + ": must be 0 or more");
      }
    }
  }

  /**
   * A chunk.
   *
   * @param session the session
   * @param index its number
   * @param crc the CRC-32C of its bytes
   * @param bytes its bytes; none if it is the last
   * @param last whether there are no more
   */
  record Chunk(long session, long index, int crc, ByteString bytes, boolean last)
      implements SnapshotMessage {

    /** The chunk with the checksum that it has. */
    static Chunk of(long session, long index, ByteString bytes, boolean last) {
      return new Chunk(session, index, checksum(bytes), bytes, last);
    }

    /** Whether the bytes are those that were sent. */
    boolean isIntact() {
      return crc == checksum(bytes);
    }

    private static int checksum(ByteString bytes) {
      CRC32C crc = new CRC32C();
      bytes.asReadOnlyByteBufferList().forEach(crc::update);
      return (int) crc.getValue();
    }
  }

  /**
   * There is nothing to be had.
   *
   * @param session the session that was asked about; 0 when one was asked for
   * @param reason why
   */
  record Refusal(long session, Reason reason) implements SnapshotMessage {}

  /** Why a snapshot is refused. */
  enum Reason {
    /** Others are being sent one already. */
    BUSY,
    /** The member that asks has as much. */
    NOT_AHEAD,
    /** The session has ended, perhaps because the sender has started again. */
    UNKNOWN_SESSION
  }
}
