package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.ReplicaState;
import io.holdfast.sync.core.VersionedValue;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C of a row, so that a row that is not what was written is found when it is read. */
final class RowChecksum {

  private final CRC32C crc = new CRC32C();

  private RowChecksum() {}

  static long of(ByteString key, VersionedValue value) {
    return new RowChecksum()
        .add(key.size())
        .add(key)
        .add(value.value())
        .add(value.createRevision())
        .add(value.modRevision())
        .add(value.version())
        .value();
  }

  static long of(long firstOrdinal, int count, ByteString writeIds) {
    return new RowChecksum().add(firstOrdinal).add(count).add(writeIds).value();
  }

  static long of(ReplicaState state) {
    return new RowChecksum()
        .add(state.applied().number())
        .add(state.chainHash().bytes())
        .add(state.revision())
        .add(state.recordCount())
        .add(state.writeIdWindow())
        .add(state.firstWriteOrdinal())
        .add(state.nextWriteOrdinal())
        .add(state.horizonMillis())
        .value();
  }

  private RowChecksum add(long number) {
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    return this;
  }

  private RowChecksum add(ByteString bytes) {
    bytes.asReadOnlyByteBufferList().forEach(crc::update);
    return this;
  }

  private long value() {
    return crc.getValue();
  }
}
