package io.holdfast.chaos.live;

import io.holdfast.chaos.live.LiveNode.Direction;
import java.time.Duration;
import java.util.List;

/**
 * A node that is cut off from some peers, both ways, and the proof that nothing has passed since.
 */
final class Cut {

  /** For what was on its way in the moment of the cut, where nothing has come for so long. */
  private static final Duration SETTLE = Duration.ofMillis(60);

  /** What still comes after so many times that does pass the cut. */
  private static final int SETTLE_MOST = 5;

  private final LiveNode node;
  private final List<LiveNode> from;
  private final long before;
  private final long after;

  private Cut(LiveNode node, List<LiveNode> from, long before, long after) {
    this.node = node;
    this.from = from;
    this.before = before;
    this.after = after;
  }

  /** Cuts {@code node} off from these peers. */
  static Cut between(LiveNode node, List<LiveNode> from) {
    long before = passed(node, from);
    from.forEach(peer -> node.block(peer, Direction.BOTH));
    return new Cut(node, from, before, settled(node, from));
  }

  /** On a busy machine what was on its way is counted a little later. */
  private static long settled(LiveNode node, List<LiveNode> from) {
    long seen = passed(node, from);
    for (int i = 0; i < SETTLE_MOST; i++) {
      Waiting.pause(SETTLE);
      long again = passed(node, from);
      if (again == seen) {
        break;
      }
      seen = again;
    }
    return seen;
  }

  private long passed() {
    return passed(node, from);
  }

  private static long passed(LiveNode node, List<LiveNode> from) {
    return node.faults().heardFrom(from)
        + from.stream().mapToLong(peer -> peer.faults().heardFrom(List.of(node))).sum();
  }

  /** Whether messages passed before, and none has since. */
  boolean isTight() {
    return before > 0 && passed() == after;
  }

  /** Claims that there was something to cut, and that nothing has passed since. */
  void prove(Stage stage) {
    prove(stage, 0);
  }

  /**
   * The same where others have spoken in the names of those that are cut off.
   *
   * @param forged how many messages
   */
  void prove(Stage stage, long forged) {
    stage.injected(node + " cut off from " + from + ", both ways");
    if (!from.isEmpty()) {
      stage.claim(before > 0, "messages passed before the cut: " + before);
      long since = passed() - after;
      stage.claim(
          since == forged, "nothing passes the cut: " + since + " do, " + forged + " forged");
    }
  }
}
