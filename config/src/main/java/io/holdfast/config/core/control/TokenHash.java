package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a bearer token: SHA-256 of its UTF-8 bytes. Tokens are long and random, so that
 * nobody finds one by its hash; the whole hash is told only by {@link #text}.
 *
 * @param bytes 32 bytes
 */
public record TokenHash(ByteString bytes) {

  /** What the text form begins with. */
  static final String SCHEME = "sha256:";

  /** What a document may have, in words. */
  static final String ALLOWED = "'sha256:' and 64 hexadecimal digits in lower case";

  private static final int SHOWN_DIGITS = 8;

  public TokenHash {
    Sha256.requireLength("token hash", bytes);
  }

  /** The hash of this token. */
  public static TokenHash ofToken(String token) {
    return new TokenHash(Sha256.of(ByteString.copyFromUtf8(token)));
  }

  /** The hash of this text form; empty for other text. */
  static Optional<TokenHash> parse(String text) {
    return text.startsWith(SCHEME)
        ? Sha256.parse(text.substring(SCHEME.length())).map(TokenHash::new)
        : Optional.empty();
  }

  /** Whether both are the same; takes the same time wherever they differ. */
  public boolean sameAs(TokenHash other) {
    return Sha256.same(bytes, other.bytes);
  }

  /** The whole of it, as documents have it. */
  public String text() {
    return SCHEME + Sha256.hex(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TokenHash hash && sameAs(hash);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  /** Enough to tell tokens apart: {@code sha256:1a2b3c4d...}. */
  @Override
  public String toString() {
    return text().substring(0, SCHEME.length() + SHOWN_DIGITS) + "...";
  }
}
