package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node is in a group, as far as it has executed the group's log.
 *
 * @param self the node
 * @param alpha slots between a change and its effect
 * @param governsFrom the configurations that it knows, by the first slot that each governs
 * @param took whether it took part in one of them, or in one before
 * @param applied the last slot executed here
 */
public record TakingPart(
    MemberId self,
    int alpha,
    SortedMap<Slot, Configuration> governsFrom,
    boolean took,
    Slot applied) {

  /** What a node may be. */
  public enum Part {
    VOTER,
    LEARNER,
    /** It takes part from a slot on that is not reached yet. */
    JOINING,
    /** It took part, and does no more. */
    REMOVED,
    /** It does not take part, as far as it has learned. */
    OUTSIDE
  }

  public TakingPart {
    governsFrom = Collections.unmodifiableSortedMap(new TreeMap<>(governsFrom));
  }

  /** Of what a store holds. */
  public static TakingPart of(MemberId self, Membership stored, Slot applied) {
    return new TakingPart(
        self,
        stored.alpha(),
        stored.governsFrom(),
        anyHas(stored.governsFrom().values(), self),
        applied);
  }

  private static boolean anyHas(Collection<Configuration> some, MemberId member) {
    return some.stream().anyMatch(one -> one.everyone().contains(member));
  }

  /** After a change that stands in {@code slot} was executed. */
  public TakingPart changed(Slot slot, Configuration changed) {
    SortedMap<Slot, Configuration> both = new TreeMap<>();
    both.put(governsFrom.lastKey(), newest());
    both.put(slot.plus(alpha), changed);
    return new TakingPart(
        self, alpha, both, took || anyHas(List.of(changed), self), Slot.max(applied, slot));
  }

  /** After every slot up to here was executed. */
  public TakingPart executed(Slot slot) {
    return new TakingPart(self, alpha, governsFrom, took, Slot.max(applied, slot));
  }

  /** The configuration of the last change executed here. */
  public Configuration newest() {
    Configuration last = governsFrom.get(governsFrom.lastKey());
    if (last == null) {
      throw new IllegalStateException("no configuration at " + governsFrom.lastKey());
    }
    return last;
  }

  /** What the node is from the next slot on. */
  public Part part() {
    SortedMap<Slot, Configuration> begun = governsFrom.headMap(applied.plus(2));
    Configuration governing = begun.isEmpty() ? newest() : begun.get(begun.lastKey());
    if (governing != null && governing.contains(self)) {
      return Part.VOTER;
    }
    if (governing != null && governing.learners().contains(self)) {
      return Part.LEARNER;
    }
    if (newest().everyone().contains(self)) {
      return Part.JOINING;
    }
    return took ? Part.REMOVED : Part.OUTSIDE;
  }
}
