package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.Comparator;

/**
 * The order of keys: that of their bytes, unsigned, a prefix first. As {@link
 * ByteString#unsignedLexicographicalComparator}, without two iterators for each comparison: an
 * index of a million keys makes twenty million of them when it is loaded.
 */
final class KeyOrder implements Comparator<ByteString> {

  @Override
  public int compare(ByteString one, ByteString other) {
    int shared = Math.min(one.size(), other.size());
    for (int i = 0; i < shared; i++) {
      byte a = one.byteAt(i);
      byte b = other.byteAt(i);
      if (a != b) {
        return Byte.toUnsignedInt(a) - Byte.toUnsignedInt(b);
      }
    }
    return one.size() - other.size();
  }
}
