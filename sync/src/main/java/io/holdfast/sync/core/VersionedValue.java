package io.holdfast.sync.core;

import com.google.protobuf.ByteString;

/**
 * The record of a key.
 *
 * @param value its value
 * @param createRevision the revision that created it
 * @param modRevision the revision that last changed it
 * @param version how often it was put since it was created, from 1
 * @param lease the lease that it is attached to, 0 for none
 */
public record VersionedValue(
    ByteString value, long createRevision, long modRevision, long version, long lease) {

  public VersionedValue {
    if (createRevision < 1 || modRevision < createRevision || version < 1 || lease < 0) {
      throw new IllegalArgumentException(
          "record created at %d, modified at %d, version %d, lease %d"
              .formatted(createRevision, modRevision, version, lease));
    }
  }

  /** A record without a lease. */
  public VersionedValue(ByteString value, long createRevision, long modRevision, long version) {
    this(value, createRevision, modRevision, version, 0);
  }
}
