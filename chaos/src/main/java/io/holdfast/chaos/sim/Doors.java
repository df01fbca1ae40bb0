package io.holdfast.chaos.sim;

import io.holdfast.config.core.control.Credentials;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.KeyRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where clients ask. What is asked may never be answered. */
interface Doors {

  /** Is told one of these, at most once. */
  interface Answers {

    void answered(RouterEffect answer);

    /** The process is gone, and the connection with it: nobody knows what it still did. */
    void lost();

    /** Nobody listened: it was not even asked. */
    void unheard();
  }

  /** Is told one of these, at most once. */
  interface Watcher {

    /**
     * What comes next.
     *
     * @param next the first place after it
     */
    void told(List<Change> changes, long next);

    /**
     * What it asks for is forgotten.
     *
     * @param oldest the first revision that it can be told of
     */
    void compacted(long oldest);

    /** Too many watch. */
    void refused();

    /** The process is gone, or nobody listened. */
    void lost();
  }

  /**
   * Asks a node for the changes from a place on.
   *
   * @param keys of which keys
   * @param patience how long the node waits for one
   * @param shown who asks
   */
  void watch(
      int node,
      long fromPlace,
      KeyRange keys,
      Duration patience,
      Credentials shown,
      Watcher watcher);

  /**
   * Asks a node.
   *
   * @param patience how long the node may take until it says what it knows; its own setting if
   *     empty
   */
  void ask(int node, ClientRequest request, Optional<Duration> patience, Answers answers);
}
