package io.holdfast.chaos.power.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file. What was never written reads as zeros.
 *
 * <p>They are held in pages, which copies share until one of them changes its own: a file is there
 * several times over, as a process sees it, as it is on the medium, and as it was found.
 */
final class Contents {

  private static final int PAGE = 4096;

  private byte[] @Nullable [] pages;

  /** Which pages nobody else has. */
  private boolean[] own;

  private int size;

  Contents() {
    this(new byte[0][], 0);
  }

  private Contents(byte[] @Nullable [] pages, int size) {
    this.pages = pages;
    this.own = new boolean[pages.length];
    this.size = size;
  }

  Contents copy() {
    Arrays.fill(own, false);
    return new Contents(pages.clone(), size);
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
    for (int done = 0; done < read; ) {
      int inPage = (from + done) % PAGE;
      int some = Math.min(read - done, PAGE - inPage);
      byte[] page = pages[(from + done) / PAGE];
      if (page == null) {
        Arrays.fill(target, offset + done, offset + done + some, (byte) 0);
      } else {
        System.arraycopy(page, inPage, target, offset + done, some);
      }
      done += some;
    }
    return read;
  }

  void write(long position, byte[] source, int offset, int length) {
    int from = Math.toIntExact(position);
    grow(Math.addExact(from, length));
    for (int done = 0; done < length; ) {
      int inPage = (from + done) % PAGE;
      int some = Math.min(length - done, PAGE - inPage);
      System.arraycopy(source, offset + done, owned((from + done) / PAGE), inPage, some);
      done += some;
    }
  }

  private byte[] owned(int number) {
    byte[] page = pages[number];
    if (page == null || !own[number]) {
      page = page == null ? new byte[PAGE] : page.clone();
      pages[number] = page;
      own[number] = true;
    }
    return page;
  }

  /** Makes it at least this long. */
  void grow(int to) {
    int needed = (to + PAGE - 1) / PAGE;
    if (needed > pages.length) {
      int room = Math.max(needed, pages.length + pages.length / 2);
      pages = Arrays.copyOf(pages, room);
      own = Arrays.copyOf(own, room);
    }
    size = Math.max(size, to);
  }

  /** Cuts off what is beyond. */
  void truncate(long to) {
    if (to >= size) {
      return;
    }
    size = (int) to;
    int kept = (size + PAGE - 1) / PAGE;
    Arrays.fill(pages, kept, pages.length, null);
    if (size % PAGE > 0 && pages[kept - 1] != null) {
      // Should it grow again, zeros are there.
      Arrays.fill(owned(kept - 1), size % PAGE, PAGE, (byte) 0);
    }
  }
}
