package io.holdfast.acceptor.core;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest.
 *
 * @param bytes 32 bytes
 */
public record Digest(ByteString bytes) {

  /** Length in bytes. */
  public static final int LENGTH = 32;

  /** 32 zero bytes: where a hash chain starts. */
  public static final Digest ZERO = new Digest(ByteString.copyFrom(new byte[LENGTH]));

  public Digest {
    if (bytes.size() != LENGTH) {
      throw new IllegalArgumentException("a digest has " + LENGTH + " bytes, not " + bytes.size());
    }
  }

  /** The SHA-256 of the concatenation of {@code parts}. */
  public static Digest of(ByteString... parts) {
    MessageDigest sha = sha256();
    for (ByteString part : parts) {
      for (var buffer : part.asReadOnlyByteBufferList()) {
        sha.update(buffer);
      }
    }
    return new Digest(ByteString.copyFrom(sha.digest()));
  }

  /** The first 12 hex digits, for logs and transcripts. */
  public String shortHex() {
    return toString().substring(0, 12);
  }

  /** 64 hex digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
