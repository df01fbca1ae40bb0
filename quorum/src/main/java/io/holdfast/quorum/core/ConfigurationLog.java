package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which configuration governs which slot (ConfigurationBySlot): a change applied at slot s governs
 * from s + alpha, and slot s + alpha is proposed only after s is applied, so whoever proposes in a
 * slot knows its configuration.
 */
public final class ConfigurationLog {

  private final int alpha;
  private final TreeMap<Slot, Configuration> governsFrom;
  private long number;
  private boolean sealed;

  /**
   * @param stored what the replicated state holds
   */
  public ConfigurationLog(Membership stored) {
    this.alpha = stored.alpha();
    this.number = stored.number();
    this.governsFrom = new TreeMap<>(stored.governsFrom());
    this.sealed = stored.sealed();
  }

  /**
   * That of a new group.
   *
   * @param alpha slots between the application of a change and its effect, 1 or more; equal on all
   *     members
   * @param initial governs from the first slot
   */
  public ConfigurationLog(int alpha, Configuration initial) {
    this(Membership.founded(alpha, initial));
  }

  /** The configuration that governs {@code slot}. */
  public Configuration at(Slot slot) {
    return governsFrom.floorEntry(slot).getValue();
  }

  /** The last known configuration, which may not govern yet. */
  public Configuration newest() {
    return governsFrom.lastEntry().getValue();
  }

  /** Every configuration that still matters, by the first slot that it governs. */
  SortedMap<Slot, Configuration> governing() {
    return new TreeMap<>(governsFrom);
  }

  /** The number of {@link #newest}: how many changes there were. */
  public long number() {
    return number;
  }

  /** Records that a change was applied at {@code slot}; returns the first slot that it governs. */
  public Slot applied(Slot slot, Configuration changed) {
    Slot effect = slot.plus(alpha);
    governsFrom.put(effect, changed);
    number++;
    return effect;
  }

  /** Whether the group is sealed, as far as its log was executed here. */
  public boolean isSealed() {
    return sealed;
  }

  /** Records that the group was sealed. */
  void seal() {
    sealed = true;
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

  /** Who votes on {@code slot} or a later one, as far as is known. */
  public Set<MemberId> votersFrom(Slot slot) {
    return from(slot, Configuration::members);
  }

  /** Voters and learners of every configuration that governs {@code slot} or a later one. */
  public Set<MemberId> membersFrom(Slot slot) {
    return from(slot, Configuration::everyone);
  }

  private Set<MemberId> from(Slot slot, Function<Configuration, Set<MemberId>> who) {
    Set<MemberId> members = new TreeSet<>(who.apply(at(slot)));
    for (Configuration later : governsFrom.tailMap(slot, false).values()) {
      members.addAll(who.apply(later));
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
