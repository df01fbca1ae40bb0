package io.holdfast.mesh.core;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.Optional;

/** What a client wants of a group, in a form that needs no further checking. */
public sealed interface ClientRequest {

  /** The write's id as text; empty for a read. */
  default String writeId() {
    return "";
  }

  /**
   * How it is forwarded.
   *
   * @throws UnsupportedOperationException for {@link ReadLocal}, which is never another node's
   *     business
   */
  default Envelope.Request toWire() {
    throw new UnsupportedOperationException("never forwarded: " + this);
  }

  /**
   * Decide a write.
   *
   * @param id the write's id
   * @param command the encoded command, which carries the same id
   */
  record Write(WriteId id, ByteString command) implements ClientRequest {

    @Override
    public String writeId() {
      return id.toString();
    }

    @Override
    public Envelope.Request toWire() {
      return new Envelope.Request.Write(command);
    }
  }

  /**
   * Read a key linearizably.
   *
   * @param key the key
   */
  record Read(ByteString key) implements ClientRequest {

    @Override
    public Envelope.Request toWire() {
      return new Envelope.Request.Read(key);
    }
  }

  /**
   * Read what this node has executed. Never forwarded.
   *
   * @param key the key
   * @param staleness how old that may be, where it is known
   */
  record ReadLocal(ByteString key, Optional<Duration> staleness) implements ClientRequest {}

  /**
   * Look a write up linearizably.
   *
   * @param id the write's id
   */
  record FindWrite(WriteId id) implements ClientRequest {

    @Override
    public String writeId() {
      return id.toString();
    }

    @Override
    public Envelope.Request toWire() {
      return new Envelope.Request.FindWrite(writeId());
    }
  }
}
