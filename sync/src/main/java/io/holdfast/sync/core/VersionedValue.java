package io.holdfast.sync.core;

import com.google.protobuf.ByteString;

/**
 * The record of a key.
 *
 * @param value its value
 * @param createRevision the revision that created it
 * @param modRevision the revision that last changed it
 * @param version how often it was put since it was created, from 1
 */
public record VersionedValue(
    ByteString value, long createRevision, long modRevision, long version) {

  public VersionedValue {
    if (createRevision < 1 || modRevision < createRevision || version < 1) {
      throw new IllegalArgumentException(
          "record created at %d, modified at %d, version %d"
              .formatted(createRevision, modRevision, version));
    }
  }
}
