package io.holdfast.chaos.run;

import io.holdfast.chaos.live.LiveNode;
import java.time.Duration;
import java.util.List;

/** A fault in force. */
interface Strike {

  /**
   * What shows that a fault was in force: read from the nodes, not believed.
   *
   * @param effective whether it did anything
   */
  record Proof(boolean effective, String text) {}

  /** Whom it strikes. */
  List<LiveNode> nodes();

  /** What it has done so far. */
  Proof look();

  /** How much longer than planned it may stay in force until it has done something. */
  default Duration patience() {
    return Duration.ofSeconds(2);
  }

  /** Ends it. What has ended with its process needs no end. */
  void undo();
}
