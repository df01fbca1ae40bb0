package io.holdfast.quorum.actor;

import java.util.Arrays;

/** When those came that wait, in order. It holds numbers only: one is added for each write. */
final class Arrivals {

  private long[] nanos = new long[256]; // a power of two
  private int first;
  private int size;

  int size() {
    return size;
  }

  void add(long at) {
    if (size == nanos.length) {
      long[] larger = Arrays.copyOf(nanos, 2 * size);
      for (int i = 0; i < size; i++) {
        larger[i] = nanos[(first + i) & (size - 1)];
      }
      nanos = larger;
      first = 0;
    }
    nanos[(first + size) & (nanos.length - 1)] = at;
    size++;
  }

  /** When the oldest came; there must be one. */
  long oldest() {
    return nanos[first];
  }

  /** So many of the oldest wait no more. */
  void dropOldest(int count) {
    first = (first + count) & (nanos.length - 1);
    size -= count;
  }

  /** So many of the newest do not wait after all. */
  void dropNewest(int count) {
    size -= count;
  }
}
