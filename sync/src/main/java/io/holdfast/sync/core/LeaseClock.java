package io.holdfast.sync.core;

import io.holdfast.config.core.Now;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The leader's knowledge of when leases end, by its monotonic clock alone. Every lease has its full
 * time from when this node began to lead, or executed the grant or the last renewal, whichever was
 * last (NoEarlyExpiry): a change of leader may let a lease live longer, never shorter.
 */
final class LeaseClock {

  private record Due(long atNanos, long lease, long renewal) {}

  private static final int SLACK = 1000;
  private static final int MOST_AT_A_TIME = 256;

  private final Leases leases;
  private final Map<Long, Due> due = new HashMap<>();
  private final PriorityQueue<Due> byTime =
      new PriorityQueue<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::lease));
  private boolean leading;

  LeaseClock(Leases leases) {
    this.leases = leases;
  }

  /** This node leads, for all it knows. */
  void leads(Now now) {
    if (!leading) {
      leading = true;
      leases.all().forEach(lease -> start(lease, now));
    }
  }

  /** This node leads no more. */
  void leadsNoMore() {
    leading = false;
    due.clear();
    byTime.clear();
  }

  /** Ends that are waited for, those that renewals have put off since included. */
  int waiting() {
    return byTime.size();
  }

  boolean isLeading() {
    return leading;
  }

  /** A lease was granted or renewed. */
  void renewed(Lease lease, Now now) {
    if (leading) {
      start(lease, now);
    }
  }

  private void start(Lease lease, Now now) {
    Due end =
        new Due(
            now.monotonicNanos() + lease.ttlMillis() * 1_000_000, lease.number(), lease.renewal());
    due.put(lease.number(), end);
    byTime.add(end);
    if (byTime.size() > 2 * leases.size() + SLACK) {
      forgetSuperseded();
    }
  }

  /** Each renewal leaves the end before it behind, and so does a lease that is revoked. */
  private void forgetSuperseded() {
    due.keySet().removeIf(number -> leases.find(number).isEmpty());
    byTime.clear();
    byTime.addAll(due.values());
  }

  /**
   * The leases whose time is over. Each is named again after a while, as long as it is there: what
   * was proposed to end it may have been lost.
   *
   * @param againNanos after how long
   */
  List<Lease> takeOver(long againNanos, Now now) {
    List<Lease> over = new ArrayList<>();
    while (over.size() < MOST_AT_A_TIME
        && !byTime.isEmpty()
        && now.isAfter(byTime.peek().atNanos())) {
      Due end = byTime.poll();
      boolean current = end.equals(due.get(end.lease()));
      boolean there =
          leases.find(end.lease()).map(lease -> lease.renewal() == end.renewal()).orElse(false);
      if (current && there) {
        over.add(leases.find(end.lease()).orElseThrow());
        Due again = new Due(now.monotonicNanos() + againNanos, end.lease(), end.renewal());
        due.put(end.lease(), again);
        byTime.add(again);
      } else if (current) {
        due.remove(end.lease());
      }
    }
    return over;
  }
}
