package io.holdfast.config.core.control;

import io.holdfast.config.core.MemberId;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a member says of itself after it has loaded a set.
 *
 * @param member who
 * @param loaded the epoch whose set it has loaded
 * @param checks what it has looked at, and whether it was so
 * @param millis when the leader received it, milliseconds since 1970 by its clock; its age counts
 *     from there
 */
public record Evidence(
    MemberId member, Activation.Expected loaded, SortedMap<Check, Boolean> checks, long millis) {

  /** How long it counts. */
  public static final Duration VALIDITY = Duration.ofMinutes(5);

  /**
   * How far ahead the clock may have been of the leader that took it. It is no setting: whether
   * evidence counts decides what takes effect.
   */
  public static final Duration MAX_AHEAD = Duration.ofSeconds(30);

  /** How often it is given anew. */
  public static final Duration RENEWED_EVERY = Duration.ofMinutes(1);

  /** What every member looks at. */
  public enum Check {
    /** It has executed the log up to the activation. */
    APPLIED("applied"),
    /** Its clock is as far from its peers' as it may be, at most. */
    CLOCK("clock"),
    /** What it has written is on its disk. */
    DISK("disk"),
    /** The set that it has loaded has the hash of the active one. */
    LOADED("loaded");

    private final String code;

    Check(String code) {
      this.code = code;
    }

    /** The stable lower-case name. */
    public String code() {
      return code;
    }

    /** The check of that name. */
    public static Check ofCode(String code) {
      for (Check candidate : values()) {
        if (candidate.code.equals(code)) {
          return candidate;
        }
      }
      throw new IllegalArgumentException("unknown check '" + code + "'");
    }
  }

  public Evidence {
    checks = Collections.unmodifiableSortedMap(new TreeMap<>(checks));
  }

  /** One with these checks. */
  public static Evidence of(
      MemberId member, Activation.Expected loaded, Map<Check, Boolean> checks, long millis) {
    return new Evidence(member, loaded, new TreeMap<>(checks), millis);
  }

  /** StaleEvidenceNeverCounts: whether it is of the active epoch, and not too old. */
  boolean isFresh(ControlEpoch active, long nowMillis) {
    long age = nowMillis - millis;
    return loaded.is(active) && age <= VALIDITY.toMillis() && age >= -MAX_AHEAD.toMillis();
  }

  /** Whether everything was looked at and is as it should be. */
  boolean isSound() {
    return checks.size() == Check.values().length && !checks.containsValue(false);
  }
}
