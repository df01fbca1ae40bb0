package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.config.core.MemberId;

/** What a reply says is what the step that built it wrote. */
final class ReplyFromWrite extends Invariant {

  private final JournalView journals;

  ReplyFromWrite(JournalView journals) {
    this.journals = journals;
  }

  @Override
  public void replied(SimNode at, MemberId to, AcceptorReply reply) {
    if (reply instanceof AcceptorReply.Promised promised
        && promised.builtAt() <= journals.last(at)) {
      Ballot then = journals.promisedAsOf(at, promised.builtAt());
      check(
          then.equals(promised.ballot()),
          "%s says that it promised %s; event %d left the promise at %s",
          at,
          promised.ballot(),
          promised.builtAt(),
          then);
    } else if (reply instanceof AcceptorReply.Accepted accepted) {
      Batch stored = journals.pair(at, accepted.slot(), accepted.ballot());
      check(
          stored == null || stored.digest().equals(accepted.digest()),
          "%s says that it accepted %s in slot %s under %s; stored is %s",
          at,
          accepted.digest(),
          accepted.slot(),
          accepted.ballot(),
          stored);
    } else if (reply instanceof AcceptorReply.Rejected rejected) {
      check(
          rejected.promised().isAbove(rejected.refused()),
          "%s rejects %s for the sake of %s",
          at,
          rejected.refused(),
          rejected.promised());
    }
  }
}
