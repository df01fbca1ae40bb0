package io.holdfast.config.core;

/**
 * Whether faults may be injected into this node.
 *
 * @param enabled opens a port on loopback through which links and disk of this node can be broken;
 *     never in production
 */
public record ChaosSettings(boolean enabled) {

  /** Key of {@link #enabled}. */
  public static final String ENABLED = "holdfast.chaos.enabled";
}
