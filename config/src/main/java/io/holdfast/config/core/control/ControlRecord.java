package io.holdfast.config.core.control;

/**
 * An epoch that was activated. It never changes.
 *
 * @param epoch its number and hashes
 * @param set what is active under it
 * @param by the principal that activated it; empty where nobody said who
 * @param reason why, in that one's words
 * @param millis when, milliseconds since 1970 by the leader that took it; 0 for epoch 0
 */
public record ControlRecord(
    ControlEpoch epoch, ControlSet set, String by, String reason, long millis) {

  public ControlRecord {
    if (!epoch.setHash().equals(set.hash())) {
      throw new IllegalArgumentException(
          "epoch %s with a set of hash %s".formatted(epoch, set.hash()));
    }
  }
}
