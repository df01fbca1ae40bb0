package io.holdfast.mesh.core;

import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.MembershipChange;
import java.util.Optional;
import java.util.OptionalLong;

/** What a {@link ChangeRouter} is told. */
public sealed interface ChangeInput {

  /**
   * A client of this node asks; answered exactly once under its token.
   *
   * @param token names the client's request; never used before
   * @param change what to change
   * @param expected the number of the configuration that it shall be a change of, if that matters
   */
  record Asked(long token, MembershipChange change, OptionalLong expected) implements ChangeInput {}

  /**
   * A peer holds a client whose request belongs here, as far as it knows.
   *
   * @param from the peer
   * @param forward its request
   */
  record PeerAsked(MemberId from, Envelope.ForwardedChange forward) implements ChangeInput {}

  /** A peer answers what was forwarded to it. */
  record PeerAnswered(MemberId from, long token, ChangeAnswer answer) implements ChangeInput {}

  /** Answers {@link ChangeEffect.Propose}. */
  record Concluded(long ticket, Outcome outcome) implements ChangeInput {}

  /** The leader that this node hears has changed. */
  record LeaderIs(Optional<MemberId> leader) implements ChangeInput {}

  /** Time has passed. */
  record Tick() implements ChangeInput {}

  /** Answer whoever waits, and from now on whoever comes, at once. */
  record Close() implements ChangeInput {}
}
