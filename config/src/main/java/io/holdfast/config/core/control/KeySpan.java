package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keys from one to another, in the order of their bytes taken as unsigned. Every key has a byte or
 * more.
 *
 * @param from the first key in it; empty: from the first of all
 * @param to the first key after it; absent: to the last of all
 */
public record KeySpan(ByteString from, Optional<ByteString> to) {

  static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private static final KeySpan EVERYTHING = new KeySpan(ByteString.EMPTY, Optional.empty());

  public KeySpan {
    ByteString start = from;
    if (to.filter(end -> ORDER.compare(start, end) >= 0).isPresent()) {
      throw new IllegalArgumentException("key span: its end must lie after its start");
    }
  }

  /** One key, of 1 byte or more. */
  public static KeySpan single(ByteString key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("key: must have at least 1 byte");
    }
    return new KeySpan(key, Optional.of(key.concat(ZERO)));
  }

  /** Every key. */
  public static KeySpan everything() {
    return EVERYTHING;
  }

  /** Every key that begins like this: from the prefix to the next one of its length. */
  public static KeySpan prefix(ByteString prefix) {
    int last = prefix.size() - 1;
    while (last >= 0 && prefix.byteAt(last) == (byte) 0xff) {
      last--;
    }
    if (last < 0) { // no key is larger than all that begin with 0xff
      return new KeySpan(prefix, Optional.empty());
    }
    byte[] end = prefix.substring(0, last + 1).toByteArray();
    end[last]++;
    return new KeySpan(prefix, Optional.of(ByteString.copyFrom(end)));
  }

  /** Whether it is one key. */
  boolean isSingle() {
    return !from.isEmpty()
        && to.filter(end -> end.size() == from.size() + 1 && end.equals(from.concat(ZERO)))
            .isPresent();
  }

  /** Whether this key is in it. */
  public boolean contains(ByteString key) {
    return ORDER.compare(key, from) >= 0
        && to.filter(end -> ORDER.compare(key, end) >= 0).isEmpty();
  }

  /**
   * Whether every key of this is in one of those. Goes from the first key upwards: of what has the
   * key where it stands, the furthest end is the next key to stand at. Where nothing has it, that
   * very key is not covered.
   */
  boolean isCoveredBy(List<KeySpan> spans) {
    ByteString stand = from.isEmpty() ? ZERO : from; // the byte 0 is the first key of all
    while (to.isEmpty() || contains(stand)) {
      ByteString next = stand;
      for (KeySpan span : spans) {
        if (span.contains(stand)) {
          if (span.to.isEmpty()) {
            return true;
          }
          next = span.to.filter(new After(next)).orElse(next);
        }
      }
      if (next.equals(stand)) {
        return false;
      }
      stand = next;
    }
    return true;
  }

  private record After(ByteString key) implements Predicate<ByteString> {
    @Override
    public boolean test(ByteString other) {
      return ORDER.compare(other, key) > 0;
    }
  }
}
