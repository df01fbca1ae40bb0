package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C of a row, so that a row that is not what was written is found when it is read. */
final class RowChecksum {

  private final CRC32C crc = new CRC32C();

  private RowChecksum() {}

  /** Of a row that has a key and bytes. */
  static long of(long key, ByteString bytes) {
    return new RowChecksum().add(key).add(bytes).value();
  }

  static long of(long firstOrdinal, int count, ByteString writeIds) {
    return new RowChecksum().add(firstOrdinal).add(count).add(writeIds).value();
  }

  /** Of a row whose key has texts in it, in the order of the columns. */
  static long of(long number, ByteString bytes, String... texts) {
    RowChecksum checksum = new RowChecksum().add(number).add(bytes);
    for (String text : texts) {
      ByteString utf8 = ByteString.copyFromUtf8(text);
      checksum.add(utf8.size()).add(utf8);
    }
    return checksum.value();
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
