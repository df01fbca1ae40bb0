package io.holdfast.mesh.metrics;

import io.holdfast.quorum.core.Verdict;
import java.util.concurrent.atomic.LongAdder;

/** What came of acknowledgements, of all groups of a node together. For any thread. */
public final class QuorumMeters {

  /** Why a quorum was not met, as a label; that a write is in flight is no failure. */
  enum Failure {
    UNREACHABLE(Verdict.Reason.UNREACHABLE.code()),
    TIMEOUT(Verdict.Reason.TIMEOUT.code()),
    ID_DRIFT(Verdict.Reason.ID_DRIFT.code()),
    LOCAL_WRITE_FAILED("local_write_failed");

    private final String code;

    Failure(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }

    static Failure of(Verdict.Reason reason) {
      return switch (reason) {
        case UNREACHABLE -> UNREACHABLE;
        case TIMEOUT -> TIMEOUT;
        case ID_DRIFT -> ID_DRIFT;
      };
    }
  }

  private final LongAdder met = new LongAdder();
  private final EnumTable<Failure, LongAdder> failures =
      new EnumTable<>(Failure.class, LongAdder::new);
  private final LongAdder drifts = new LongAdder();
  private final FixedHistogram skew = FixedHistogram.ofSkew();

  QuorumMeters() {}

  /** The acknowledgements of a slot came to this; one in flight counts for nothing. */
  public void verdict(Verdict verdict) {
    if (verdict instanceof Verdict.Met) {
      met.increment();
    } else if (verdict instanceof Verdict.NotMet notMet) {
      failures.get(Failure.of(notMet.reason())).increment();
    } else if (verdict instanceof Verdict.LocalWriteFailed) {
      failures.get(Failure.LOCAL_WRITE_FAILED).increment();
    }
  }

  /** A peer's wall clock was so many milliseconds from ours. */
  public void skew(long millis) {
    skew.record(Math.abs(millis));
  }

  /** What a member stores, or its state, was found to differ from ours. */
  public void drifted() {
    drifts.increment();
  }

  LongAdder met() {
    return met;
  }

  /** Of all reasons together. */
  long notMet() {
    long all = 0;
    for (LongAdder each : failures.all()) {
      all += each.sum();
    }
    return all;
  }

  LongAdder failures(Failure why) {
    return failures.get(why);
  }

  LongAdder drifts() {
    return drifts;
  }

  FixedHistogram skew() {
    return skew;
  }
}
