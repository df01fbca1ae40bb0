package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.Locale;
import java.util.Random;

/**
 * Measures what the index of keys takes in memory. Not a test; run its {@code main} with a heap of
 * 2 GiB or more, and {@code -XX:+UseSerialGC}, which leaves nothing behind when it has collected.
 */
final class KeyIndexMeasurement {

  private static final int KEY_BYTES = 20;

  private KeyIndexMeasurement() {}

  public static void main(String[] arguments) {
    int keys = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
    Random random = new Random(1);
    long before = usedBytes();
    KeyIndex index = new KeyIndex();
    long start = System.nanoTime();
    for (int n = 1; n <= keys; n++) {
      byte[] key = new byte[KEY_BYTES];
      random.nextBytes(key);
      index.add(
          new Change(
              Place.first(n), ByteString.copyFrom(key), ByteString.copyFromUtf8("v"), n, 1, 0, 0));
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    long used = usedBytes() - before;
    System.out.printf(
        Locale.ROOT,
        "%,d keys of %d bytes: %,d bytes, %.1f a key; added in %,d ms%n",
        index.alive(),
        KEY_BYTES,
        used,
        (double) used / keys,
        millis);
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
