package io.holdfast.chaos.run;

/** What the clients of a run do. Safe for use by several threads. */
interface Workload {

  /** Before anything else: what must be there. */
  default void open(Seat seat) {}

  /** What one client does, again and again. */
  Runnable client(Seat seat);

  /**
   * At the end, when all is well and no outcome is unknown any more: reads all that was written,
   * and tells the log what is not as it must be.
   */
  void audit(Seat seat);
}
