package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.Comparator;

/**
 * Keys from one to another, in the order of their bytes taken as unsigned. A single key is the
 * range that ends before the next possible key.
 *
 * @param from the first key in it; empty: from the first of all
 * @param to the first key after it; empty: to the last of all
 */
public record KeyRange(ByteString from, ByteString to) {

  /** The order of keys. */
  public static final Comparator<ByteString> ORDER = new KeyOrder();

  /** Every key. */
  public static final KeyRange ALL = new KeyRange(ByteString.EMPTY, ByteString.EMPTY);

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  public KeyRange {
    if (!to.isEmpty() && ORDER.compare(from, to) >= 0) {
      throw new IllegalArgumentException("key range: its end must lie after its start");
    }
  }

  /** One key, of 1 byte or more. */
  public static KeyRange key(ByteString key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("key: must have at least 1 byte");
    }
    return new KeyRange(key, key.concat(ZERO));
  }

  /** Every key that begins like this; an empty prefix means every key. */
  public static KeyRange prefix(ByteString prefix) {
    int last = prefix.size() - 1;
    while (last >= 0 && prefix.byteAt(last) == (byte) 0xff) {
      last--;
    }
    if (last < 0) {
      return new KeyRange(prefix, ByteString.EMPTY);
    }
    byte[] end = prefix.substring(0, last + 1).toByteArray();
    end[last]++;
    return new KeyRange(prefix, ByteString.copyFrom(end));
  }

  /** Whether no more than one key can be in it. */
  public boolean isSingle() {
    return !from.isEmpty()
        && to.size() == from.size() + 1
        && to.byteAt(from.size()) == 0
        && to.startsWith(from);
  }

  /** Whether this key is in it. */
  public boolean contains(ByteString key) {
    return ORDER.compare(key, from) >= 0 && (to.isEmpty() || ORDER.compare(key, to) < 0);
  }

  /** Whether every key of the other is in this. */
  public boolean contains(KeyRange other) {
    boolean endsWithin = to.isEmpty() || (!other.to.isEmpty() && ORDER.compare(other.to, to) <= 0);
    return endsWithin && ORDER.compare(other.from, from) >= 0;
  }
}
