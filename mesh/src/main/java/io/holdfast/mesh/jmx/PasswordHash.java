package io.holdfast.mesh.jmx;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as a file keeps it: PBKDF2 (RFC 8018) with HMAC-SHA-512 and a salt.
 *
 * @param iterations 10,000 to 10,000,000
 * @param salt 16 bytes
 * @param hash 64 bytes
 */
public record PasswordHash(int iterations, ByteString salt, ByteString hash) {

  /** What OWASP asks for of PBKDF2 with SHA-512 (2023). */
  private static final int ITERATIONS = 210_000;

  private static final int LEAST_ITERATIONS = 10_000;
  private static final int MOST_ITERATIONS = 10_000_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 64;

  /** The longest password, in characters. */
  public static final int MAX_PASSWORD = 256;

  private static final Pattern FORM =
      Pattern.compile("pbkdf2-sha512:([0-9]{1,8}):([A-Za-z0-9+/]{22}==):([A-Za-z0-9+/]{86}==)");

  /** Of a password, with a new salt. */
  public static PasswordHash of(String password) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return new PasswordHash(
        ITERATIONS, ByteString.copyFrom(salt), hash(password, ITERATIONS, salt));
  }

  /** As a file has it; empty where it is not of that form. */
  public static Optional<PasswordHash> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    int iterations = Integer.parseInt(form.group(1));
    return iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS
        ? Optional.empty()
        : Optional.of(
            new PasswordHash(
                iterations,
                ByteString.copyFrom(Base64.getDecoder().decode(form.group(2))),
                ByteString.copyFrom(Base64.getDecoder().decode(form.group(3)))));
  }

  /** Whether it is of this password. */
  public boolean isOf(String password) {
    return MessageDigest.isEqual(
        hash.toByteArray(), hash(password, iterations, salt.toByteArray()).toByteArray());
  }

  private static ByteString hash(String password, int iterations, byte[] salt) {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BYTES * 8);
    try {
      return ByteString.copyFrom(
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no PBKDF2WithHmacSHA512", e);
    } finally {
      spec.clearPassword();
    }
  }

  /** As a file has it. */
  public String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "pbkdf2-sha512:%d:%s:%s"
        .formatted(
            iterations,
            base64.encodeToString(salt.toByteArray()),
            base64.encodeToString(hash.toByteArray()));
  }

  @Override
  public String toString() {
    return "PasswordHash";
  }
}
