package io.holdfast.chaos.run;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What exactly is done; which nodes it strikes is drawn, or is up to who leads at that moment. */
enum FaultForm {
  KILL_LEADER(FaultKind.KILL, "the leader is killed"),
  KILL_ONE(FaultKind.KILL, "a node is killed"),
  KILL_MINORITY(FaultKind.KILL, "as many as may fail are killed"),
  KILL_ALL(FaultKind.KILL, "all nodes are killed at once"),
  PAUSE_LEADER(FaultKind.PAUSE, "the leader stands still"),
  PAUSE_ONE(FaultKind.PAUSE, "a node stands still"),
  PAUSE_MINORITY(FaultKind.PAUSE, "as many as may fail stand still"),
  CUT_LEADER(FaultKind.PARTITION, "the leader is cut off"),
  CUT_MINORITY(FaultKind.PARTITION, "as many as may fail are cut off"),
  DEAF_LEADER(FaultKind.PARTITION, "the leader hears nobody"),
  MUTE_LEADER(FaultKind.PARTITION, "nobody hears the leader"),
  RING(FaultKind.PARTITION, "a ring: each node hears the one before it only"),
  BRIDGE(FaultKind.PARTITION, "a bridge: two halves, and one node that hears both"),
  DELAY(FaultKind.PROXY, "what a node hears comes late"),
  LOSS(FaultKind.PROXY, "what a node is sent is lost"),
  RESET(FaultKind.PROXY, "the connections to a node are reset"),
  CLOCK_AHEAD(FaultKind.CLOCK, "a node's clock jumps ahead"),
  CLOCK_BEHIND(FaultKind.CLOCK, "a node's clock jumps back"),
  CLOCK_OF_LEADER(FaultKind.CLOCK, "the leader's clock jumps"),
  DISK_SLOW(FaultKind.DISK, "a disk is slow"),
  DISK_FULL(FaultKind.DISK, "a disk is full"),
  DISK_FAILS(FaultKind.DISK, "a disk fails");

  private final FaultKind kind;
  private final String text;

  FaultForm(FaultKind kind, String text) {
    this.kind = kind;
    this.text = text;
  }

  FaultKind kind() {
    return kind;
  }

  /** What is done, as a clause. */
  String text() {
    return text;
  }

  static List<FaultForm> of(FaultKind kind) {
    return Arrays.stream(values()).filter(form -> form.kind == kind).toList();
  }

  /** Those that leave every process running. */
  static Set<FaultForm> ofNodesOfOthers() {
    return EnumSet.of(
        CUT_LEADER,
        CUT_MINORITY,
        DEAF_LEADER,
        MUTE_LEADER,
        RING,
        BRIDGE,
        CLOCK_AHEAD,
        CLOCK_BEHIND,
        CLOCK_OF_LEADER,
        DISK_SLOW);
  }
}
