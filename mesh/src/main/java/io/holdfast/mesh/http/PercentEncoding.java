package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Percent-decoding of RFC 3986, section 2.1, to bytes: a key need not be text in any charset. */
final class PercentEncoding {

  private PercentEncoding() {}

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  /** These bytes, all but the unreserved ones escaped. */
  static String encode(ByteString bytes) {
    StringBuilder text = new StringBuilder(bytes.size() + 8);
    for (int i = 0; i < bytes.size(); i++) {
      int octet = bytes.byteAt(i) & 0xff;
      if (octet < 0x80 && UNRESERVED.indexOf(octet) >= 0) {
        text.append((char) octet);
      } else {
        text.append('%')
            .append(Character.toUpperCase(Character.forDigit(octet >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(octet & 0xf, 16)));
      }
    }
    return text.toString();
  }

  /**
   * The bytes that {@code raw} stands for; absent where a {@code %} is not followed by two hex
   * digits. A {@code +} stands for itself. Characters beyond ASCII are the bytes that were sent.
   */
  static Optional<ByteString> decode(String raw) {
    if (raw.indexOf('%') < 0) {
      return Optional.of(
          UnsafeByteOperations.unsafeWrap(raw.getBytes(StandardCharsets.ISO_8859_1)));
    }
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    // The array is not kept by anyone else, so it may be wrapped without another copy.
    return Optional.of(UnsafeByteOperations.unsafeWrap(Arrays.copyOf(bytes, length)));
  }
}
