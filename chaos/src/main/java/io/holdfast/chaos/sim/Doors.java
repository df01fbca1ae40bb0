package io.holdfast.chaos.sim;

import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.mesh.core.RouterEffect;
import java.time.Duration;
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

  /**
   * Asks a node.
   *
   * @param patience how long the node may take until it says what it knows; its own setting if
   *     empty
   */
  void ask(int node, ClientRequest request, Optional<Duration> patience, Answers answers);
}
