package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.Configuration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A slot is proposed only once its configuration is known, with promises by a prepare quorum of
 * that very configuration.
 */
final class ConfigurationBySlot extends Invariant {

  private record Place(Slot slot, Ballot ballot) {}

  private final ChosenLog chosen;
  private final Map<Ballot, Set<MemberId>> promisers = new HashMap<>();
  private final Set<Place> seen = new HashSet<>();

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
