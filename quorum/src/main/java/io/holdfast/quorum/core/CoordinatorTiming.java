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
 */
public record CoordinatorTiming(
    Duration heartbeatInterval,
    Duration aliveInterval,
    Duration electionTimeout,
    Duration electionStagger,
    Duration ackTimeout,
    Duration resendInitial,
    Duration resendMax) {}
