package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which configuration governs which slot (ConfigurationBySlot): a change applied at slot s governs
 * from s + alpha, and slot s + alpha is proposed only after s is applied, so whoever proposes in a
 * slot knows its configuration.
 */
public final class ConfigurationLog {

  private final int alpha;
  private final TreeMap<Slot, Configuration> governsFrom = new TreeMap<>();

  /**
   * @param alpha slots between the application of a change and its effect, 1 or more; equal on all
   *     members
   * @param initial governs from the first slot
   */
  public ConfigurationLog(int alpha, Configuration initial) {
    if (alpha < 1) {
      throw new IllegalArgumentException("alpha = " + alpha + ": must be 1 or more");
    }
    this.alpha = alpha;
    governsFrom.put(Slot.ZERO, initial);
  }

  /** The configuration that governs {@code slot}. */
  public Configuration at(Slot slot) {
    return governsFrom.floorEntry(slot).getValue();
  }

  /** Records that a change was applied at {@code slot}; returns the first slot that it governs. */
  public Slot applied(Slot slot, Configuration changed) {
    Slot effect = slot.plus(alpha);
    governsFrom.put(effect, changed);
    return effect;
  }

  /** The first slot of the last known configuration. */
  Slot lastEffect() {
    return governsFrom.lastKey();
  }

  /** The last slot that may be proposed once {@code applied} is applied. */
  public Slot proposableUpTo(Slot applied) {
    // Slot s + alpha needs s applied; so with s applied, everything up to s + alpha has a known
    // configuration.
    return applied.plus(alpha);
  }

  /** Every configuration that governs {@code slot} or a later one. */
  Collection<Configuration> from(Slot slot) {
    return governsFrom.tailMap(governsFrom.floorKey(slot), true).values();
  }

  /** Members of every configuration that governs {@code slot} or a later one. */
  public Set<MemberId> membersFrom(Slot slot) {
    Set<MemberId> members = new TreeSet<>(at(slot).members());
    for (Map.Entry<Slot, Configuration> later : governsFrom.tailMap(slot, false).entrySet()) {
      members.addAll(later.getValue().members());
    }
    return members;
  }

  /** Forgets configurations that govern only slots up to {@code slot}. */
  public void forgetBelow(Slot slot) {
    if (governsFrom.size() > 1) {
      governsFrom.headMap(governsFrom.floorKey(slot), false).clear();
    }
  }
}
