package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeOutcome.Changed;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A slot is proposed only once its configuration is known, with promises by a prepare quorum of
 * that very configuration. Members change one at a time, at every replica alike, and no restart
 * forgets it.
 */
final class ConfigurationBySlot extends Invariant {

  private record Place(Slot slot, Ballot ballot) {}

  private final ChosenLog chosen;
  private final Map<Ballot, Set<MemberId>> promisers = new HashMap<>();
  private final Set<Place> seen = new HashSet<>();
  private final TreeMap<Slot, Changed> changes = new TreeMap<>();

  ConfigurationBySlot(ChosenLog chosen) {
    this.chosen = chosen;
  }

  @Override
  public void replied(SimNode at, MemberId to, AcceptorReply reply) {
    if (reply instanceof AcceptorReply.Promised promised && promised.last()) {
      promisers.computeIfAbsent(promised.ballot(), ballot -> new TreeSet<>()).add(at.self());
    }
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    for (ChangeOutcome outcome : applied.changes()) {
      if (outcome instanceof Changed changed) {
        isTheOnlyOne(at, applied.slot(), changed);
        changes.put(applied.slot(), changed);
      }
    }
    if (applied.slot().isAtMost(chosen.contiguous())) {
      check(
          applied.changes().equals(chosen.outcomes(applied.slot())),
          "%s makes of slot %s: %s; it means %s",
          at,
          applied.slot(),
          applied.changes(),
          chosen.outcomes(applied.slot()));
    }
  }

  private void isTheOnlyOne(SimNode at, Slot slot, Changed changed) {
    Map.Entry<Slot, Changed> before = changes.lowerEntry(slot);
    check(
        before == null || before.getValue().effect().isAtMost(slot),
        "%s changes members in slot %s to %s, while the change in slot %s is under way: %s",
        at,
        slot,
        changed,
        before == null ? "" : before.getKey(),
        before == null ? "" : before.getValue());
    Set<MemberId> joining = new TreeSet<>(changed.configuration().members());
    Set<MemberId> leaving = new TreeSet<>(chosen.configurationOf(slot).members());
    joining.removeAll(leaving);
    leaving.removeAll(changed.configuration().members());
    check(
        joining.size() <= 1 && leaving.size() <= 1,
        "%s gives votes to %s and takes them from %s at once, in slot %s",
        at,
        joining,
        leaving,
        slot);
  }

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection inspection) {
    Slot slot = header.applied();
    // Before the first slot there is only what the node was set up with.
    if (slot.isAfter(Slot.ZERO) && slot.isAtMost(chosen.contiguous())) {
      check(
          header.membership().equals(Optional.of(chosen.membership(slot))),
          "%s holds, at slot %s: %s; taking part are %s",
          at,
          slot,
          header.membership(),
          chosen.membership(slot));
    }
  }

  @Override
  public void requested(SimNode at, MemberId to, AcceptorRequest request) {
    if (!(request instanceof AcceptorRequest.Accept accept)
        || !seen.add(new Place(accept.slot(), accept.ballot()))) {
      return;
    }
    check(
        accept.slot().isAtMost(chosen.known()),
        "%s proposes in slot %s; known are configurations up to slot %s",
        at,
        accept.slot(),
        chosen.known());
    Configuration configuration = chosen.configurationOf(accept.slot());
    Set<MemberId> promised = promisers.getOrDefault(accept.ballot(), Set.of());
    check(
        configuration.promisedBy(promised, at.self()),
        "%s proposes in slot %s under %s with promises by %s; the slot has %s",
        at,
        accept.slot(),
        accept.ballot(),
        promised,
        configuration);
  }
}
