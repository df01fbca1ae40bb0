package io.holdfast.sync.core;

import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.SetHash;
import java.util.Optional;

/**
 * Who asks for something, and under what.
 *
 * @param credentials what it shows of itself
 * @param pinned the epoch that it has looked at; what it asks for has no effect under another one
 * @param trace what its request is called in logs; absent for none that a client has sent
 */
public record Caller(
    Credentials credentials, Optional<Pinned> pinned, Optional<RequestTrace> trace) {

  /** One whose request has no name in logs. */
  public Caller(Credentials credentials, Optional<Pinned> pinned) {
    this(credentials, pinned, Optional.empty());
  }

  /**
   * An epoch that a caller has looked at.
   *
   * @param number its number, 0 or more
   * @param setHash the hash of its set, if the caller names it
   */
  public record Pinned(long number, Optional<SetHash> setHash) {
    public Pinned {
      if (number < 0) {
        throw new IllegalArgumentException("epoch " + number + ": must be 0 or more");
      }
    }

    boolean is(ControlEpoch active) {
      return number == active.number()
          && setHash.map(hash -> hash.equals(active.setHash())).orElse(true);
    }
  }

  /** A node of the mesh, for the mesh's own sake. */
  public static final Caller NODE = new Caller(Credentials.NODE, Optional.empty());

  /** One who shows nothing, and does not care what is active. */
  public static final Caller ANYBODY = new Caller(Credentials.NONE, Optional.empty());
}
