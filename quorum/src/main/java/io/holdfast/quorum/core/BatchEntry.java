package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;

/** One entry of a batch, opaque here: whoever wrote it knows its form. */
public sealed interface BatchEntry {

  /** The entry's own encoding. */
  ByteString bytes();

  /**
   * A client's command, executed by the state machine.
   *
   * @param bytes the encoded command
   */
  record CommandEntry(ByteString bytes) implements BatchEntry {}

  /**
   * A change of the group's members or of w; governs later slots (ConfigurationBySlot).
   *
   * @param bytes the encoded change
   */
  record ConfigurationEntry(ByteString bytes) implements BatchEntry {}
}
