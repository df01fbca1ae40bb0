package io.holdfast.sync.core;

import io.holdfast.config.core.Now;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/**
 * The judgement of how far history is to be compacted: so that it goes back no further than it may,
 * by age, bytes and revisions.
 *
 * <p>Revisions have no times of their own, and need none: now and then it is noted which revision
 * is the newest, and how much was written until then. Such marks lie so far apart that about
 * {@value #GRAIN} of them make up what is kept; so history may be longer than allowed by a
 * sixteenth, and is compacted that often at most. Every replica takes its own marks, of what it has
 * executed, so whoever becomes the leader knows the ages already. A replica that restarts knows
 * none: to it all that it holds is as young as its start, so history may stay longer, never
 * shorter.
 *
 * <p>Holds at most {@value #MAX_MARKS} marks.
 */
final class CompactionRule {

  private static final int GRAIN = 16;
  private static final int MAX_MARKS = 512;

  /** A revision was the newest at that time, and so many bytes had been written by then. */
  private record Mark(long atNanos, long revision, long bytes) {}

  private final HistoryLimits limits;
  private final long ageNanos;

  /** Those above the compaction point, the oldest first. */
  private Deque<Mark> marks = new ArrayDeque<>();

  /** The newest that is not above the compaction point. */
  private Mark base;

  private Mark last;

  /**
   * @param limits how much is kept
   * @param compacted the compaction point
   * @param revision the newest revision
   * @param bytes of the changes between them
   * @param now the start
   */
  CompactionRule(HistoryLimits limits, long compacted, long revision, long bytes, Now now) {
    this.limits = limits;
    this.ageNanos = limits.age().toNanos();
    this.base = new Mark(now.monotonicNanos(), compacted, 0);
    this.last = base;
    for (int n = 1; n <= GRAIN; n++) {
      // About, as if all changes were of one size.
      long at = compacted + part(revision - compacted, n);
      if (at > last.revision()) {
        mark(new Mark(now.monotonicNanos(), at, part(bytes, n)));
      }
    }
  }

  private static long part(long whole, int n) {
    return whole / GRAIN * n + whole % GRAIN * n / GRAIN;
  }

  /**
   * Looks at the newest revision; to be called now and then.
   *
   * @param revision the newest
   * @param bytes of all changes since the compaction point that this began with
   * @param now the time
   */
  void observe(long revision, long bytes, Now now) {
    if (revision > last.revision()
        && (now.nanosSince(last.atNanos()) >= ageNanos / GRAIN
            || bytes - last.bytes() >= limits.bytes() / GRAIN
            || revision - last.revision() >= limits.revisions() / GRAIN)) {
      mark(new Mark(now.monotonicNanos(), revision, bytes));
    }
  }

  private void mark(Mark mark) {
    marks.addLast(mark);
    last = mark;
    if (marks.size() > MAX_MARKS) {
      thinOut();
    }
  }

  /** Forgets every other mark, but not the newest. */
  private void thinOut() {
    List<Mark> all = new ArrayList<>(marks);
    marks = new ArrayDeque<>();
    for (int n = all.size() - 1; n >= 0; n -= 2) {
      marks.addFirst(all.get(n));
    }
  }

  /**
   * The revision to compact to, if it is time to.
   *
   * @param compacted the compaction point
   * @param revision the newest
   * @param bytes as to {@link #observe}
   * @param now the time
   */
  OptionalLong next(long compacted, long revision, long bytes, Now now) {
    while (!marks.isEmpty() && marks.getFirst().revision() <= compacted) {
      base = marks.removeFirst();
    }
    long target = byAge(now);
    boolean tooMuch = bytes - base.bytes() > limits.bytes();
    boolean tooMany = revision - Math.max(compacted, base.revision()) > limits.revisions();
    if (tooMuch || tooMany) {
      target = Math.max(target, byRoom(revision, bytes));
    }
    return target > compacted ? OptionalLong.of(target) : OptionalLong.empty();
  }

  /** The newest revision that is too old; 0 while the oldest is not so by a sixteenth. */
  private long byAge(Now now) {
    long target = 0;
    if (!marks.isEmpty()
        && now.nanosSince(marks.getFirst().atNanos()) - ageNanos / GRAIN >= ageNanos) {
      for (Mark mark : marks) {
        if (now.nanosSince(mark.atNanos()) < ageNanos) {
          break;
        }
        target = mark.revision();
      }
    }
    return target;
  }

  /** The oldest revision from which on it is no more than it may be. */
  private long byRoom(long revision, long bytes) {
    long target = 0;
    for (Mark mark : marks) {
      target = mark.revision();
      if (bytes - mark.bytes() <= limits.bytes() && revision - target <= limits.revisions()) {
        break;
      }
    }
    return target;
  }
}
