package io.holdfast.acceptor.store;

import java.util.Arrays;

/**
 * A value in serialized form, with what is needed to read it again. Owns its bytes: they must not
 * be changed afterwards.
 */
public final class SerializedPayload {

  private final int serializerId;
  private final String manifest;
  private final byte[] bytes;

  /**
   * @param serializerId the Akka serializer's identifier
   * @param manifest the serializer's manifest, possibly empty
   * @param bytes not copied
   */
  public SerializedPayload(int serializerId, String manifest, byte[] bytes) {
    this.serializerId = serializerId;
    this.manifest = manifest;
    this.bytes = bytes;
  }

  public int serializerId() {
    return serializerId;
  }

  public String manifest() {
    return manifest;
  }

  /** Not copied. */
  public byte[] bytes() {
    return bytes;
  }

  /** Size in bytes. */
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SerializedPayload that
        && serializerId == that.serializerId
        && manifest.equals(that.manifest)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * serializerId + manifest.hashCode()) + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return serializerId + "/" + manifest + ":" + bytes.length + "B";
  }
}
