package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** SHA-256 (FIPS 180-4), and its text of 64 hexadecimal digits in lower case. */
final class Sha256 {

  /** Bytes of a hash. */
  static final int BYTES = 32;

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  private Sha256() {}

  static ByteString of(ByteString content) {
    MessageDigest digest = digest();
    digest.update(content.asReadOnlyByteBuffer());
    return ByteString.copyFrom(digest.digest());
  }

  static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  /** The hash of this text; empty for anything but 64 digits in lower case. */
  static Optional<ByteString> parse(String hex) {
    return HEX.matcher(hex).matches()
        ? Optional.of(ByteString.copyFrom(HexFormat.of().parseHex(hex)))
        : Optional.empty();
  }

  /** Takes the same time wherever the two differ. */
  static boolean same(ByteString one, ByteString other) {
    return MessageDigest.isEqual(one.toByteArray(), other.toByteArray());
  }

  /** Refuses what is not as long as a hash. */
  static void requireLength(String what, ByteString bytes) {
    if (bytes.size() != BYTES) {
      throw new IllegalArgumentException(
          what + " of " + bytes.size() + " bytes: allowed are " + BYTES);
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
