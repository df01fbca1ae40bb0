package io.holdfast.mesh.core;

import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.quorum.core.MembershipChange;
import java.util.OptionalLong;

/** What a {@link ChangeRouter} wants done, in order. */
public sealed interface ChangeEffect {

  /**
   * Ask this node's coordinator for a change; answered by {@link ChangeInput.Concluded}.
   *
   * @param ticket to be given back
   * @param change what to change
   * @param expected the number of the configuration that it shall be a change of, if that matters
   */
  record Propose(long ticket, MembershipChange change, OptionalLong expected)
      implements ChangeEffect {}

  /** Send a forwarded change, or the answer to one, to a peer. */
  record Send(MemberId to, OfGroup message) implements ChangeEffect {}

  /** Answer a client of this node; once for each token. */
  record Answer(long token, ChangeAnswer answer) implements ChangeEffect {}

  /** A message that nobody waits for was dropped. */
  record CountDropped(String reason) implements ChangeEffect {}
}
