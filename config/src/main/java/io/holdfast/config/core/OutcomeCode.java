package io.holdfast.config.core;

/**
 * The outcomes that a caller can be told, one table for HTTP, command line, metrics and the
 * checker. What the caller may conclude is part of each code.
 */
public enum OutcomeCode {
  COMMITTED("committed", 200, 0, Effect.YES, true),
  IN_FLIGHT("in_flight", 202, 2, Effect.UNKNOWN, true),
  QUORUM_NOT_MET("quorum_not_met", 503, 2, Effect.UNKNOWN, true),
  LOCAL_WRITE_FAILED("local_write_failed", 503, 2, Effect.UNKNOWN, true),
  OUTCOME_UNKNOWN("outcome_unknown", 503, 2, Effect.UNKNOWN, true),
  NO_LEADER("no_leader", 503, 2, Effect.NO, true),
  OVERLOADED("overloaded", 429, 2, Effect.NO, true),
  CACHE_HORIZON_EXCEEDED("cache_horizon_exceeded", 503, 2, Effect.NO, true),
  NOT_READY("not_ready", 503, 2, Effect.NO, true),
  NOT_A_MEMBER("not_a_member", 503, 2, Effect.NO, true),
  COMPARE_FAILED("compare_failed", 412, 1, Effect.NO, true),
  STALE_CONTROL_EPOCH("stale_control_epoch", 409, 1, Effect.NO, false),
  WRITE_ID_CONFLICT("write_id_conflict", 422, 1, Effect.NO, false),
  WRITE_ID_EXPIRED("write_id_expired", 410, 1, Effect.UNKNOWN, false),
  FENCED("fenced", 409, 1, Effect.NO, false),
  DENIED("denied", 403, 1, Effect.NO, false),
  UNAUTHENTICATED("unauthenticated", 401, 1, Effect.NO, false),
  INVALID("invalid", 400, 4, Effect.NO, false),
  TOO_LARGE("too_large", 413, 4, Effect.NO, false),
  NOT_FOUND("not_found", 404, 1, Effect.NO, false),
  UNKNOWN_GROUP("unknown_group", 404, 4, Effect.NO, false),
  COMPACTED("compacted", 410, 1, Effect.NO, false),
  COVERAGE_VIOLATION("coverage_violation", 500, 6, Effect.NO, false),
  UNKNOWN_POOL("unknown_pool", 404, 4, Effect.NO, false),
  POOL_EXHAUSTED("pool_exhausted", 409, 1, Effect.NO, false),
  CONFLICT("conflict", 409, 1, Effect.NO, false),
  OUTSIDE_RANGE("outside_range", 409, 1, Effect.NO, false),
  EXCLUDED("excluded", 409, 1, Effect.NO, false),
  STICKY("sticky", 409, 1, Effect.NO, false),
  NOT_OWNER("not_owner", 403, 1, Effect.NO, false),
  NOTHING_THERE("nothing_there", 404, 1, Effect.NO, false),
  TOO_MANY("too_many", 409, 1, Effect.NO, false),
  PATH_TOO_LONG("path_too_long", 409, 1, Effect.NO, false);

  /** Whether a write with this outcome may have taken effect. */
  public enum Effect {
    YES,
    NO,
    UNKNOWN
  }

  private final String code;
  private final int httpStatus;
  private final int exitStatus;
  private final Effect effect;
  private final boolean retryable;

  OutcomeCode(String code, int httpStatus, int exitStatus, Effect effect, boolean retryable) {
    this.code = code;
    this.httpStatus = httpStatus;
    this.exitStatus = exitStatus;
    this.effect = effect;
    this.retryable = retryable;
  }

  /** The stable name, as in problem documents and histories. */
  public String code() {
    return code;
  }

  /** The HTTP status of an answer with this code. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The exit status of a command line verb that ends with this code. */
  public int exitStatus() {
    return exitStatus;
  }

  /** What a caller may conclude about the write. */
  public Effect effect() {
    return effect;
  }

  /** Whether sending the same write again under the same id is safe and may help. */
  public boolean retryable() {
    return retryable;
  }

  /** The code of that stable name. */
  public static OutcomeCode ofCode(String code) {
    for (OutcomeCode candidate : values()) {
      if (candidate.code.equals(code)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("unknown outcome code '" + code + "'");
  }
}
