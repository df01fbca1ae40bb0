package io.holdfast.mesh.core;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.WriteCommand;
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
   * @param write the command under its write id
   * @param encoded the same, encoded: encoding takes time that is not for a router's step
   */
  record Write(WriteCommand write, ByteString encoded) implements ClientRequest {

    /** The same, encoded here. */
    public static Write of(WriteCommand write) {
      return new Write(write, CommandCodec.encode(write));
    }

    /** The write's id. */
    public WriteId id() {
      return write.id();
    }

    @Override
    public String writeId() {
      return id().toString();
    }

    @Override
    public Envelope.Request toWire() {
      return new Envelope.Request.Write(encoded);
    }
  }

  /**
   * Read linearizably.
   *
   * @param query what
   */
  record Read(ReadQuery query) implements ClientRequest {

    /** One key as it is now. */
    public Read(ByteString key) {
      this(ReadQuery.of(key));
    }

    /** The form of a single key is the older one, which every node understands. */
    @Override
    public Envelope.Request toWire() {
      return isOfOneRecord(query) && query.revision().isEmpty()
          ? new Envelope.Request.Read(query.keys().from())
          : new Envelope.Request.Query(query);
    }
  }

  /** Whether it asks for one key's record, which has an answer of its own. */
  static boolean isOfOneRecord(ReadQuery query) {
    return query.keys().isSingle() && query.detail() == ReadDetail.RECORDS;
  }

  /**
   * Read what this node has executed. Never forwarded.
   *
   * @param query what
   * @param staleness how old that may be, where it is known
   */
  record ReadLocal(ReadQuery query, Optional<Duration> staleness) implements ClientRequest {

    /** One key as it is now. */
    public ReadLocal(ByteString key, Optional<Duration> staleness) {
      this(ReadQuery.of(key), staleness);
    }
  }

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
