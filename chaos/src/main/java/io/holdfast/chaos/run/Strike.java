package io.holdfast.chaos.run;

import io.holdfast.chaos.live.LiveNode;
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

  /** Ends it. What has ended with its process needs no end. */
  void undo();
}
