package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of chunks that come one after the other. */
final class ChunkHash {

  private final MessageDigest sha = sha256();

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void add(ByteString chunk) {
    chunk.asReadOnlyByteBufferList().forEach(sha::update);
  }

  /** Of the chunks so far; it begins anew then. */
  Digest soFar() {
    return new Digest(ByteString.copyFrom(sha.digest()));
  }
}
