package io.holdfast.acceptor.store;

import akka.serialization.SerializerWithStringManifest;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.MalformedMessage;
import java.io.NotSerializableException;

/** Akka's view of {@link JournalCodec} for what the acceptor keeps on disk. */
public final class AcceptorSerializer extends SerializerWithStringManifest {

  /** Stands in every row; must never change, nor be used by another serializer. */
  public static final int IDENTIFIER = 478_001;

  private static final String EVENT = "event";
  private static final String SNAPSHOT = "snapshot";

  /** For Akka. */
  public AcceptorSerializer() {}

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object value) {
    if (value instanceof AcceptorEvent) {
      return EVENT;
    }
    if (value instanceof AcceptorSnapshot) {
      return SNAPSHOT;
    }
    throw notOurs(value);
  }

  @Override
  public byte[] toBinary(Object value) {
    if (value instanceof AcceptorEvent event) {
      return JournalCodec.bytesOf(event);
    }
    if (value instanceof AcceptorSnapshot snapshot) {
      return JournalCodec.bytesOf(snapshot);
    }
    throw notOurs(value);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      switch (manifest) {
        case EVENT:
          return JournalCodec.event(bytes);
        case SNAPSHOT:
          return JournalCodec.snapshot(bytes);
        default:
          throw new NotSerializableException("unknown manifest '" + manifest + "'");
      }
    } catch (MalformedMessage e) {
      NotSerializableException failure = new NotSerializableException(e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  private static IllegalArgumentException notOurs(Object value) {
    return new IllegalArgumentException("not an acceptor's: " + value.getClass().getName());
  }
}
