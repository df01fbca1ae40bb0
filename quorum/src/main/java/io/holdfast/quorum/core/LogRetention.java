package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Up to where the logs of a group may be trimmed (<b>TrimOnlyDurable</b>): below what every member
 * that is heard holds in its store; and past members that lag, where logs would take more room than
 * they are allowed, or where a member has been silent for too long. Such a member comes back by a
 * snapshot.
 *
 * <p>No more is trimmed for the sake of room than has to be: a member that is sent a snapshot needs
 * the log from there on when it has it.
 *
 * <p>Never past what w members' stores hold durably, and each member trims its own log only up to
 * what its own store holds, whatever it is told. Why that is safe: a slot that a member trims is
 * learned there and its effects are in its store, so the member exchanges one durable copy for
 * another, and its promises say that the slot is learned: no candidate proposes in it. That each
 * trims only what it has itself is what makes it safe under whatever configuration a candidate that
 * lags prepares. That w stores hold it keeps it from being lost with fewer disks.
 *
 * <p>How long a log is, its acceptor knows: it counts what its journal holds, whoever proposed it.
 * So it is told two slots, up to where nobody is waited for, and up to where it may trim at most
 * where it has grown too long.
 */
final class LogRetention {

  private final Duration maxSilence;
  private final long startedNanos;

  /**
   * @param maxSilence how long a log is kept for a member that is not heard
   * @param now members that are never heard have been silent since then
   */
  LogRetention(Duration maxSilence, Now now) {
    this.maxSilence = maxSilence;
    this.startedNanos = now.monotonicNanos();
  }

  /**
   * The last slot that no log needs to hold, however short it is.
   *
   * @param voting the configurations that govern what is not durable here, or later slots
   * @param members all of their members
   * @param self this member
   * @param ownDurable what its store holds
   * @param peers what the others have said
   * @param now the time
   */
  Slot trimUpTo(
      Collection<Configuration> voting,
      Set<MemberId> members,
      MemberId self,
      Slot ownDurable,
      Peers peers,
      Now now) {
    Slot waitedFor = ownDurable;
    for (MemberId member : members) {
      if (!member.equals(self) && isWaitedFor(peers.lastHeard(member), now)) {
        waitedFor = Slot.min(waitedFor, peers.state(member).durableUpTo());
      }
    }
    return Slot.min(waitedFor, storedByEnough(voting, self, ownDurable, peers));
  }

  /**
   * What the stores of w members hold durably, under every configuration that still votes.
   *
   * @param voting those configurations; at least one
   */
  static Slot storedByEnough(
      Collection<Configuration> voting, MemberId self, Slot ownDurable, Peers peers) {
    Slot upTo = ownDurable;
    for (Configuration configuration : voting) {
      upTo = Slot.min(upTo, durableAtW(configuration, self, ownDurable, peers));
    }
    return upTo;
  }

  private boolean isWaitedFor(Optional<Long> heardNanos, Now now) {
    return now.nanosSince(heardNanos.orElse(startedNanos)) <= maxSilence.toNanos();
  }

  /** What w members of a configuration hold durably. */
  private static Slot durableAtW(
      Configuration configuration, MemberId self, Slot ownDurable, Peers peers) {
    List<Slot> durable = new ArrayList<>(configuration.n());
    for (MemberId member : configuration.members()) {
      durable.add(member.equals(self) ? ownDurable : peers.state(member).durableUpTo());
    }
    durable.sort(Comparator.reverseOrder());
    return durable.get(configuration.w() - 1);
  }
}
