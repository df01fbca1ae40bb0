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
 * @param maxLogBytes batches that logs hold for the sake of members that lag, about
 */
public record CoordinatorLimits(
    int window,
    int batchMaxBytes,
    int batchMaxCommands,
    int pipelineMinCommands,
    int maxQueuedCommands,
    long maxQueuedBytes,
    int maxWaitingReads,
    long maxLogBytes) {

  /** What logs hold for members that lag where nothing else is said. */
  public static final long DEFAULT_MAX_LOG_BYTES = 256L << 20;

  /** The same with {@link #DEFAULT_MAX_LOG_BYTES}. */
  public CoordinatorLimits(
      int window,
      int batchMaxBytes,
      int batchMaxCommands,
      int pipelineMinCommands,
      int maxQueuedCommands,
      long maxQueuedBytes,
      int maxWaitingReads) {
    this(
        window,
        batchMaxBytes,
        batchMaxCommands,
        pipelineMinCommands,
        maxQueuedCommands,
        maxQueuedBytes,
        maxWaitingReads,
        DEFAULT_MAX_LOG_BYTES);
  }
}
