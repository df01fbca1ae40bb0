package io.holdfast.quorum.core;

import java.time.Duration;

/**
 * The times of a coordinator; all positive.
 *
 * @param heartbeatInterval between two heartbeats of a leader
 * @param aliveInterval between two signs of life of a member that does not lead
 * @param electionTimeout silence after which a leader no longer counts as alive; at least three
 *     heartbeats
 * @param electionStagger what each rank behind the first waits more
 * @param ackTimeout from the first Accept of a slot to its verdict
 * @param resendInitial until an unanswered request is sent again, doubling
 * @param resendMax the longest such wait
 * @param maxSilence how long logs are kept for a member that is not heard
 */
public record CoordinatorTiming(
    Duration heartbeatInterval,
    Duration aliveInterval,
    Duration electionTimeout,
    Duration electionStagger,
    Duration ackTimeout,
    Duration resendInitial,
    Duration resendMax,
    Duration maxSilence) {

  /** How long logs are kept for a silent member where nothing else is said. */
  public static final Duration DEFAULT_MAX_SILENCE = Duration.ofMinutes(10);

  /** The same with {@link #DEFAULT_MAX_SILENCE}. */
  public CoordinatorTiming(
      Duration heartbeatInterval,
      Duration aliveInterval,
      Duration electionTimeout,
      Duration electionStagger,
      Duration ackTimeout,
      Duration resendInitial,
      Duration resendMax) {
    this(
        heartbeatInterval,
        aliveInterval,
        electionTimeout,
        electionStagger,
        ackTimeout,
        resendInitial,
        resendMax,
        DEFAULT_MAX_SILENCE);
  }
}
