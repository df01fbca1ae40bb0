package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.ChangeOutcome.Changed;
import io.holdfast.quorum.core.ChangeOutcome.Refused;
import io.holdfast.quorum.core.ChangeOutcome.Sealed;
import io.holdfast.quorum.core.ChangeRefusal.Code;
import io.holdfast.quorum.core.MembershipChange.Outlook;
import io.holdfast.quorum.core.MembershipChange.Seal;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who takes part in a group, as a function of its log: part of the replicated state, so a restart
 * and a snapshot know it (ConfigurationBySlot). It holds the configuration that governs now, and
 * the next one while that is on its way.
 *
 * @param alpha slots between the application of a change and its effect, 1 or more
 * @param number how many changes were made; the founders' configuration has 0
 * @param governsFrom one or two configurations, by the first slot that each governs
 * @param sealed whether the group is being deleted, so that nothing more in its log has an effect
 */
public record Membership(
    int alpha, long number, SortedMap<Slot, Configuration> governsFrom, boolean sealed) {

  public Membership {
    governsFrom = Collections.unmodifiableSortedMap(new TreeMap<>(governsFrom));
    if (alpha < 1 || number < 0 || governsFrom.isEmpty() || governsFrom.size() > 2) {
      throw new IllegalArgumentException(
          "alpha %d, change %d, %d configurations: allowed are an alpha of 1 or more and 1 or 2"
              .formatted(alpha, number, governsFrom.size()));
    }
  }

  /** That of a group that is not sealed. */
  public Membership(int alpha, long number, SortedMap<Slot, Configuration> governsFrom) {
    this(alpha, number, governsFrom, false);
  }

  /** That of a new group. */
  public static Membership founded(int alpha, Configuration founders) {
    return new Membership(alpha, 0, new TreeMap<>(Collections.singletonMap(Slot.ZERO, founders)));
  }

  /** The configuration of the last change, which may not govern yet. */
  public Configuration newest() {
    return Objects.requireNonNull(governsFrom.get(lastEffect()));
  }

  /** The first slot of {@link #newest}. */
  public Slot lastEffect() {
    return governsFrom.lastKey();
  }

  /**
   * What comes of a change that stands in {@code slot}. One at a time: whoever checks a change
   * looks at one configuration, and no more than two are ever kept.
   *
   * @param slot where it stands, after all that was decided before
   */
  public ChangeOutcome decide(Slot slot, ProposedChange proposed) {
    return decide(slot, proposed, true);
  }

  /**
   * The same by other rules than the protocol's: for simulations, which break them.
   *
   * @param oneAtATime false lets a change in while the one before does not govern yet
   */
  public ChangeOutcome decide(Slot slot, ProposedChange proposed, boolean oneAtATime) {
    if (proposed.change() instanceof Seal) {
      return new Sealed();
    }
    if (sealed) {
      return new Refused(refusedAsSealed());
    }
    if (proposed.basis() != number) {
      return new Refused(changed(proposed.basis(), number));
    }
    if (oneAtATime && lastEffect().isAfter(slot)) {
      return new Refused(inProgress(lastEffect()));
    }
    Outlook outlook = proposed.change().on(newest());
    if (outlook instanceof Outlook.Becomes becomes) {
      return new Changed(number + 1, becomes.configuration(), slot.plus(alpha));
    }
    return new Refused(((Outlook.Refused) outlook).refusal());
  }

  static ChangeRefusal changed(long basis, long number) {
    return ChangeRefusal.of(
        Code.CONFIGURATION_CHANGED,
        "this was checked against configuration %d, and by now there is number %d: look at it"
            + " and ask again",
        basis,
        number);
  }

  static ChangeRefusal refusedAsSealed() {
    return ChangeRefusal.of(
        Code.GROUP_SEALED, "the group is being deleted: nothing in it is changed any more");
  }

  static ChangeRefusal inProgress(Slot lastEffect) {
    return ChangeRefusal.of(
        Code.CHANGE_IN_PROGRESS,
        "the change before takes effect in slot %s: ask again after that",
        lastEffect);
  }

  /** The same after a change. */
  public Membership after(Changed changed) {
    SortedMap<Slot, Configuration> both = new TreeMap<>();
    both.put(lastEffect(), newest());
    both.put(changed.effect(), changed.configuration());
    return new Membership(alpha, changed.number(), both, sealed);
  }

  /** The same once the group is sealed. */
  public Membership asSealed() {
    return new Membership(alpha, number, governsFrom, true);
  }
}
