package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * The sizes that version 1 of the command format allows. They are constants, not settings: a
 * command beyond them is invalid at every replica alike. A node may admit less.
 */
public final class CommandLimits {

  /** Bytes of a key. */
  public static final int MAX_KEY_BYTES = 4096;

  /** Bytes of a value. */
  public static final int MAX_VALUE_BYTES = 1024 * 1024;

  private CommandLimits() {}

  /** What is too large about this command; empty when nothing is. */
  public static Optional<String> excessOf(Command command) {
    if (command.key().size() > MAX_KEY_BYTES) {
      return Optional.of("key: " + command.key().size() + " bytes, allowed are " + MAX_KEY_BYTES);
    }
    ByteString value = ByteString.EMPTY;
    if (command instanceof Command.Put put) {
      value = put.value();
    } else if (command instanceof Command.PutIf put) {
      value = put.value();
    }
    if (value.size() > MAX_VALUE_BYTES) {
      return Optional.of("value: " + value.size() + " bytes, allowed are " + MAX_VALUE_BYTES);
    }
    return Optional.empty();
  }
}
