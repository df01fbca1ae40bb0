package io.holdfast.quorum.core;

/**
 * The bounds of a coordinator; all positive.
 *
 * @param window slots proposed and not yet chosen
 * @param batchMaxBytes bytes of entries in a batch; a single larger entry makes a batch of its own
 * @param batchMaxCommands entries in a batch
 * @param pipelineMinCommands while a slot is in flight, another starts only when so many entries
 *     wait
 * @param maxQueuedCommands entries waiting or in flight
 * @param maxQueuedBytes their bytes
 * @param maxWaitingReads reads waiting for a probe
 */
public record CoordinatorLimits(
    int window,
    int batchMaxBytes,
    int batchMaxCommands,
    int pipelineMinCommands,
    int maxQueuedCommands,
    long maxQueuedBytes,
    int maxWaitingReads) {}
