package io.holdfast.acceptor.core;

import com.google.protobuf.ByteString;

/**
 * The value of a slot as an acceptor sees it: opaque bytes and their digest. The empty batch is the
 * no-op with which a new leader fills holes.
 */
public final class Batch {

  /** Nothing to execute. */
  public static final Batch NO_OP = new Batch(ByteString.EMPTY);

  private final ByteString bytes;
  private final Digest digest;

  private Batch(ByteString bytes) {
    this.bytes = bytes;
    this.digest = Digest.of(bytes);
  }

  /** A batch of these encoded bytes; its digest is computed here, once. */
  public static Batch of(ByteString bytes) {
    return bytes.isEmpty() ? NO_OP : new Batch(bytes);
  }

  public ByteString bytes() {
    return bytes;
  }

  public Digest digest() {
    return digest;
  }

  public boolean isNoOp() {
    return bytes.isEmpty();
  }

  /** Size in bytes. */
  public int size() {
    return bytes.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Batch that && digest.equals(that.digest);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return isNoOp() ? "no-op" : bytes.size() + "B:" + digest.shortHex();
  }
}
