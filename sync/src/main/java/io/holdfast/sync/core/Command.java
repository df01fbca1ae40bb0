package io.holdfast.sync.core;

import com.google.protobuf.ByteString;

/**
 * What a client wants done to one key. An expected modRevision of 0 means "the key is absent".
 * Sizes are checked where a command enters, by {@link CommandLimits}.
 */
public sealed interface Command {

  /** The key it reads and writes, 1 byte or more. */
  ByteString key();

  /**
   * Sets a key.
   *
   * @param key the key
   * @param value its new value, possibly empty
   */
  record Put(ByteString key, ByteString value) implements Command {
    public Put {
      requireKey(key);
    }
  }

  /**
   * Sets a key if nobody has changed it since.
   *
   * @param key the key
   * @param value its new value, possibly empty
   * @param expectedModRevision the modRevision it must have, 0 for absent
   */
  record PutIf(ByteString key, ByteString value, long expectedModRevision) implements Command {
    public PutIf {
      requireKey(key);
      requireRevision(expectedModRevision);
    }
  }

  /**
   * Deletes a key; deleting an absent one changes nothing.
   *
   * @param key the key
   */
  record Delete(ByteString key) implements Command {
    public Delete {
      requireKey(key);
    }
  }

  /**
   * Deletes a key if nobody has changed it since.
   *
   * @param key the key
   * @param expectedModRevision the modRevision it must have, 0 for absent
   */
  record DeleteIf(ByteString key, long expectedModRevision) implements Command {
    public DeleteIf {
      requireKey(key);
      requireRevision(expectedModRevision);
    }
  }

  private static void requireKey(ByteString key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("key: must have at least 1 byte");
    }
  }

  private static void requireRevision(long revision) {
    if (revision < 0) {
      throw new IllegalArgumentException(
          "expected modRevision " + revision + ": must be 0 (absent) or more");
    }
  }
}
