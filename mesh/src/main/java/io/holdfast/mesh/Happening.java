package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import java.util.Optional;

/**
 * Something that an operator wants to have seen.
 *
 * @param number counts them on this node since its start, from 1
 * @param atMillis when, in milliseconds since 1970 by this node's clock
 * @param kind what
 * @param group the group that it is about; absent for the node as a whole
 * @param text one sentence
 */
public record Happening(
    long number, long atMillis, Kind kind, Optional<GroupId> group, String text) {

  /** What can happen. */
  public enum Kind {
    /** Another node leads, or none. */
    LEADER_CHANGED("leader-changed"),
    /** Too few members are heard to acknowledge a write. */
    QUORUM_LOST("quorum-lost"),
    /** Enough are again. */
    QUORUM_REGAINED("quorum-regained"),
    /** A replica was found to differ. */
    ID_DRIFT("id-drift"),
    /** The node serves, and did not. */
    READY("ready"),
    /** The node does not serve any more, and did. */
    NOT_READY("not-ready"),
    /** A disk failed: this node ends, or a peer says that it does. */
    STORAGE_ERROR("storage-error"),
    /** This node ends by itself for another reason, or a peer's last words say so. */
    NODE_ENDED("node-ended"),
    /** A peer is not heard any more. */
    PEER_LOST("peer-lost"),
    /** A peer is heard. */
    PEER_HEARD("peer-heard"),
    /** A gate of another kind shut or warns. */
    TROUBLE("trouble"),
    /** It opened. */
    TROUBLE_OVER("trouble-over"),
    /** Another control epoch is active. */
    EPOCH_ACTIVATED("epoch-activated");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /** Its stable name, lower case. */
    public String code() {
      return code;
    }

    @Override
    public String toString() {
      return code;
    }
  }
}
