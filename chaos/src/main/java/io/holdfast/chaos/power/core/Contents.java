package io.holdfast.chaos.power.core;

import java.util.Arrays;

/** The bytes of a file. What was never written reads as zeros. */
final class Contents {

  private byte[] bytes;
  private int size;

  Contents() {
    this(new byte[0], 0);
  }

  private Contents(byte[] bytes, int size) {
    this.bytes = bytes;
    this.size = size;
  }

  Contents copy() {
    return new Contents(Arrays.copyOf(bytes, size), size);
  }

  int size() {
    return size;
  }

  /** Copies up to {@code length} bytes; how many there were. */
  int read(long position, byte[] target, int offset, int length) {
    if (position >= size) {
      return 0;
    }
    int from = (int) position;
    int read = Math.min(length, size - from);
    System.arraycopy(bytes, from, target, offset, read);
    return read;
  }

  void write(long position, byte[] source, int offset, int length) {
    int end = Math.toIntExact(position + length);
    grow(end);
    System.arraycopy(source, offset, bytes, (int) position, length);
  }

  /** Makes it at least this long. */
  void grow(int to) {
    if (to > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(to, Math.toIntExact(2L * bytes.length)));
    }
    size = Math.max(size, to);
  }

  /** Cuts off what is beyond. */
  void truncate(long to) {
    if (to < size) {
      Arrays.fill(bytes, (int) to, size, (byte) 0);
      size = (int) to;
    }
  }
}
