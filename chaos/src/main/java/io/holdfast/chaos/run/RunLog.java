package io.holdfast.chaos.run;

import io.holdfast.chaos.history.HistoryRecorder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What all clients of a run did, asked and were told. All times are since the run's beginning. Safe
 * for use by several threads.
 */
final class RunLog {

  /** So many acknowledged writes are asked for again at the end, the newest. */
  private static final int ACKNOWLEDGED_KEPT = 500;

  private static final int COMPLAINTS_KEPT = 100;
  private static final int VERDICTS_KEPT = 20_000;

  /**
   * A write of which its client did not learn what became of it.
   *
   * @param told hears of it once somebody knows
   */
  record OpenWrite(int operation, String id, Consumer<WriteFate> told) {}

  private volatile long startedNanos = System.nanoTime();
  private final HistoryRecorder recorder;
  private final Samples samples;
  private final QuorumVerdicts verdicts = new QuorumVerdicts(VERDICTS_KEPT);
  private final ArrayDeque<String> acknowledged = new ArrayDeque<>();
  private final ArrayDeque<OpenWrite> open = new ArrayDeque<>();
  private final List<String> complaints = new ArrayList<>();
  private long acknowledgedWrites;
  private long unknown;
  private long settled;
  private long lost;
  private boolean full;

  /**
   * @param most operations; a run in which there are more ends early
   */
  RunLog(int most) {
    recorder = new HistoryRecorder(most);
    samples = new Samples(2 * most);
  }

  /** The run begins now. */
  void begin() {
    startedNanos = System.nanoTime();
  }

  /** Now. */
  long nanos() {
    return System.nanoTime() - startedNanos;
  }

  /** Now. */
  Duration at() {
    return Duration.ofNanos(nanos());
  }

  HistoryRecorder recorder() {
    return recorder;
  }

  Samples samples() {
    return samples;
  }

  QuorumVerdicts verdicts() {
    return verdicts;
  }

  /** A client was told that its write took effect. */
  synchronized void acknowledged(String id) {
    acknowledgedWrites++;
    acknowledged.addLast(id);
    if (acknowledged.size() > ACKNOWLEDGED_KEPT) {
      acknowledged.removeFirst();
    }
  }

  synchronized long acknowledgedWrites() {
    return acknowledgedWrites;
  }

  synchronized List<String> newestAcknowledged() {
    return List.copyOf(acknowledged);
  }

  /** A client did not learn at first what became of a write. */
  synchronized void unknown() {
    unknown++;
  }

  /** It has learned it after all. */
  synchronized void settled() {
    settled++;
  }

  synchronized long unknownOutcomes() {
    return unknown;
  }

  synchronized long settledOutcomes() {
    return settled;
  }

  /** A client goes on without knowing; somebody will find out. */
  synchronized void leave(OpenWrite write) {
    open.addLast(write);
  }

  /** One that was left, the oldest first; empty where there is none. */
  synchronized Optional<OpenWrite> takeLeft() {
    return Optional.ofNullable(open.pollFirst());
  }

  synchronized int left() {
    return open.size();
  }

  /** Something that was acknowledged is not there. */
  synchronized void lost(long many, String what) {
    lost += many;
    complain(what);
  }

  synchronized long lostWrites() {
    return lost;
  }

  /** There is no room for another operation, so nobody may do one. */
  synchronized void full() {
    full = true;
  }

  synchronized boolean isFull() {
    return full;
  }

  /** Something that must not be, whatever the order of the operations. */
  synchronized void complain(String what) {
    if (complaints.size() < COMPLAINTS_KEPT) {
      complaints.add(what);
    }
  }

  synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }
}
