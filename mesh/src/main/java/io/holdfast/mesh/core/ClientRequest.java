package io.holdfast.mesh.core;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReplicaQuery;
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

  /** Who wants it. */
  Caller caller();

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
  record Write(WriteCommand write, ByteString encoded, Caller caller) implements ClientRequest {

    /** One of anybody, encoded here. */
    public static Write of(WriteCommand write) {
      return of(write, Caller.ANYBODY);
    }

    /** One that is encoded here. */
    public static Write of(WriteCommand write, Caller caller) {
      return new Write(write, CommandCodec.encode(write), caller);
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
  record Read(ReplicaQuery query, Caller caller) implements ClientRequest {

    /** One of anybody. */
    public Read(ReplicaQuery query) {
      this(query, Caller.ANYBODY);
    }

    /** One key as it is now, for anybody. */
    public Read(ByteString key) {
      this(ReadQuery.of(key));
    }

    /** The form of a single key is the older one, which every node understands. */
    @Override
    public Envelope.Request toWire() {
      return query instanceof ReadQuery keys && isOfOneRecord(keys) && keys.revision().isEmpty()
          ? new Envelope.Request.Read(keys.keys().from())
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
  record ReadLocal(ReplicaQuery query, Optional<Duration> staleness, Caller caller)
      implements ClientRequest {

    /** One of anybody. */
    public ReadLocal(ReplicaQuery query, Optional<Duration> staleness) {
      this(query, staleness, Caller.ANYBODY);
    }

    /** One key as it is now, for anybody. */
    public ReadLocal(ByteString key, Optional<Duration> staleness) {
      this(ReadQuery.of(key), staleness);
    }
  }

  /**
   * Look a write up linearizably.
   *
   * @param id the write's id
   */
  record FindWrite(WriteId id, Caller caller) implements ClientRequest {

    /** One of anybody. */
    public FindWrite(WriteId id) {
      this(id, Caller.ANYBODY);
    }

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
