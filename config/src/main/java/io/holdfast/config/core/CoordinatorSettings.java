package io.holdfast.config.core;

import java.time.Duration;
import java.util.List;

/**
 * How a group is led.
 *
 * @param heartbeatInterval how often a leader says that it leads
 * @param aliveInterval how often every node says that it is alive
 * @param electionTimeout silence of the leader after which the first-ranked member tries to lead
 * @param electionStagger how much longer each next-ranked member waits
 * @param window the most slots in flight
 * @param alpha slots from a configuration's choice to its effect; at least {@code window}
 * @param batchMaxBytes the largest batch
 * @param batchMaxCommands the most commands in a batch
 * @param pipelineMinCommands while a slot is in flight, another starts once so many commands wait
 * @param maxQueuedCommands the most commands waiting or in flight; more are refused as overloaded
 * @param maxQueuedBytes the most bytes waiting or in flight; more are refused as overloaded
 * @param resendInitial the wait before an unanswered accept is sent again
 * @param resendMax the longest such wait, after doubling
 * @param maxWaitingReads the most reads waiting for a read index
 * @param logSilence how long logs are kept for a member that is not heard
 */
public record CoordinatorSettings(
    Duration heartbeatInterval,
    Duration aliveInterval,
    Duration electionTimeout,
    Duration electionStagger,
    int window,
    int alpha,
    int batchMaxBytes,
    int batchMaxCommands,
    int pipelineMinCommands,
    int maxQueuedCommands,
    long maxQueuedBytes,
    Duration resendInitial,
    Duration resendMax,
    int maxWaitingReads,
    Duration logSilence) {

  private static final String ROOT = "holdfast.coordinator.";

  /** Key of {@link #heartbeatInterval}. */
  public static final NumberKey HEARTBEAT_INTERVAL =
      NumberKey.duration(ROOT + "heartbeat-interval");

  /** Key of {@link #aliveInterval}. */
  public static final NumberKey ALIVE_INTERVAL = NumberKey.duration(ROOT + "alive-interval");

  /** Key of {@link #electionTimeout}. */
  public static final NumberKey ELECTION_TIMEOUT = NumberKey.duration(ROOT + "election-timeout");

  /** Key of {@link #electionStagger}. */
  public static final NumberKey ELECTION_STAGGER = NumberKey.duration(ROOT + "election-stagger");

  /** Key of {@link #window}. */
  public static final NumberKey WINDOW = NumberKey.count(ROOT + "window", 1, 1024);

  /** Key of {@link #alpha}. */
  public static final NumberKey ALPHA = NumberKey.count(ROOT + "alpha", 1, 65_536);

  /** Key of {@link #batchMaxBytes}. */
  public static final NumberKey BATCH_MAX_BYTES =
      NumberKey.bytes(ROOT + "batch-max-bytes", 1 << 10, 16 << 20);

  /** Key of {@link #batchMaxCommands}. */
  public static final NumberKey BATCH_MAX_COMMANDS =
      NumberKey.count(ROOT + "batch-max-commands", 1, 10_000);

  /** Key of {@link #pipelineMinCommands}. */
  public static final NumberKey PIPELINE_MIN_COMMANDS =
      NumberKey.count(ROOT + "pipeline-min-commands", 1, 10_000);

  /** Key of {@link #maxQueuedCommands}. */
  public static final NumberKey MAX_QUEUED_COMMANDS =
      NumberKey.count(ROOT + "max-queued-commands", 1, 1_000_000);

  /** Key of {@link #maxQueuedBytes}. */
  public static final NumberKey MAX_QUEUED_BYTES =
      NumberKey.bytes(ROOT + "max-queued-bytes", 1 << 10, 4L << 30);

  /** Key of {@link #resendInitial}. */
  public static final NumberKey RESEND_INITIAL = NumberKey.duration(ROOT + "resend-initial");

  /** Key of {@link #resendMax}. */
  public static final NumberKey RESEND_MAX = NumberKey.duration(ROOT + "resend-max");

  /** Key of {@link #maxWaitingReads}. */
  public static final NumberKey MAX_WAITING_READS =
      NumberKey.count(ROOT + "max-waiting-reads", 1, 1_000_000);

  /** Key of {@link #logSilence}. */
  public static final NumberKey LOG_SILENCE =
      NumberKey.duration(ROOT + "log-silence", Duration.ofSeconds(1), Duration.ofDays(365));

  private static final OrderRule ELECTION_AFTER_HEARTBEATS =
      new OrderRule(
          ELECTION_TIMEOUT, 3, HEARTBEAT_INTERVAL, "one lost heartbeat must not start an election");

  private static final OrderRule ELECTION_AFTER_ALIVE =
      new OrderRule(
          ELECTION_TIMEOUT, 1, ALIVE_INTERVAL, "a rank needs word from those that are alive");

  private static final OrderRule ALPHA_HOLDS_WINDOW =
      new OrderRule(ALPHA, 1, WINDOW, "a slot in flight must know its configuration");

  private static final OrderRule BATCH_REACHES_PIPELINE =
      new OrderRule(
          BATCH_MAX_COMMANDS, 1, PIPELINE_MIN_COMMANDS, "a full batch must be able to start");

  private static final OrderRule QUEUE_HOLDS_BATCH =
      new OrderRule(MAX_QUEUED_COMMANDS, 1, BATCH_MAX_COMMANDS, "the queue must hold a full batch");

  private static final OrderRule QUEUE_HOLDS_BATCH_BYTES =
      new OrderRule(MAX_QUEUED_BYTES, 1, BATCH_MAX_BYTES, "the queue must hold a full batch");

  private static final OrderRule RESEND_GROWS =
      new OrderRule(RESEND_MAX, 1, RESEND_INITIAL, "the wait between resends only grows");

  static final List<NumberKey> KEYS =
      List.of(
          HEARTBEAT_INTERVAL,
          ALIVE_INTERVAL,
          ELECTION_TIMEOUT,
          ELECTION_STAGGER,
          WINDOW,
          ALPHA,
          BATCH_MAX_BYTES,
          BATCH_MAX_COMMANDS,
          PIPELINE_MIN_COMMANDS,
          MAX_QUEUED_COMMANDS,
          MAX_QUEUED_BYTES,
          RESEND_INITIAL,
          RESEND_MAX,
          MAX_WAITING_READS,
          LOG_SILENCE);

  static final List<OrderRule> RULES =
      List.of(
          ELECTION_AFTER_HEARTBEATS,
          ELECTION_AFTER_ALIVE,
          ALPHA_HOLDS_WINDOW,
          BATCH_REACHES_PIPELINE,
          QUEUE_HOLDS_BATCH,
          QUEUE_HOLDS_BATCH_BYTES,
          RESEND_GROWS);

  public CoordinatorSettings {
    HEARTBEAT_INTERVAL.require(heartbeatInterval);
    ALIVE_INTERVAL.require(aliveInterval);
    ELECTION_TIMEOUT.require(electionTimeout);
    ELECTION_STAGGER.require(electionStagger);
    WINDOW.require(window);
    ALPHA.require(alpha);
    BATCH_MAX_BYTES.require(batchMaxBytes);
    BATCH_MAX_COMMANDS.require(batchMaxCommands);
    PIPELINE_MIN_COMMANDS.require(pipelineMinCommands);
    MAX_QUEUED_COMMANDS.require(maxQueuedCommands);
    MAX_QUEUED_BYTES.require(maxQueuedBytes);
    RESEND_INITIAL.require(resendInitial);
    RESEND_MAX.require(resendMax);
    MAX_WAITING_READS.require(maxWaitingReads);
    LOG_SILENCE.require(logSilence);
    ELECTION_AFTER_HEARTBEATS.require(electionTimeout.toNanos(), heartbeatInterval.toNanos());
    ELECTION_AFTER_ALIVE.require(electionTimeout.toNanos(), aliveInterval.toNanos());
    ALPHA_HOLDS_WINDOW.require(alpha, window);
    BATCH_REACHES_PIPELINE.require(batchMaxCommands, pipelineMinCommands);
    QUEUE_HOLDS_BATCH.require(maxQueuedCommands, batchMaxCommands);
    QUEUE_HOLDS_BATCH_BYTES.require(maxQueuedBytes, batchMaxBytes);
    RESEND_GROWS.require(resendMax.toNanos(), resendInitial.toNanos());
  }
}
