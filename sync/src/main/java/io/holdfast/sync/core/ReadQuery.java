package io.holdfast.sync.core;

import java.util.OptionalLong;

/**
 * A read of keys at one revision.
 *
 * @param keys a key or a range
 * @param revision the revision to read at; absent: the newest
 * @param limit how many records at most, 1 or more
 * @param detail how much of each
 */
public record ReadQuery(KeyRange keys, OptionalLong revision, int limit, ReadDetail detail)
    implements ReplicaQuery {

  /** The most records that one read gives. */
  public static final int MAX_LIMIT = 10_000;

  /** Costs nothing and tells slot and revision: of one key, only whether it is there. */
  public static final ReadQuery POSITION =
      new ReadQuery(
          KeyRange.key(com.google.protobuf.ByteString.copyFrom(new byte[1])),
          OptionalLong.empty(),
          1,
          ReadDetail.COUNT);

  public ReadQuery {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit " + limit + ": allowed are 1 to " + MAX_LIMIT);
    }
    if (revision.isPresent() && revision.getAsLong() < 1) {
      throw new IllegalArgumentException(
          "revision " + revision.getAsLong() + ": must be 1 or more");
    }
  }

  /** One key as it is now. */
  public static ReadQuery of(com.google.protobuf.ByteString key) {
    return new ReadQuery(KeyRange.key(key), OptionalLong.empty(), 1, ReadDetail.RECORDS);
  }
}
