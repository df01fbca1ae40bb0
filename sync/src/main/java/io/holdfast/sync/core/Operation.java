package io.holdfast.sync.core;

import com.google.protobuf.ByteString;

/** One step of a transaction. Steps run in order, and each sees what those before it did. */
public sealed interface Operation {

  /**
   * Sets a key.
   *
   * @param key the key, 1 byte or more
   * @param value its new value, possibly empty
   * @param lease the lease to attach it to, 0 for none; the transaction has no effect where there
   *     is no such lease
   */
  record Put(ByteString key, ByteString value, long lease) implements Operation {
    public Put {
      Command.requireKey(key);
      Command.requireLease(lease);
    }
  }

  /**
   * Reads what is there.
   *
   * @param keys a key or a range
   * @param limit how many records at most, 1 or more
   * @param detail how much of each
   */
  record Read(KeyRange keys, int limit, ReadDetail detail) implements Operation {
    public Read {
      if (limit < 1) {
        throw new IllegalArgumentException("limit " + limit + ": must be 1 or more");
      }
    }
  }

  /**
   * Deletes what is there.
   *
   * @param keys a key or a range
   */
  record Delete(KeyRange keys) implements Operation {}

  /**
   * A transaction within.
   *
   * @param transaction what to do
   */
  record Nested(Command.Transaction transaction) implements Operation {}
}
