package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * That a replica differs from a majority, and with whom it does.
 *
 * @param slot where they were compared
 * @param agreeing a majority of the voters, who agree with each other; sorted
 */
public record Divergence(Slot slot, List<MemberId> agreeing) {

  public Divergence {
    agreeing = List.copyOf(new TreeSet<>(agreeing));
  }

  /** The same, from members in any order. */
  public static Divergence of(Slot slot, Collection<MemberId> agreeing) {
    return new Divergence(slot, List.copyOf(agreeing));
  }
}
