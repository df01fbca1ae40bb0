package io.holdfast.mesh.client;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Makes write ids: UUIDs of version 7 (RFC 9562, section 5.7), each greater than the one before
 * even within a millisecond or when the wall clock steps back a little (section 6.2, method 1: the
 * twelve bits after the version count). A clock that is set back by more than that is followed: ids
 * that stayed ahead of it would be refused for as long as it was wrong. Safe for use by several
 * threads.
 */
public final class WriteIds {

  private static final int COUNTER_BITS = 12;
  private static final int COUNTER_LIMIT = 1 << COUNTER_BITS;

  /** A clock that is corrected in passing steps less; what nodes allow ids to be ahead is more. */
  private static final long FOLLOWED_BACK_MILLIS = 10_000;

  private final LongSupplier wallMillis;
  private final RandomGenerator random;
  private long lastMillis;
  private int counter;

  /**
   * @param wallMillis the wall clock, in milliseconds since 1970
   * @param random where the 62 random bits come from
   */
  WriteIds(LongSupplier wallMillis, RandomGenerator random) {
    this.wallMillis = wallMillis;
    this.random = random;
  }

  /** Ids dated by this machine's clock. */
  public static WriteIds system() {
    return dated(System::currentTimeMillis);
  }

  /**
   * Ids dated by another clock.
   *
   * @param wallMillis the wall clock, in milliseconds since 1970
   */
  public static WriteIds dated(LongSupplier wallMillis) {
    return new WriteIds(wallMillis, new SecureRandom());
  }

  /** The next id. */
  public synchronized String next() {
    long millis = wallMillis.getAsLong();
    if (millis > lastMillis || millis < lastMillis - FOLLOWED_BACK_MILLIS) {
      lastMillis = millis;
      counter = random.nextInt(COUNTER_LIMIT / 2); // half the room is left to count up
    } else if (++counter == COUNTER_LIMIT) {
      lastMillis++; // more than the counter holds: borrow from the next millisecond
      counter = 0;
    }
    return assemble(lastMillis, counter, random.nextLong());
  }

  /**
   * The id that belongs to {@code seed}: always the same for the same arguments, so a write that is
   * repeated by another process carries the id that it had before.
   *
   * @param millis when the write was first attempted, in milliseconds since 1970
   * @param seed at least 10 bytes of a cryptographic digest of what is written
   */
  public static String derived(long millis, byte[] seed) {
    ByteBuffer bytes = ByteBuffer.wrap(seed);
    return assemble(millis, bytes.getShort() & (COUNTER_LIMIT - 1), bytes.getLong());
  }

  private static String assemble(long millis, int low12, long tail) {
    long high = (millis << 16) | 0x7000L | low12;
    long low = (tail & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
