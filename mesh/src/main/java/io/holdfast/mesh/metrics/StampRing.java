package io.holdfast.mesh.metrics;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When the newest of many numbered things began. It holds a fixed number of them and forgets the
 * others, of which nothing is measured then. For any thread; two that give and take the same number
 * at the same moment lose it at worst.
 */
final class StampRing {

  private final int mask;
  private final AtomicLongArray numbers;
  private final AtomicLongArray stamps;

  /**
   * @param size how many it holds, a power of two
   */
  StampRing(int size) {
    this.mask = size - 1;
    this.numbers = new AtomicLongArray(size);
    this.stamps = new AtomicLongArray(size);
  }

  /** A thing began; one that was put before keeps its beginning. */
  void put(long number, long nanos) {
    int place = (int) number & mask;
    if (numbers.getPlain(place) != number || stamps.getPlain(place) == 0) {
      stamps.setPlain(place, nanos == 0 ? 1 : nanos);
      numbers.setRelease(place, number);
    }
  }

  /** It did not come to an end, and may begin anew. */
  void forget(long number) {
    take(number);
  }

  /** When it began, in monotonic time; 0 where that is not known. It is not known any more then. */
  long take(long number) {
    int place = (int) number & mask;
    return numbers.getAcquire(place) == number ? stamps.getAndSet(place, 0) : 0;
  }
}
