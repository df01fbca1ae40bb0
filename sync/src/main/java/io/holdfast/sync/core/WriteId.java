package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of a write: a UUIDv7 (RFC 9562, section 5.7), whose first 48 bits are the milliseconds
 * since 1970 at which it was made. Other forms carry no time and are refused.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record WriteId(long high, long low) implements Comparable<WriteId> {

  /** Length in bytes. */
  public static final int LENGTH = 16;

  private static final Pattern FORM =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  public WriteId {
    long version = (high >>> 12) & 0xf;
    if (version != 7) {
      throw new IllegalArgumentException(
          "write id " + new UUID(high, low) + ": a UUIDv7 is needed, not version " + version);
    }
    if (low >>> 62 != 2) {
      throw new IllegalArgumentException(
          "write id " + new UUID(high, low) + ": not of the UUID variant of RFC 9562");
    }
  }

  /**
   * A new id.
   *
   * @param timeMillis milliseconds since 1970, 0 to 2^48 - 1
   * @param random 74 of these 128 bits are used; they must be unpredictable
   */
  public static WriteId of(long timeMillis, UUID random) {
    if (timeMillis < 0 || timeMillis >>> 48 != 0) {
      throw new IllegalArgumentException("write id time " + timeMillis + ": must fit in 48 bits");
    }
    return new WriteId(
        (timeMillis << 16) | 0x7000 | (random.getMostSignificantBits() & 0xfff),
        (random.getLeastSignificantBits() & 0x3fff_ffff_ffff_ffffL) | (1L << 63));
  }

  /**
   * Reads the usual 36 characters, in either case.
   *
   * @throws IllegalArgumentException with the reason why it is refused
   */
  public static WriteId parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "write id: a UUIDv7 of 36 characters is needed, such as"
              + " 01941f29-7c00-7a1b-8c2d-3e4f5a6b7c8d");
    }
    UUID uuid = UUID.fromString(text);
    return new WriteId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
  }

  /** Why {@link #parse} would refuse this text; empty when it would not. */
  public static Optional<String> refusalOf(String text) {
    try {
      parse(text);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /**
   * Reads {@link #bytes()}.
   *
   * @throws IllegalArgumentException when these are not the 16 bytes of a UUIDv7
   */
  public static WriteId ofBytes(ByteString bytes) {
    if (bytes.size() != LENGTH) {
      throw new IllegalArgumentException("a write id has 16 bytes, not " + bytes.size());
    }
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
    return new WriteId(buffer.getLong(), buffer.getLong());
  }

  /** 16 bytes, most significant first. */
  public ByteString bytes() {
    return ByteString.copyFrom(ByteBuffer.allocate(LENGTH).putLong(high).putLong(low).flip());
  }

  /** When it was made, in milliseconds since 1970, by the clock of whoever made it. */
  public long timeMillis() {
    return high >>> 16;
  }

  /** By time first. */
  @Override
  public int compareTo(WriteId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return new UUID(high, low).toString();
  }
}
