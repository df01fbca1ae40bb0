package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One version of a key in a group's history: it was put, or deleted.
 *
 * @param place where in the history; its revision is the key's modRevision
 * @param key the key
 * @param value its value; null: the key was deleted
 * @param createRevision the revision that created the key; 0 for a delete
 * @param version how often it was put since it was created, from 1; 0 for a delete
 * @param lease the lease that it is attached to, 0 for none
 * @param previous the place of the change of this key before, a delete included; 0 where there is
 *     none above the compaction point
 */
public record Change(
    long place,
    ByteString key,
    @Nullable ByteString value,
    long createRevision,
    long version,
    long lease,
    long previous) {

  public Change {
    boolean sound =
        value == null
            ? createRevision == 0 && version == 0 && lease == 0
            : createRevision >= 1 && version >= 1 && lease >= 0;
    if (!sound
        || key.isEmpty()
        || place < Place.first(1)
        || createRevision > Place.revision(place)
        || previous < 0
        || previous >= place) {
      throw new IllegalArgumentException(
          "change at place %d: created at %d, version %d, lease %d, previous %d"
              .formatted(place, createRevision, version, lease, previous));
    }
  }

  /** The key is deleted here. */
  public static Change delete(long place, ByteString key, long previous) {
    return new Change(place, key, null, 0, 0, 0, previous);
  }

  /** The revision that this change took. */
  public long modRevision() {
    return Place.revision(place);
  }

  public boolean isDelete() {
    return value == null;
  }

  /** The key's record as of here; empty for a delete. */
  public Optional<VersionedValue> record() {
    return value == null
        ? Optional.empty()
        : Optional.of(new VersionedValue(value, createRevision, modRevision(), version, lease));
  }

  /**
   * A CRC-32C over all of it: two replicas that have executed the same have the same at each place.
   */
  public int checksum() {
    CRC32C crc = new CRC32C();
    ByteBuffer numbers = ByteBuffer.allocate(5 * Long.BYTES + 2 * Integer.BYTES);
    numbers.putLong(place).putLong(createRevision).putLong(version).putLong(lease);
    numbers.putLong(previous).putInt(key.size()).putInt(value == null ? -1 : value.size());
    crc.update(numbers.flip());
    key.asReadOnlyByteBufferList().forEach(crc::update);
    if (value != null) {
      value.asReadOnlyByteBufferList().forEach(crc::update);
    }
    return (int) crc.getValue();
  }

  /** About what it takes in memory and in a store. */
  public int bytes() {
    return key.size() + (value == null ? 0 : value.size()) + 64;
  }
}
