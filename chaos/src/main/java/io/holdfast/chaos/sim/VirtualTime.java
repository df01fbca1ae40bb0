package io.holdfast.chaos.sim;

import java.util.PriorityQueue;

/** Runs actions in the order of their times, and of their scheduling where times are equal. */
final class VirtualTime {

  static final long MICRO = 1_000;
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000_000_000;

  private static final class Event implements Comparable<Event> {
    private final long at;
    private final long order;
    private final Runnable action;

    Event(long at, long order, Runnable action) {
      this.at = at;
      this.order = order;
      this.action = action;
    }

    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>(1024);
  private long now;
  private long scheduled;
  private long ran;

  /** Nanoseconds since the run began. */
  long now() {
    return now;
  }

  /** How many actions have run. */
  long ran() {
    return ran;
  }

  /**
   * @param delay nanoseconds from now, 0 or more
   */
  void after(long delay, Runnable action) {
    events.add(new Event(now + delay, scheduled++, action));
  }

  /** Runs everything up to {@code end}, which is the time afterwards. */
  void runUntil(long end) {
    while (!events.isEmpty() && events.element().at <= end) {
      Event next = events.remove();
      now = next.at;
      ran++;
      next.action.run();
    }
    now = end;
  }
}
