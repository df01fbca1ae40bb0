package io.holdfast.mesh.core.story;

import org.jspecify.annotations.Nullable;

/**
 * The last events of a group, in the order in which they came, as numbers in arrays: nothing is
 * allocated for an event. Memory is taken chunk by chunk, so an idle group has one; from {@link
 * #CAPACITY} events on the oldest chunk is used again. Not for several threads at once.
 */
final class EventRing {

  /** So many events are remembered at least, once so many came. */
  static final int CAPACITY = 31 * 4096;

  /** An event about no member. */
  static final int NOBODY = 63;

  private static final int CHUNK = 4096;
  private static final int CHUNKS = 32;
  private static final int KIND_BITS = 5;
  private static final int MEMBER_BITS = 6;
  private static final int ARG_SHIFT = KIND_BITS + MEMBER_BITS;

  private static final class Chunk {
    private final long[] a;
    private final long[] b;
    private final long[] meta;
    private final int[] sinceBase;
    private long baseMillis;

    Chunk() {
      a = new long[CHUNK];
      b = new long[CHUNK];
      meta = new long[CHUNK];
      sinceBase = new int[CHUNK];
    }

    Chunk(Chunk other) {
      a = other.a.clone();
      b = other.b.clone();
      meta = other.meta.clone();
      sinceBase = other.sinceBase.clone();
      baseMillis = other.baseMillis;
    }
  }

  private final @Nullable Chunk[] chunks = new Chunk[CHUNKS];
  private long next;

  EventRing() {}

  private EventRing(EventRing other) {
    for (int i = 0; i < CHUNKS; i++) {
      Chunk chunk = other.chunks[i];
      chunks[i] = chunk == null ? null : new Chunk(chunk);
    }
    next = other.next;
  }

  /** The same events, to be looked at while others come. */
  EventRing copy() {
    return new EventRing(this);
  }

  /**
   * Adds an event.
   *
   * @param a a slot, or the first half of an id
   * @param b a round, or the second half of an id
   * @param member an index, or {@link #NOBODY}
   * @param arg up to 52 bits
   * @return its number
   */
  long add(Kind kind, long a, long b, int member, long arg, long atMillis) {
    int row = (int) (next % CHUNK);
    int at = (int) (next / CHUNK % CHUNKS);
    Chunk chunk = chunks[at];
    if (chunk == null) {
      chunk = new Chunk();
      chunks[at] = chunk;
    }
    if (row == 0) {
      chunk.baseMillis = atMillis;
    }
    chunk.a[row] = a;
    chunk.b[row] = b;
    chunk.meta[row] = kind.number() | (long) member << KIND_BITS | arg << ARG_SHIFT;
    // A clock that jumps by weeks within one chunk has its events at the jump's end.
    chunk.sinceBase[row] =
        (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, atMillis - chunk.baseMillis));
    return next++;
  }

  /** Adds bits to the argument of an event that is still held. */
  void addToArg(long number, long bits) {
    chunk(number).meta[(int) (number % CHUNK)] |= bits << ARG_SHIFT;
  }

  /** The number of the oldest event that is held. */
  long first() {
    return Math.max(0, (next / CHUNK - (CHUNKS - 1)) * CHUNK);
  }

  /** The number of the next event. */
  long next() {
    return next;
  }

  Kind kind(long number) {
    return Kind.of((int) (meta(number) & (1 << KIND_BITS) - 1));
  }

  int member(long number) {
    return (int) (meta(number) >>> KIND_BITS) & (1 << MEMBER_BITS) - 1;
  }

  long arg(long number) {
    return meta(number) >>> ARG_SHIFT;
  }

  long a(long number) {
    return chunk(number).a[(int) (number % CHUNK)];
  }

  long b(long number) {
    return chunk(number).b[(int) (number % CHUNK)];
  }

  long atMillis(long number) {
    Chunk chunk = chunk(number);
    return chunk.baseMillis + chunk.sinceBase[(int) (number % CHUNK)];
  }

  private long meta(long number) {
    return chunk(number).meta[(int) (number % CHUNK)];
  }

  private Chunk chunk(long number) {
    Chunk chunk = chunks[(int) (number / CHUNK % CHUNKS)];
    if (chunk == null || number < first() || number >= next) {
      throw new IllegalArgumentException(
          "event " + number + ": held are " + first() + " to " + (next - 1));
    }
    return chunk;
  }
}
