package io.holdfast.mesh.client;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;

/** The path of a key at the front door. */
public final class KeyPath {

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final String HEX = "0123456789ABCDEF";

  private KeyPath() {}

  /** {@code /v1/groups/GROUP/keys/KEY}, every byte but the unreserved ones of RFC 3986 escaped. */
  public static String of(GroupId group, ByteString key) {
    StringBuilder path = new StringBuilder("/v1/groups/").append(group.value()).append("/keys/");
    // A key of dots alone would be taken for a step in the path.
    append(path, key, key.size() <= 2 && key.toStringUtf8().matches("\\.+"));
    return path.toString();
  }

  /** These bytes for a query, escaped alike. */
  static String escaped(ByteString bytes) {
    StringBuilder text = new StringBuilder();
    append(text, bytes, false);
    return text.toString();
  }

  private static void append(StringBuilder path, ByteString key, boolean all) {
    for (int i = 0; i < key.size(); i++) {
      int octet = key.byteAt(i) & 0xff;
      if (!all && octet < 0x80 && UNRESERVED.indexOf(octet) >= 0) {
        path.append((char) octet);
      } else {
        path.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 0xf));
      }
    }
  }
}
