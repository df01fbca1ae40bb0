package io.holdfast.config.core;

import java.util.Set;

/**
 * Whether faults may be injected into this node.
 *
 * @param enabled opens a port on loopback through which links, disk and clock of this node can be
 *     broken; never in production
 * @param flaws what the node does wrong from the start; empty unless enabled
 */
public record ChaosSettings(boolean enabled, Set<NodeFlaw> flaws) {

  /** Key of {@link #enabled}. */
  public static final String ENABLED = "holdfast.chaos.enabled";

  /** Key of {@link #flaws}. */
  public static final String BREAK = "holdfast.chaos.break";

  public ChaosSettings {
    flaws = Set.copyOf(flaws);
    if (!enabled && !flaws.isEmpty()) {
      throw new IllegalArgumentException(
          BREAK + " = " + flaws + ": allowed is nothing unless " + ENABLED + " = on");
    }
  }
}
