package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.config.core.MemberId;

/** A reply leaves only when all that it speaks of is on disk. */
final class DurableBeforeReply extends Invariant {

  private final JournalView journals;

  DurableBeforeReply(JournalView journals) {
    this.journals = journals;
  }

  @Override
  public void replied(SimNode at, MemberId to, AcceptorReply reply) {
    if (reply instanceof AcceptorReply.Promised promised) {
      check(
          promised.builtAt() <= journals.last(at) && journals.everPromised(at, promised.ballot()),
          "%s tells %s of its promise %s, event %d; on disk are events up to %d, promised %s",
          at,
          to,
          promised.ballot(),
          promised.builtAt(),
          journals.last(at),
          journals.promised(at));
    } else if (reply instanceof AcceptorReply.Accepted accepted) {
      check(
          journals.pair(at, accepted.slot(), accepted.ballot()) != null,
          "%s tells %s that it accepted slot %s under %s; that is not on disk",
          at,
          to,
          accepted.slot(),
          accepted.ballot());
    } else if (reply instanceof AcceptorReply.Rejected rejected) {
      check(
          !journals.promised(at).isBelow(rejected.promised()),
          "%s rejects for the sake of %s; on disk is %s",
          at,
          rejected.promised(),
          journals.promised(at));
    }
  }
}
