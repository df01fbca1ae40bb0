package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a member knows of replicas whose chain hashes differ.
 *
 * @param state who is wrong, if anybody is
 * @param slot where they were compared; {@link Slot#ZERO} for {@link State#NONE}
 * @param members who differ from this one; for {@link State#MINORITY}, the majority against it
 * @param count how often another replica was found to differ since this node started
 */
public record DivergenceView(State state, Slot slot, SortedSet<MemberId> members, long count) {

  /** Who is wrong. */
  public enum State {
    /** Nobody is known to differ. */
    NONE("none"),
    /** Somebody differs, and it is not known yet what most have. */
    COMPARING("comparing"),
    /** Most agree with this one: those that differ are wrong. */
    MAJORITY_SEEN("majority_seen"),
    /** Most agree with each other and not with this one: it serves nothing. */
    MINORITY("minority"),
    /** No majority agrees on anything: nothing is written. */
    NO_MAJORITY("no_majority");

    private final String code;

    State(String code) {
      this.code = code;
    }

    /** The stable lower-case name. */
    public String code() {
      return code;
    }
  }

  /** Whether it may be this one that is wrong. */
  public boolean isUndecided() {
    return state == State.COMPARING || state == State.NO_MAJORITY;
  }

  public DivergenceView {
    members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
  }
}
