package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;

/**
 * What a set of manifests is called by: SHA-256 of its canonical form. Two sets of one hash are the
 * same set.
 *
 * @param bytes 32 bytes
 */
public record SetHash(ByteString bytes) {

  /** What the first epoch names as the set before it. */
  public static final SetHash NONE = new SetHash(ByteString.copyFrom(new byte[Sha256.BYTES]));

  private static final int SHORT_DIGITS = 12;

  public SetHash {
    Sha256.requireLength("set hash", bytes);
  }

  /** The hash of these bytes. */
  public static SetHash of(ByteString content) {
    return new SetHash(Sha256.of(content));
  }

  /**
   * The hash of this text.
   *
   * @throws IllegalArgumentException for anything but 64 hexadecimal digits in lower case
   */
  public static SetHash parse(String hex) {
    return new SetHash(
        Sha256.parse(hex)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "set hash '%s': allowed are 64 hexadecimal digits in lower case"
                            .formatted(Quoted.shortened(hex)))));
  }

  /** The first 12 digits, for people. */
  public String shortHex() {
    return toString().substring(0, SHORT_DIGITS);
  }

  /** All 64 digits. */
  @Override
  public String toString() {
    return Sha256.hex(bytes);
  }
}
