package io.holdfast.sync.actor;

import io.holdfast.config.core.MemberId;
import io.holdfast.sync.core.SyncMessage;

/** The way to the cache-owners of the other members. Delivery is at most once, in any order. */
@FunctionalInterface
public interface PeerPort {

  /** Sends a message, or loses it; must neither block nor throw. */
  void send(MemberId to, SyncMessage message);
}
