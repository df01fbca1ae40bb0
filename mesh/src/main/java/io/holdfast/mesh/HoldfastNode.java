package io.holdfast.mesh;

import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.actor.RunningNode;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A node of a mesh in this process.
 *
 * <p>It serves HTTP at once and answers {@code not_ready} until it takes part in its groups: in a
 * new mesh, once all members have met; later, at once.
 */
public interface HoldfastNode extends AutoCloseable {

  /**
   * Starts a node; blocks until its addresses are bound and its journal is open.
   *
   * @param settings what it runs with
   * @throws DataDirectoryException if the data directory is locked, another node's, damaged or not
   *     writable
   * @throws NodeStartException if an address cannot be bound or the journal not be opened
   */
  static HoldfastNode start(HoldfastSettings settings)
      throws DataDirectoryException, NodeStartException {
    return RunningNode.start(settings);
  }

  /** What it offers. */
  Mesh mesh();

  /** The port of its front door. */
  int httpPort();

  /** Completes when the node has ended, of itself or by {@link #close}. */
  CompletionStage<Ending> ended();

  /** Takes no more work, finishes what is under way, hands leadership over, flushes, and ends. */
  @Override
  void close();

  /** How long {@link #close} waits for what is under way. */
  Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  /**
   * How a node ended.
   *
   * @param reason why
   * @param detail one sentence; empty for a node that was asked to end
   */
  record Ending(Reason reason, String detail) {}

  /** Why a node ended. */
  enum Reason {
    /** It was asked to. */
    CLOSED,
    /** Its disk failed: nothing was acknowledged from then on. */
    STORAGE,
    /**
     * Its peers will not have it: its directory was emptied or is an old copy, or its settings
     * differ.
     */
    REFUSED,
    /** An invariant does not hold. */
    BUG
  }
}
