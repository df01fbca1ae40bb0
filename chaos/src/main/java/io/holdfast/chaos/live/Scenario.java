package io.holdfast.chaos.live;

import java.util.List;

/** How one class of trials is played. Without state. */
interface Scenario {

  /**
   * The sizes of the accept quorum to be tried with {@code n} nodes, in turn.
   *
   * @param n 3 to 7
   */
  default List<Integer> quorums(int n) {
    return List.of(majority(n));
  }

  /** Whether it needs proxies before the nodes. */
  default boolean proxied() {
    return false;
  }

  /** Injects a fault, writes, and enters into {@code stage} what came of it. */
  void play(Stage stage);

  /** More than half. */
  static int majority(int n) {
    return n / 2 + 1;
  }
}
