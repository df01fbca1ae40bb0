package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;

/** One entry of a batch. */
public sealed interface BatchEntry {

  /** The encoded entry. */
  ByteString bytes();

  /**
   * A command; what it means is the replica's business.
   *
   * @param bytes the encoded command
   */
  record CommandEntry(ByteString bytes) implements BatchEntry {}

  /**
   * A change of the group's configuration.
   *
   * @param bytes an encoded {@link Configuration}
   */
  record ConfigurationEntry(ByteString bytes) implements BatchEntry {}
}
