package io.holdfast.mesh.actor;

import akka.serialization.SerializerWithStringManifest;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.EnvelopeCodec;
import java.io.NotSerializableException;

/** Akka's view of {@link EnvelopeCodec}. */
public final class EnvelopeSerializer extends SerializerWithStringManifest {

  /** Known to every node of a mesh; must never change, nor be used by another serializer. */
  public static final int IDENTIFIER = 478_002;

  private static final String ENVELOPE = "e";

  /** For Akka. */
  public EnvelopeSerializer() {}

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object value) {
    return ENVELOPE;
  }

  @Override
  public byte[] toBinary(Object value) {
    return EnvelopeCodec.encode((Envelope) value);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return EnvelopeCodec.decode(bytes);
    } catch (MalformedMessage e) {
      NotSerializableException failure = new NotSerializableException(e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }
}
