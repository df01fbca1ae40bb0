package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who takes part in a group, as one member knows it at one moment, and how far each is. Others'
 * positions are what they last said of themselves.
 *
 * @param self who knows it
 * @param leader the leader that it hears, itself included
 * @param number of the newest configuration: how many changes were executed here
 * @param governsFrom the configurations that still matter, by the first slot that each governs
 * @param nextSlot the first slot that is not learned here; its configuration governs
 * @param chosenUpTo as far as is known here, every slot up to here is chosen
 * @param seen each member of a configuration that governs or will, this one included
 * @param sealed whether the group is being deleted, as far as its log was executed here
 */
public record MembershipView(
    MemberId self,
    Optional<MemberId> leader,
    long number,
    SortedMap<Slot, Configuration> governsFrom,
    Slot nextSlot,
    Slot chosenUpTo,
    SortedMap<MemberId, Seen> seen,
    boolean sealed) {

  /**
   * How a member is seen.
   *
   * @param alive whether it was heard lately; true of whoever looks
   * @param learnedUpTo the last slot that it has learned
   * @param durableUpTo the last slot whose effects are in its store, which no restart forgets
   */
  public record Seen(boolean alive, Slot learnedUpTo, Slot durableUpTo) {

    /** Of whom nothing is known. */
    public static final Seen NEVER = new Seen(false, Slot.ZERO, Slot.ZERO);
  }

  public MembershipView {
    governsFrom = Collections.unmodifiableSortedMap(new TreeMap<>(governsFrom));
    seen = Collections.unmodifiableSortedMap(new TreeMap<>(seen));
    if (governsFrom.isEmpty() || governsFrom.firstKey().isAfter(nextSlot)) {
      throw new IllegalArgumentException(
          "no configuration governs slot " + nextSlot + ": " + governsFrom);
    }
  }

  /** The first slot of the configuration that governs. */
  public Slot governsSince() {
    return governsFrom.headMap(nextSlot.next()).lastKey();
  }

  /** The configuration that governs. */
  public Configuration governing() {
    return Objects.requireNonNull(governsFrom.get(governsSince()));
  }

  /** The number of the configuration that governs. */
  public long governingNumber() {
    return number - governsFrom.tailMap(nextSlot.next()).size();
  }

  /** The first slot of a configuration that does not govern yet; absent where there is none. */
  public Optional<Slot> nextFrom() {
    SortedMap<Slot, Configuration> later = governsFrom.tailMap(nextSlot.next());
    return later.isEmpty() ? Optional.empty() : Optional.of(later.firstKey());
  }

  /** The configuration of the last change, which may not govern yet. */
  public Configuration newest() {
    return Objects.requireNonNull(governsFrom.get(governsFrom.lastKey()));
  }

  /**
   * Whether who took part no more from the last change on may be stopped: the newest configuration
   * governs, and of any w of its voters one holds everything before its first slot in its store.
   * Then no promise of those who left is needed to find it, not even after a restart, which forgets
   * what was learned and is not stored; and it stays so while as many are lost as w allows.
   */
  public boolean isHandedOver() {
    if (nextFrom().isPresent()) {
      return false;
    }
    Set<MemberId> voters = newest().members();
    long holding = voters.stream().filter(this::holdsAllBefore).count();
    return holding >= voters.size() - newest().w() + 1;
  }

  /**
   * What the stores of all members hold, which every log may forget (<b>TrimOnlyDurable</b>). Who
   * was never heard holds nothing, and so does a store that has diverged, by its own words.
   */
  public Slot durableAtAll() {
    return seen.values().stream().map(Seen::durableUpTo).reduce(Slot::min).orElse(Slot.ZERO);
  }

  private boolean holdsAllBefore(MemberId member) {
    Seen last = seen.getOrDefault(member, Seen.NEVER);
    return governsFrom.lastKey().isAtMost(last.durableUpTo().next());
  }

  static MembershipView of(
      Optional<MemberId> leader, Standing standing, @Nullable Leadership leadership, Now now) {
    Duration patience = standing.timing.electionTimeout().multipliedBy(2);
    ConfigurationLog configurations = standing.configurations;
    Slot next = standing.learnedUpTo.next();
    Slot chosen = leadership == null ? standing.learnedUpTo : leadership.chosenUpTo();
    SortedMap<MemberId, Seen> seen = new TreeMap<>();
    for (MemberId member : configurations.membersFrom(next)) {
      boolean self = member.equals(standing.self);
      MemberState state = self ? standing.memberState(now) : standing.peers.state(member);
      boolean alive = self || standing.peers.heardWithin(member, patience, now);
      Slot learned = state.learnedUpTo();
      seen.put(member, new Seen(alive, learned, state.durableUpTo()));
      chosen = Slot.max(chosen, learned);
    }
    return new MembershipView(
        standing.self,
        leader,
        configurations.number(),
        configurations.governing(),
        next,
        chosen,
        seen,
        configurations.isSealed());
  }
}
